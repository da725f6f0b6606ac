"""Killed at any instant, its journal lost: the same command finds in the exchange's records what stands."""

from tests.crash.matrix import assert_exactly_once, campaign


def test_killed_at_every_instant() -> None:
    """What a machine that is gone has placed is found by its derived ids, and nothing is placed twice."""
    assert_exactly_once(campaign("--lost"), deaths=50)
