"""The orders that other runs have placed: of this machine, or with a ledger of the account.

Their trades are not attributed to another runner, and neither is an order under an author's own id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.domain import RunId
from runner.errors import Refused
from runner.execution import ids_to_check
from runner.journal import OrderPlaced, RunStarted

from .batches import records_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.planning import Plan

    from .batches import Target

LATELY_S: Final = 600.0
"""Maximum age of a journal that is read: older orders are in the exchange's records, also read."""


def with_orders_elsewhere(plan: Plan, target: Target, now: float) -> Plan:
    """Return the plan with the orders of other runs that its look-up must exclude."""
    run = plan.run if ids_to_check(plan) else None
    return structs.replace(plan, elsewhere=placed_elsewhere(target, now, other_than=run))


def placed_elsewhere(target: Target, now: float, *, other_than: RunId | None = None) -> frozenset[str]:
    """Return the ids of orders in recent journals of a venue, and in all journals of the batch's other runs.

    ``other_than`` is the run that is not among them, ``now`` is Unix seconds. A journal that cannot be read
    is left out.
    """
    return frozenset(_placed_orders(target, now - LATELY_S if other_than is None else 0.0, other_than))


def _placed_orders(target: Target, since: float, other_than: RunId | None) -> Iterator[str]:
    for kept in records_of(target).all():
        try:
            entries = kept.entries() if kept.written_at() >= since else []
        except (OSError, Refused):
            continue
        if not any(isinstance(entry, RunStarted) and _run_of(entry) == other_than for entry in entries):
            yield from (entry.txid for entry in entries if isinstance(entry, OrderPlaced))


def _run_of(entry: RunStarted) -> RunId:
    return RunId(entry.batch, entry.run_key)
