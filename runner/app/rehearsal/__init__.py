"""Openings of the simulated exchange: a market and balances that were typed, read or recorded."""
