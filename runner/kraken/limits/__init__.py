"""The rate limits of the exchange, and how many calls a look may take."""
