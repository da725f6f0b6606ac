"""Kraken's REST and WebSocket APIs for the owner of an account."""
