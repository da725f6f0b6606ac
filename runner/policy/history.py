"""The orders and cancellations in journals that count for the limits of a batch and of a day.

An order counts from its intent on, unless it is known that it was never at the exchange: an ended order may
have been filled in part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from runner.domain import OrderKey, OrderOutcome, RunId, parse_rfc3339
from runner.journal import CancelIntent, OrderUnresolved, fold
from runner.kraken import AddOrder

from .context import CancelId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.journal import Entry, Ledger

_PERHAPS_THERE = frozenset({None, OrderOutcome.PLACED, OrderOutcome.ENDED, OrderOutcome.UNRESOLVED})
_ORDER_FIELDS = ("pair", "type", "ordertype", "price", "price2", "volume", "oflags", "leverage")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOrder:
    """An order of any batch that is, or may be, at the exchange since ``at`` (Unix seconds)."""

    run: RunId
    key: OrderKey
    request: AddOrder
    at: float

    @property
    def pair(self) -> str:
        """The pair of the order."""
        return self.request.pair


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCancel:
    """A ``cancelOrder`` of any batch that left at ``at`` (Unix seconds)."""

    run: RunId
    group: str
    ids: tuple[CancelId, ...]
    at: float


def sent_in(entries: Sequence[Entry]) -> Iterator[SentOrder | SentCancel]:
    """Yield what was sent according to the journal of one batch and run key."""
    ledger = fold(entries)
    if not ledger.runs:
        return
    run = RunId(ledger.runs[-1].batch, ledger.runs[-1].run_key)
    doubtful = {OrderKey(entry.group, entry.id): entry for entry in entries if _is_found_in_doubt(entry)}
    for key, record in ledger.orders.items():
        fields, at = record.request, record.sent_at or record.acked_at
        if at is None and key in doubtful:
            fields, at = doubtful[key].request, doubtful[key].at
        if record.outcome in _PERHAPS_THERE and fields is not None and at is not None:
            # Where the exchange has shown an order under several ids, each of them may be one.
            twins = (OrderKey(key.group, f"{key.id} as {txid}") for txid in record.txids[1:])
            for name in (key, *twins):
                yield SentOrder(run=run, key=name, request=_request(fields), at=parse_rfc3339(at))
    for entry in entries:
        if isinstance(entry, CancelIntent):
            ids = tuple(_id(text, entry, ledger) for text in entry.txid)
            yield SentCancel(run=run, group=entry.group, ids=ids, at=parse_rfc3339(entry.at))


def _is_found_in_doubt(entry: Entry) -> TypeGuard[OrderUnresolved]:
    """Return whether an entry is about an order of which neither intent nor placing is known."""
    return isinstance(entry, OrderUnresolved) and entry.request is not None


def _id(text: str, intent: CancelIntent, ledger: Ledger) -> CancelId:
    """Return an id that was sent, with its orders, as known then or now."""
    if not text.removeprefix("-").isdigit():
        return CancelId.of(text)
    settled = ledger.cancels.get((intent.group, f"userref:{text}"))
    since = settled.matched if settled is not None and settled.settled else None
    known = (intent.matched or {}).get(text, since)
    return CancelId(text, None if known is None else tuple(dict.fromkeys((*known, *(since or ())))))


def _request(fields: Mapping[str, Any]) -> AddOrder:
    """As much of the message as a limit looks at."""
    return AddOrder(**{name: fields[name] for name in _ORDER_FIELDS if name in fields})
