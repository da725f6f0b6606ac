"""A PostgreSQL of the tests' own, on a socket of loopback."""
