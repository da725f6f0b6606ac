"""Killed at any instant, the same command completes the batch from its journal."""

from tests.crash.matrix import assert_exactly_once, campaign


def test_killed_at_every_instant() -> None:
    """Whatever was written or sent last, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign(), deaths=50)
