"""The status of each order of a file, according to the journal and to the exchange."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from runner.app.hosts import Host, TrioProgram
from runner.app.status import status as look_up
from runner.domain import HaltInForce
from runner.errors import ExitCode
from runner.planning import FillStatus, decimal_of, fill_statuses, newest_execution

from .collector import Collector
from .job import families
from .order_execution import OrderExecution, read_execution

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from runner.app.console import Console
    from runner.domain import OrderKey
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, JournalState, PlannedOrder

    from .job import Job

__all__ = ["FillStatus", "HaltInForce", "OrderStatus", "Status", "status"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatus:
    """An order of the file, with its state according to the ``journal``; ``line`` is its line in the file.

    ``txid`` is the exchange's id, from its records if they have the order. ``at_exchange`` is Kraken's word
    for its status (``pending``, ``open``, ``closed``, ``canceled`` or ``expired``), None if the exchange has
    no such order or was not queried; ``volume`` and ``executed`` are then its volumes, None if unknown.
    ``execution`` are its newest figures, of the records or else of the journal.
    """

    key: OrderKey
    line: int
    journal: JournalState
    txid: str | None
    at_exchange: str | None
    volume: Decimal | None
    executed: Decimal | None
    execution: OrderExecution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The result of ``status``. ``exchange_read``: the exchange's records were read.

    ``barriers`` are the waits of groups until others are filled, with how much is filled now.
    ``contradictions`` are claims of the journal that the exchange denies. ``exit_code``: ``DONE``,
    ``UNRESOLVED`` if the outcome of something is unknown, ``REFUSED`` if there are contradictions. ``halt``
    is one that holds: runs send nothing new until somebody resumes.
    """

    exit_code: ExitCode
    exchange_read: bool
    orders: tuple[OrderStatus, ...]
    barriers: tuple[FillStatus, ...]
    contradictions: tuple[Contradiction, ...]
    halt: HaltInForce | None
    notes: tuple[str, ...]
    text: str | None = field(repr=False)

    @property
    def manifest(self) -> dict[str, Any] | None:
        """A copy of the last run's manifest, None before any run."""
        return None if self.text is None else json.loads(self.text)


async def status(
    job: Job,
    *,
    offline: bool = False,
    only: Collection[str] = (),
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Status:
    """Compare the journal of a file's orders with the exchange's records. Sends nothing and changes nothing.

    ``offline``: read the journal alone. ``only``: report these groups and orders (``group/id``); the exit
    code is that of all. ``console`` gets messages and results. An unreachable exchange is a
    note. Raises ``InvalidBatch``, ``InvalidInput``, and ``Refused`` for a journal that cannot be believed or
    is another account's.
    """
    out = Collector(console)
    with families():
        code = await look_up(job.target(), job.variables(), out, host, offline=offline, only=only)
    assert out.reported is not None, "a status is shown"
    plan, manifest, shown, denied, read_at, halt = out.reported
    return Status(
        exit_code=code,
        exchange_read=shown is not None,
        orders=tuple(_order(order, (shown or {}).get(order.key), read_at) for order in plan.orders()),
        barriers=tuple(fill_statuses(plan, manifest, shown, read_at)),
        contradictions=denied,
        halt=halt,
        notes=tuple(out.notes),
        text=None if manifest is None else json.dumps(manifest),
    )


def _order(order: PlannedOrder, record: OpenOrder | None, read_at: str) -> OrderStatus:
    known = None if order.known is None else order.known.txid
    return OrderStatus(
        key=order.key,
        line=order.place.line,
        journal=order.journal_state,
        txid=known if record is None else record.txid,
        at_exchange=None if record is None else record.status or None,
        volume=None if record is None else decimal_of(record.vol),
        executed=None if record is None else decimal_of(record.vol_exec),
        execution=read_execution(newest_execution(order, record, read_at)),
    )
