"""The execution of each order of a status: the exchange's records, or else what the journal has of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.journal import execution_object
from runner.kraken import executed_of

if TYPE_CHECKING:
    from runner.kraken import OpenOrder

    from .planned_order import PlannedOrder


def newest_execution(order: PlannedOrder, shown: OpenOrder | None, read_at: str) -> dict[str, Any] | None:
    """Return the newest figures of an order; ``shown`` is its record, as it was read at ``read_at``."""
    known = None if order.known is None else order.known.executed
    executed = known if shown is None else executed_of(shown, read_at)
    if executed is not None and known is not None and executed.is_outdated_by(known):
        executed = known
    return None if executed is None else execution_object(order.known, executed)
