"""Batches from a few numbers, for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from runner import api

if TYPE_CHECKING:
    from pathlib import Path


def test_a_batch_is_written_once(tmp_path: Path) -> None:
    """What is returned is what is in the file, which a second call leaves alone."""
    made = api.generated_dca(name="d-1", pair="XBT/EUR", amount=Decimal(100))
    file = tmp_path / "d.yaml"
    text = api.write_generated(made, made_by="a program", out=file)
    assert file.read_text("ascii") == text
    with pytest.raises(api.Refused, match="not overwritten"):
        api.write_generated(made, made_by="a program", out=file)
    assert api.validate([file]).exit_code == 0


def test_what_is_impossible_is_an_error() -> None:
    """Of the same family as any other wrong argument."""
    with pytest.raises(api.InvalidInput, match="above 0"):
        api.generated_dca(name="d-1", pair="XBT/EUR", amount=Decimal(0))
