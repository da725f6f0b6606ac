"""The state of the exchange: orders, account, market and fees."""
