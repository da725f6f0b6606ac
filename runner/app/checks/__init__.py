"""Checks against account, market and journal before anything is sent."""
