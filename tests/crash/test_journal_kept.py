"""Killed at any instant, the same command completes the batch from its journal: a part of the instants.

``python -m tests.crash`` goes through all of them.
"""

from tests.crash.matrix import assert_exactly_once, campaign


def test_killed_at_every_fourth_instant() -> None:
    """Whatever was written or sent last, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign("--lanes", "0,4,8,12/14"), deaths=12)
