"""Killed at any instant, the same command completes the batch from its journal."""

import pytest

from tests.crash.matrix import assert_exactly_once, campaign

pytestmark = pytest.mark.timeout(300)


def test_killed_at_instants_of_each_kind() -> None:
    """After any last write or frame, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign("--instants", "6,17,33,49"), deaths=4)


@pytest.mark.long
def test_killed_at_every_instant() -> None:
    """The whole of it."""
    assert_exactly_once(campaign(), deaths=50)
