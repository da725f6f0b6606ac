"""The moment at which the rate limits let the next message leave."""
