"""The state of each barrier of a plan: what the journal says of the wait, and how much is filled now."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from runner.domain import BarrierOutcome, FillBarrier, OrderKey, OrderState

from .newest_execution import newest_execution
from .order_matching import decimal_of
from .planned_order import JournalState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.kraken import OpenOrder

    from .plan import Plan
    from .planned_order import PlannedOrder


_NOTHING: Final = Decimal(0)


class OrderFill(Struct, frozen=True, kw_only=True):
    """The filled part of an order.

    ``ordered`` and ``executed`` are in units of the base currency, or of the quote currency with the flag
    ``viqc``; None if unknown.
    """

    key: OrderKey
    pair: str
    ordered: Decimal | None
    executed: Decimal | None

    @property
    def filled(self) -> bool:
        """True if all of it is known to be executed."""
        return self.executed is not None and self.ordered is not None and self.executed >= self.ordered


class FillStatus(Struct, frozen=True, kw_only=True):
    """One barrier: ``group`` waits until all ``fills`` are filled.

    ``outcome`` and ``reason`` are those of the last run. ``until`` is the end of the wait, RFC 3339 in UTC;
    None before it has begun.
    """

    group: str
    barrier: FillBarrier
    outcome: BarrierOutcome
    until: str | None
    reason: str
    fills: tuple[OrderFill, ...]


def fill_statuses(
    plan: Plan,
    manifest: Mapping[str, Any] | None,
    shown: Mapping[OrderKey, OpenOrder | None] | None,
    read_at: str,
) -> Iterator[FillStatus]:
    """Yield the barriers of a plan, in the file's order.

    ``manifest`` is the last run's, None before any. ``shown`` are the exchange's records of the orders as
    read at ``read_at``, None if they were not read.
    """
    rows = _rows(manifest)
    groups = {group.name: group for group in plan.groups}
    for group in plan.groups:
        for barrier in group.barriers:
            row = rows.get((group.name, barrier.group), {})
            orders = groups[barrier.group].orders
            yield FillStatus(
                group=group.name,
                barrier=barrier,
                outcome=BarrierOutcome(row.get("outcome", BarrierOutcome.PENDING)),
                until=row.get("until"),
                reason=row.get("reason", ""),
                fills=tuple(_fill(order, shown, read_at) for order in orders),
            )


def _rows(manifest: Mapping[str, Any] | None) -> dict[tuple[str, str], Mapping[str, Any]]:
    groups = manifest["groups"] if manifest else ()
    return {(group["name"], row["group"]): row for group in groups for row in group.get("barriers", ())}


def _fill(order: PlannedOrder, shown: Mapping[OrderKey, OpenOrder | None] | None, read_at: str) -> OrderFill:
    record = None if shown is None else shown.get(order.key)
    execution = newest_execution(order, record, read_at)
    ordered = decimal_of(order.request.volume)
    executed = None if execution is None else decimal_of(execution["vol_exec"])
    if order.journal_state is JournalState.UNSENT:
        executed = executed or _NOTHING
    elif order.known is not None and order.known.state is OrderState.FILLED:
        executed = ordered
    return OrderFill(key=order.key, pair=order.pair, ordered=ordered, executed=executed)
