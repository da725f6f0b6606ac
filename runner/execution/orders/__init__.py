"""The life of one order: sent, answered, found, ended."""
