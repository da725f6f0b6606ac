"""The control page in a real browser."""
