"""Killed at any instant, its journal lost: the same command finds in the exchange's records what stands."""

import pytest

from tests.crash.matrix import assert_exactly_once, campaign

pytestmark = pytest.mark.timeout(300)


def test_killed_at_an_eighth_of_all_instants() -> None:
    """What a machine that is gone has placed is found by its derived ids, and nothing is placed twice."""
    assert_exactly_once(campaign("--lost", "--instants", "5,13,21,29,37,45,52"), deaths=7)


@pytest.mark.long
def test_killed_at_every_instant() -> None:
    """The whole of it."""
    assert_exactly_once(campaign("--lost"), deaths=50)
