"""A document held against its JSON Schema."""
