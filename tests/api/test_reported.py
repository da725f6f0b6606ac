"""The status of orders as values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner import api
from runner.api import sync
from runner.domain import BarrierOutcome, Otherwise
from runner.planning import JournalState


async def test_each_order_has_the_words_of_journal_and_exchange(job: api.Job) -> None:
    """With its volumes as decimals."""
    await api.apply(job, confirm=(await api.plan(job)).digest)
    found = await api.status(job)
    assert found.exit_code is api.ExitCode.DONE
    assert found.exchange_read
    assert [order.at_exchange for order in found.orders] == ["open", "canceled"]
    first = found.orders[0]
    assert (first.journal, first.volume, first.executed) == (JournalState.PLACED, Decimal("0.25"), 0)
    assert found.manifest is not None
    assert found.manifest["batch"] == "one"


REBALANCE = """\
version: 1
name: rebalance
defaults: {ordertype: limit}
groups:
  - name: sell
    orders: [{id: a, pair: XBT/EUR, type: sell, price: 9500.0, volume: 0.5}]
  - name: buy
    needs: [{group: sell, until: filled, within: 10s}]
    orders: [{id: a, pair: ETH/EUR, type: buy, price: 145, volume: 1}]
"""


@pytest.mark.usefixtures("skipped_waits")
def test_a_wait_for_fills_is_a_value(job: api.Job) -> None:
    """Its terms, how it ended, and how much is filled now, in decimals; the forecast has its longest time."""
    job.file.write_text(REBALANCE, "utf-8")
    planned = sync.plan(job)
    assert planned.forecast is not None
    assert (planned.forecast.awaited, planned.forecast.fills_s) == (("sell",), 10)
    applied = sync.apply(job, confirm=planned.digest)
    (barrier,) = applied.barriers
    assert applied.exit_code is api.ExitCode.INCOMPLETE
    assert (barrier.group, barrier.needed, barrier.within_s, barrier.line) == ("buy", "sell", 10, 8)
    assert (barrier.otherwise, barrier.outcome) == (Otherwise.STOP, BarrierOutcome.UNFILLED)
    assert "0 of 0.5" in barrier.reason
    (found,) = sync.status(job).barriers
    assert (found.group, found.outcome, found.until) == ("buy", BarrierOutcome.UNFILLED, barrier.until)
    (fill,) = found.fills
    assert (fill.ordered, fill.executed, fill.filled) == (Decimal("0.5"), 0, False)


def test_without_a_connection_only_the_journal_speaks(job: api.Job) -> None:
    """Unknown is None, and not zero."""
    before = sync.status(job, offline=True)
    assert (before.exchange_read, before.manifest) == (False, None)
    sync.apply(job, confirm=sync.plan(job).digest)
    found = sync.status(job, offline=True)
    assert not found.exchange_read
    assert [(order.journal, order.at_exchange, order.executed) for order in found.orders] == [
        (JournalState.PLACED, None, None)
    ] * 2
    assert found.orders[0].txid is not None


def test_an_exchange_that_cannot_be_reached_is_a_note(job: api.Job) -> None:
    """The journal is shown all the same."""
    venue = api.Kraken(rest_url="http://127.0.0.1:9", ws_url="ws://127.0.0.1:9")
    found = sync.status(replace(job, venue=venue))
    assert not found.exchange_read
    assert found.notes[0].startswith("the exchange was not queried")
