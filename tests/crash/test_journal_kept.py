"""Killed at any instant, the same command completes the batch from its journal."""

import pytest

from tests.crash.matrix import assert_exactly_once, campaign


@pytest.mark.long
def test_killed_at_every_instant() -> None:
    """Whatever was written or sent last, each order is at the exchange once and the manifest says so."""
    assert_exactly_once(campaign(), deaths=50)
