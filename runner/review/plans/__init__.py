"""Saved plans, and how one version of a batch differs from another."""
