"""The published JSON Schemas; inside the package they are read as `runner.schemas`."""
