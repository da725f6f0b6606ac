"""Kraken's REST and WebSocket as the account's owner uses them."""
