"""Benchmarks that anyone can repeat: ``python -m tests.benchmarks``."""
