"""Kraken's WebSocket API v1 and its REST envelope as values: no socket, no clock, no secrets kept."""
