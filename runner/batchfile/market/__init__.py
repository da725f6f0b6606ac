"""Recorded markets and balances as files: what the simulated exchange opens with."""
