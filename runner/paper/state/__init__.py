"""The state of the exchange: orders, account, market, fees, and the options that no document settles."""
