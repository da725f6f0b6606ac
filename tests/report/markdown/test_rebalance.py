"""A rebalance as a comment: tables that hold whatever the exchange says."""

from __future__ import annotations

from dataclasses import replace

from runner.report.base import RebalanceResult
from runner.report.markdown.report import MarkdownReport
from tests.report.rebalances import blocked, drifted, not_written, resting, within, written

HOSTILE = "O|@everyone <b>`::error::x"


def page(result: RebalanceResult) -> str:
    """The comment."""
    written_texts: list[str] = []
    MarkdownReport(written_texts.append).rebalance(result)
    return "".join(written_texts)


def test_the_comment_has_the_table_the_orders_and_the_batch() -> None:
    """The headline first."""
    text = page(RebalanceResult(drifted(), written(), "e" * 64))
    lines = text.splitlines()
    assert lines[0] == "### Rebalance of `core` at paper"
    assert "**outside its bands: 1 sell for 9,334.32 EUR, 1 buy for 5,409.58 EUR**" in lines
    assert "| 🔵 | `XBT` | 0.4 | 31,600.00 | 70.9 % | 50 % | ± 5 % | +20.9 % " in text
    assert "| 🟥 sell | `sell-xbt` | `XBT/EUR` | 0.11803797 | 79079.0 | 9,334.32 EUR |" in lines
    assert "batch core-2026-11-22: batches/core.yaml" in text
    assert "name: core-2026-11-22" in lines


def test_without_orders_there_is_neither_their_table_nor_a_batch() -> None:
    """All is well, or nothing can be done, each with its mark."""
    well = page(RebalanceResult(within(), not_written(), "e" * 64))
    stuck = page(RebalanceResult(blocked(), not_written(), "e" * 64))
    for text in (well, stuck):
        assert "| limit |" not in text
        assert "yaml\n" not in text.replace("targets.yaml", "")
    assert (well.count("🟢"), stuck.count("🟡")) == (2, 3)


def test_nothing_of_the_exchange_becomes_markup() -> None:
    """The id of an order and the name of a venue are the exchange's, or whoever wrote the snapshot."""
    rebalance = drifted(resting(HOSTILE, pair="ETH/EUR"))
    market = replace(rebalance.snapshot.market, source=HOSTILE)
    rebalance = replace(rebalance, snapshot=replace(rebalance.snapshot, market=market))
    text = page(RebalanceResult(rebalance, not_written(), "e" * 64))
    assert "<b>`" not in text
    assert "@everyone <b>" not in text
