"""From bytes to a document, or to all mistakes in its YAML."""
