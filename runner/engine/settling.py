"""Orders whose fate is unknown: when to look for them, and when what was not found is proven absent.

An order with no reply is, after its deadline, either at the exchange or never will be. The
exchange's records may lag, so absence is proven only by a look taken after the settle window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .matching import CLOCK_SLACK_S
from .orders import State
from .turn import LookUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .orders import OrderTrack
    from .turn import Timing

LOOK_EVERY_S = (0.0, 2.0, 5.0, 10.0, 15.0)
"""The waits between looks at the exchange's records; each costs calls from a small budget."""

PATIENCE_S = 30.0
"""How long after the settle window a look may still fail before the order is given up as unresolved."""


def begin(order: OrderTrack, now: float) -> None:
    """Begin to look for an order."""
    order.doubted_at = now
    order.looks = 0
    order.look_at = now


def settled_at(order: OrderTrack, timing: Timing) -> float:
    """When a look that finds nothing proves absence."""
    return order.deadline_at + timing.settle_s


def given_up_at(order: OrderTrack, timing: Timing) -> float:
    """When an order that could not be looked for is unresolved."""
    return max(settled_at(order, timing), order.doubted_at) + PATIENCE_S


def due(orders: Iterable[OrderTrack], now: float) -> list[OrderTrack]:
    """The orders in doubt that are to be looked for now; asking begins the look."""
    found = [order for order in orders if order.state is State.DOUBT and order.look_at <= now]
    for order in found:
        order.looked_at = now
    return found


def look_for(orders: Iterable[OrderTrack]) -> LookUp:
    """One look for all of these; through all time for those that nothing says were ever sent."""
    orders = list(orders)
    requests = [order.planned.request for order in orders]
    since = min(order.sent_at for order in orders)
    return LookUp(
        cl_ord_ids=tuple(request.cl_ord_id for request in requests if request.cl_ord_id),
        userrefs=tuple(dict.fromkeys(request.userref for request in requests if request.userref)),
        since=since - CLOCK_SLACK_S if since else None,
    )


def look_again(order: OrderTrack, now: float, timing: Timing) -> None:
    """After a look that found nothing: when the next is due, the last one just after the window."""
    order.looks += 1
    wait = LOOK_EVERY_S[min(order.looks, len(LOOK_EVERY_S) - 1)]
    settled = settled_at(order, timing)
    order.look_at = now + wait
    if order.looked_at < settled:
        # The window may have ended while the answer was under way: then the next look proves something.
        order.look_at = min(order.look_at, max(settled, now))
