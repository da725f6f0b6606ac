"""The record of one order in a journal, and its change by each entry about it. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from runner.domain import Executed, OrderOutcome, OrderState

from .entries import (
    Entry,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPTED = (OrderOutcome.PLACED, OrderOutcome.ENDED)
"""The exchange has accepted the order, whatever has become of it since."""


class OrderRecord(Struct, frozen=True, kw_only=True):
    """The state of one order. ``outcome`` None: an intent without an outcome, so its fate is unknown.

    ``sent_run`` is the run that sent it, counted from 1; 0 where this journal never saw it leave.
    ``updated_run`` is the run in which something was last learned of it. ``state`` and ``vol_exec`` are None
    where the exchange never accepted it; ``txids`` are all ids under which it was shown, where it contradicts
    itself. ``unconfirmed``: it was refused, and no look-up has confirmed that it is not there. ``found``: its
    txid is one that was shown, and that no reply has named. ``unknown_txid``: the txid that a reply named is
    in no records. ``plan_price`` is the price that the review expected; ``executed`` is None while nothing
    is known of it.
    """

    sent_run: int = 0
    updated_run: int = 0
    outcome: OrderOutcome | None = None
    reqid: int | None = None
    content: str | None = None
    request: Mapping[str, Any] | None = None
    txid: str | None = None
    descr: str | None = None
    error: str | None = None
    sent_at: str | None = None
    acked_at: str | None = None
    state: OrderState | None = None
    vol_exec: str | None = None
    txids: tuple[str, ...] = ()
    unconfirmed: bool = False
    found: bool = False
    unknown_txid: bool = False
    plan_price: str | None = None
    executed: Executed | None = None

    @property
    def unrecorded(self) -> bool:
        """Return True if the journal lacks the request of the order, because a part of it is missing."""
        return self.content is None and self.request is None

    @property
    def in_doubt(self) -> bool:
        """Return True if it is unknown whether the order is at the exchange."""
        return self.outcome in _IN_DOUBT


def _sent(_: OrderRecord, entry: OrderIntent, run: int) -> OrderRecord:
    """Reset the record: the order is sent again."""
    return OrderRecord(
        sent_run=run,
        updated_run=run,
        reqid=entry.reqid,
        content=entry.content,
        request=entry.request,
        sent_at=entry.at,
        plan_price=entry.plan_price,
    )


def _apply_placed(known: OrderRecord, entry: OrderPlaced, run: int) -> OrderRecord:
    found = entry.source != "reply"
    if known.txid == entry.txid and known.outcome in ACCEPTED:
        return replace(known, updated_run=run, found=found)  # Its reply has come after it was found.
    return replace(
        known,
        updated_run=run,
        outcome=OrderOutcome.PLACED,
        txid=entry.txid,
        descr=entry.descr or known.descr,
        content=entry.content or known.content,
        request=entry.request or known.request,
        error=None,
        acked_at=entry.at,
        state=OrderState.ACCEPTED,
        unconfirmed=False,
        found=found,
        unknown_txid=False,
        executed=known.executed if known.txid == entry.txid else None,
    )


def _apply_ended(known: OrderRecord, entry: OrderEnded, run: int) -> OrderRecord:
    return replace(
        known,
        updated_run=run,
        outcome=OrderOutcome.ENDED,
        txid=entry.txid,
        error=entry.reason,
        state=OrderState.ENDED,
        vol_exec=entry.vol_exec,
    )


def _apply_rejected(known: OrderRecord, entry: OrderRejected, run: int) -> OrderRecord:
    return replace(
        known,
        updated_run=run,
        outcome=OrderOutcome.REJECTED,
        error=entry.error,
        acked_at=entry.at,
        unconfirmed=entry.unconfirmed,
    )


def _apply_validated(known: OrderRecord, entry: OrderValidated, run: int) -> OrderRecord:
    return replace(
        known, updated_run=run, outcome=OrderOutcome.VALIDATED, descr=entry.descr, acked_at=entry.at
    )


def _apply_refused(known: OrderRecord, entry: OrderRefused, run: int) -> OrderRecord:
    return replace(known, updated_run=run, outcome=OrderOutcome.REFUSED, error=entry.error)


def _absent(known: OrderRecord, entry: OrderAbsent, run: int) -> OrderRecord:
    void = known.unknown_txid  # The id that was named for it belongs to no order.
    return replace(
        known,
        updated_run=run,
        txid=None if void else known.txid,
        txids=() if void else known.txids,
        unknown_txid=False,
        outcome=OrderOutcome.SKIPPED,
        error=entry.reason,
        unconfirmed=entry.unconfirmed,
    )


def _apply_unresolved(known: OrderRecord, entry: OrderUnresolved, run: int) -> OrderRecord:
    txids = tuple(dict.fromkeys((*known.txids, *entry.txids)))
    return replace(
        known,
        updated_run=run,
        outcome=OrderOutcome.UNRESOLVED,
        error=entry.reason,
        request=known.request or entry.request,
        txid=known.txid or (txids[0] if txids else None),
        txids=txids,
        unknown_txid=known.unknown_txid or entry.unknown_txid,
    )


_IN_DOUBT = (None, OrderOutcome.UNRESOLVED)

UNHEARD_OF = OrderRecord()
"""An order that no entry has named yet."""

UPDATES: dict[type[Entry], Callable[[OrderRecord, Any, int], OrderRecord]] = {
    OrderIntent: _sent,
    OrderPlaced: _apply_placed,
    OrderEnded: _apply_ended,
    OrderRejected: _apply_rejected,
    OrderValidated: _apply_validated,
    OrderRefused: _apply_refused,
    OrderAbsent: _absent,
    OrderUnresolved: _apply_unresolved,
}
"""The change that each fact makes to the record of its order, given the run that it belongs to."""
