"""The kinds of values: what is out of their bounds is no value of theirs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from runner.paper.options.kinds import FEE_TIERS, Count, ErrorText, Number, Rate, Seconds


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Seconds, -0.1),
        (Seconds, 1e11),
        (Rate, -1.0),
        (Count, -1),
        (Count, 10**11),
        (Number, 0),
        (ErrorText, ""),
    ],
)
def test_bounds(kind: Any, value: object) -> None:
    """Negative, too large, or empty."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, kind)


def test_fees_fall_with_the_volume() -> None:
    """Each tier begins at a larger volume, and costs no more than the one before."""
    assert list(FEE_TIERS) == sorted(FEE_TIERS, key=lambda tier: tier.volume)
    assert list(FEE_TIERS) == sorted(FEE_TIERS, key=lambda tier: (tier.taker, tier.maker), reverse=True)
