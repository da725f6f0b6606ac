"""The filled part of what a group waits for: by the exchange's records, else by the journal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.domain import BarrierOutcome, OrderKey, rfc3339
from runner.journal import GroupStates
from runner.kraken import OpenOrder
from runner.planning import FillStatus, fill_statuses
from tests.report.builders import START
from tests.report.cases import filled, quickstart, rebalance, sold, unfilled, waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.report.builders import Journal

READ_AT = rfc3339(START + 60)
XBT, ETH = OrderKey("sell", "sell-xbt"), OrderKey("sell", "sell-eth")


def record(txid: str, vol: str, executed: str, **fields: Any) -> OpenOrder:
    """An order in the exchange's records."""
    return OpenOrder.read(txid, {"status": "open", "vol": vol, "vol_exec": executed, **fields})


def status_of(journal: Journal, shown: Mapping[OrderKey, OpenOrder | None] | None = None) -> FillStatus:
    """The only barrier of a batch."""
    manifest = journal.manifest() if journal.entries else None
    (status,) = fill_statuses(journal.plan(), manifest, shown, READ_AT if shown else "")
    return status


def executed(status: FillStatus) -> list[Decimal | None]:
    """Return how much of each order is filled."""
    return [fill.executed for fill in status.fills]


def test_what_the_last_run_knew_of_the_wait() -> None:
    """Its outcome, its end and what was missing; before a run there is none."""
    never = status_of(rebalance())
    assert (never.outcome, never.until, never.reason) == (BarrierOutcome.PENDING, None, "")
    assert (never.group, never.barrier.group, never.barrier.within) == ("buy", "sell", 900)
    still = status_of(waiting())
    assert (still.outcome, still.until) == (BarrierOutcome.WAITING, "2026-11-22T10:15:00.000000Z")
    vain = status_of(unfilled())
    assert (vain.outcome, "0.3 of 0.5" in vain.reason) == (BarrierOutcome.UNFILLED, True)
    assert status_of(filled()).outcome is BarrierOutcome.FILLED
    assert list(fill_statuses(quickstart().plan(), None, None, "")) == []


def test_what_is_not_known_to_be_filled_is_unknown_unless_nothing_was_sent() -> None:
    """The journal alone does not see fills; an order that never left has none."""
    assert executed(status_of(rebalance())) == [0, 0]
    assert executed(status_of(waiting())) == [None, None]
    assert not any(fill.filled for fill in status_of(waiting()).fills)


def test_the_exchange_says_how_much() -> None:
    """By its records; an order that they lack is unknown still."""
    shown = {XBT: record("O1", "0.50000000", "0.30000000"), ETH: None}
    status = status_of(waiting(), shown)
    assert executed(status) == [Decimal("0.3"), None]
    whole = status_of(waiting(), shown | {ETH: record("O2", "2", "2.0", status="closed")})
    assert [fill.filled for fill in whole.fills] == [False, True]
    assert [fill.ordered for fill in whole.fills] == [Decimal("0.5"), Decimal(2)]


def test_an_order_that_the_journal_calls_filled_is_filled() -> None:
    """Also where the figures of what was paid never came."""
    journal = sold()
    journal.entries.append(GroupStates(at=rfc3339(START), group="sell", states={"sell-eth": "filled"}))
    assert executed(status_of(journal)) == [None, Decimal(2)]
