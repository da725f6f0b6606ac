"""The text of a generated batch is a valid batch, whatever the command line was."""

from __future__ import annotations

from decimal import Decimal

from runner.batchfile import parse
from runner.generate import batch_text, dca


def test_it_is_a_batch() -> None:
    """With the command and the arithmetic on top, in which nothing can end its comment."""
    made = dca(name="dca-2026-11-30", pair="XBT/EUR", amount=Decimal(100))
    text = batch_text(made, made_by="order-batch\nversion: 2 \x1b[31m ::error::")
    assert text.startswith("# Made by: order-batch\\nversion: 2 \\x1b[31m ")
    assert "# one buy of XBT/EUR at market for 100 EUR, fee included in EUR\n" in text
    parsed = parse(text.encode(), "d.yaml")
    assert parsed.batch is not None, parsed.problems
    assert parsed.batch.name == "dca-2026-11-30"
