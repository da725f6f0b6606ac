"""A trader's request, given to the part of the exchange that carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import (
    AddOrder,
    AmendOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    CancelOrderStatus,
    EditOrder,
)
from runner.paper.exchange import amending, cancellations, dead_man_switch, editing
from runner.paper.state.changes import OrderUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.kraken import Reply, Request
    from runner.paper.exchange.matching_engine import MatchingEngine
    from runner.paper.state.changes import Change


def carry_out(request: Request, engine: MatchingEngine, seed: str, now: float) -> list[Reply]:
    """Carry out a request that was admitted, and return the replies to it."""
    match request:
        case AddOrder():
            return [engine.place(request, now)]
        case CancelOrder():
            return [*cancellations.cancel(request, engine, seed, now)]
        case CancelAll():
            return [cancellations.cancel_all(request, engine, now)]
        case EditOrder():
            return [editing.edit(request, engine, now)]
        case AmendOrder():
            return [amending.amend(request, engine, now)]
        case CancelAllOrdersAfter():
            return [dead_man_switch.set_timer(request, engine, now)]
        case _:
            raise AssertionError(f"no request of a trader: {request}")


def is_partly_refused(request: Request, answers: Iterable[Reply]) -> bool:
    """Return whether a part of a cancellation was refused."""
    return type(request) is CancelOrder and any(
        isinstance(answer, CancelOrderStatus) and answer.status == "error" for answer in answers
    )


def ended_orders(changes: Iterable[Change]) -> list[CancelOrder]:
    """Return a cancellation for each order that ended with these changes."""
    orders = [change.order for change in changes if isinstance(change, OrderUpdate)]
    return [CancelOrder(txid=(order.txid,)) for order in orders if not order.live]
