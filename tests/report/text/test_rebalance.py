"""The table of a rebalance on a terminal: its columns, its colours, and any width."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.rebalance.compute import compute
from runner.report.base import RebalanceResult
from runner.report.lines import Style, plain, width_of
from runner.report.text.rebalance import rebalance_lines
from tests.report.rebalances import (
    blocked,
    drifted,
    not_written,
    resting,
    snapshot,
    targets,
    within,
    written,
)

RESULTS = [
    RebalanceResult(drifted(resting()), written(), "e" * 64),
    RebalanceResult(within(), not_written(), "e" * 64),
    RebalanceResult(blocked(), not_written(), "e" * 64),
]


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("result", RESULTS, ids=["orders", "within", "blocked"])
def test_no_line_is_longer_than_the_terminal(result: RebalanceResult, width: int) -> None:
    """Nor ends with blanks; numbers are below one another."""
    texts = [plain(line) for line in rebalance_lines(result, width)]
    assert max(map(width_of, texts)) <= width
    assert [text for text in texts if text != text.rstrip()] == []
    held = [text.index("  ") for text in texts if text.startswith(("ETH ", "XBT ", "EUR "))]
    assert len(held) == 3


def test_what_follows_is_beside_the_numbers_where_there_is_room() -> None:
    """Else below them."""
    wide = [plain(line) for line in rebalance_lines(RESULTS[0], 120)]
    narrow = [plain(line) for line in rebalance_lines(RESULTS[0], 80)]
    order = "sell 0.11803797 XBT/EUR @ limit 79079.0"
    assert [text.startswith("XBT") for text in wide if text.endswith(order)] == [True]
    assert f"    {order}" in narrow


def test_a_row_without_a_remark_is_one_line() -> None:
    """Cash without a floor has nothing beside its numbers, and nothing below them."""
    rebalance = compute(targets(cash_floor=Decimal()), snapshot({"XBT": "0.28", "ETH": "4.9", "EUR": "9000"}))
    texts = [plain(line) for line in rebalance_lines(RebalanceResult(rebalance, not_written(), ""), 80)]
    cash = next(at for at, text in enumerate(texts) if text.startswith("EUR"))
    assert texts[cash + 1 :] == ["", "within its bands: no orders"]


def test_colours_say_what_the_words_say() -> None:
    """A sale and a purchase, what is stuck, and that all is well."""
    spans = {span.text: span.style for line in rebalance_lines(RESULTS[0], 120) for span in line}
    assert (spans["sell"], spans["buy"]) == (Style.SELL, Style.BUY)
    stuck = {span.text: span.style for line in rebalance_lines(RESULTS[2], 120) for span in line}
    assert stuck["below the exchange's least volume"] is Style.WARNING
    last = {span.text: span.style for line in rebalance_lines(RESULTS[1], 120) for span in line}
    assert last["within its bands: no orders"] is Style.GOOD
