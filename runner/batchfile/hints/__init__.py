"""Hints: what to write instead."""
