"""The event loop, the client of the exchange, and the disk. Import its modules lazily: they are heavy."""
