"""Faults of the simulated exchange, and its control."""
