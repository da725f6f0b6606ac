"""The time at which the rate limits allow the next message."""
