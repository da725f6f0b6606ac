"""A document checked against its JSON Schema."""
