"""The record of an exchange names the rules by which it answered."""

from __future__ import annotations

from typing import Any

import pytest

from runner.errors import Refused
from runner.paper import header_record, seed_of


def test_our_own() -> None:
    """The seed comes back."""
    assert seed_of(header_record("abc")) == "abc"


@pytest.mark.parametrize("record", [{"seed": "abc"}, {"exchange": 99, "seed": "abc"}, {"exchange": 2}, {}])
def test_another_format_is_refused(record: dict[str, Any]) -> None:
    """With what to do about it; the first format had no number."""
    with pytest.raises(Refused, match="format 2 alone") as refusal:
        seed_of(record)

    assert "paper reset" in refusal.value.details[0]
