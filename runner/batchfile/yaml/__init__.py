"""From bytes to a document, or every mistake of its YAML."""
