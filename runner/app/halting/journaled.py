"""The orders in all journals that a halt has to reach: the latest deadline under way, and which are ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.domain import parse_rfc3339
from runner.errors import OrderBatchError
from runner.execution import OurOrders
from runner.journal import OrderPlaced, fold
from runner.planning import normal_cl_ord_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.app.inputs.records import Records
    from runner.journal import Entry, Ledger

MOST_DEADLINE_S: Final = 60.0
"""The longest deadline of an order, for what cannot be read."""


@dataclass(frozen=True, slots=True)
class Journaled:
    """The orders in all journals of an account.

    ``until``: the latest deadline of an order without an outcome, in Unix seconds, 0 without one. ``unread``
    are the journals that cannot be read, each with the reason.
    """

    until: float
    ours: OurOrders
    unread: tuple[str, ...]


def read_journals(records: Records) -> Journaled:
    """Read all journals; others may be writing them."""
    journals: list[list[Entry]] = []
    unread: list[str] = []
    try:
        for kept in records.all():
            try:
                journals.append(kept.entries())
            except (OSError, OrderBatchError) as error:
                unread.append(f"{kept.place}: {error}")
    except (OSError, OrderBatchError) as error:
        unread.append(str(error))
    ledgers = [fold(entries) for entries in journals]
    until = max((moment for ledger in ledgers for moment in _deadlines(ledger)), default=0.0)
    return Journaled(until, _ours(journals, ledgers), tuple(unread))


def _deadlines(ledger: Ledger) -> Iterator[float]:
    for record in ledger.orders.values():
        deadline = (record.request or {}).get("deadline")
        if record.in_doubt and isinstance(deadline, str):
            try:
                yield parse_rfc3339(deadline)
            except ValueError:
                continue


def _ours(journals: Iterable[Iterable[Entry]], ledgers: Iterable[Ledger]) -> OurOrders:
    records = [record for ledger in ledgers for record in ledger.orders.values()]
    requests = [record.request for record in records if record.request]
    doubtful = [record.request for record in records if record.in_doubt and record.request]
    placed = (entry.txid for entries in journals for entry in entries if isinstance(entry, OrderPlaced))
    return OurOrders(
        txids=frozenset((*placed, *(txid for record in records for txid in record.txids))),
        cl_ord_ids=frozenset(
            normal_cl_ord_id(str(id)) for request in requests if (id := request.get("cl_ord_id"))
        ),
        userrefs=frozenset(str(userref) for request in doubtful if (userref := request.get("userref"))),
    )
