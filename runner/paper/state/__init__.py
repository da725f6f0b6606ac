"""What the exchange keeps: orders, account, market, fees, and the options that no document settles."""
