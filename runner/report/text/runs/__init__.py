"""Runs for a person at a terminal: results, statuses, histories, halts."""
