"""Killed at any instant, the same command completes the batch from its journal: the odd instants."""

from tests.crash.matrix import assert_exactly_once, campaign


def test_killed_at_every_odd_instant() -> None:
    """Whatever was written or sent last, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign("--lanes", "0,2,4,6,8,10,12/14"), deaths=22)
