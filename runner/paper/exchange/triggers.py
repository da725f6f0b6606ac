"""The triggers of stop and take-profit orders, and the course of a trailing stop as the market moves.

Triggers look at the last traded price. The trades of a fired order are decided in ``matching.py``.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.paper.state.changes import OrderChange
from runner.paper.state.orders import reached

from . import matching, order_fields

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.paper.state.orders import BookedOrder

    from .venue import Venue


def fire_next(venue: Venue, pair: str, now: float) -> bool:
    """Fire the first of a pair's waiting orders whose trigger is reached; return whether there was one."""
    last = venue.market.quote(pair).last
    for order in venue.book.waiting(pair):
        moved = _trail_stop(venue, order, last)
        stop = moved.terms.stop
        assert stop is not None
        if reached(moved.terms.type, moved.terms.ordertype, stop, last):
            fired = moved.fired()
            venue.write(fired)
            venue.report(fired, OrderChange.TRIGGERED)
            matching.fill(venue, fired, now, resting=False)
            return True
    return False


def _trail_stop(venue: Venue, order: BookedOrder, last: Decimal) -> BookedOrder:
    """Let a trailing stop follow the market while it goes well, and stay when it turns."""
    terms = order.terms
    if not terms.ordertype.startswith("trailing-stop"):
        return order
    limit, stop = order_fields.limit_and_stop(terms, terms.instrument, last)
    assert stop is not None
    assert terms.stop is not None
    if stop >= terms.stop if terms.type == "buy" else stop <= terms.stop:
        return order
    order = structs.replace(order, terms=structs.replace(terms, stop=stop, limit=limit))
    venue.write(order)
    if venue.options.feeds.trailing_news:
        venue.report(order, OrderChange.TRAILED)
    else:
        # The step is still one to keep: the next trigger depends on it.
        venue.touch()
    return order
