"""Killed at any instant, its journal lost: the same command finds the orders at the exchange."""

import pytest

from tests.crash.matrix import assert_exactly_once, campaign

pytestmark = pytest.mark.timeout(300)


def test_killed_at_instants_of_each_kind() -> None:
    """Orders of a machine that is gone are found by their derived ids, and nothing is placed twice."""
    assert_exactly_once(campaign("--lost", "--instants", "9,25,41,52"), deaths=4)


@pytest.mark.long
def test_killed_at_every_instant() -> None:
    """The whole of it."""
    assert_exactly_once(campaign("--lost"), deaths=50)
