"""The rules of a batch that no schema can state."""
