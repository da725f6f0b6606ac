"""Sockets, TLS and HTTP for client and server, and the clock. Import its modules lazily: they are heavy."""
