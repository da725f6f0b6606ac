"""Sockets, HTTP and the clock: where the outside world begins. Import the modules lazily: they are heavy."""
