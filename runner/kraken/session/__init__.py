"""The two sides of a connection, and what each keeps between messages."""
