"""Killed at any instant, the same command completes the batch from its journal: the even instants."""

from tests.crash.matrix import assert_exactly_once, campaign


def test_killed_at_every_even_instant() -> None:
    """Whatever was written or sent last, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign("--lanes", "1,3,5,7,9,11,13/14"), deaths=22)
