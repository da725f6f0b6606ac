"""The soak, in small."""

from __future__ import annotations

import pytest

from tests.soak.__main__ import soak


@pytest.mark.long
def test_a_short_soak() -> None:
    """Five clients, faults on: all of it is understood and answered, and memory does not run away.

    Of this seed one silence of the exchange alone swallows nearly a hundred messages.
    """
    tally, _ = soak(20_000, 5)
    assert tally.failures(20_000) == []
    assert tally.sent >= 20_000
    assert tally.received > tally.answered > 18_000
