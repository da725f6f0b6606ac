"""The state of orders that the exchange has accepted: open, filled, or ended by the exchange.

An accepted order is not necessarily open: a post-only order that would trade, a self-trade or missing margin
end it afterwards, in the feed. So protection of the account is not removed before the feed or the records
have shown each order. An order that has ended is not placed, unless its batch canceled it, or it is IOC,
which always ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import UNPRICED, OrderState
from runner.kraken import OrderStatus, has_quote_volume
from runner.planning import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.kraken import AddOrder, OpenOrder
    from runner.planning import Plan

    from .states import OrderTrack


_CANCELED_BY_A_CLIENT = frozenset({"", "user requested"})
"""End reasons that a cancellation causes; "" if the exchange gives none."""

_TOO_LITTLE_LEFT = "insufficient volume"
"""The end reason of a filled order whose remainder is too little to trade."""


def state_of(order: OpenOrder, request: AddOrder) -> OrderState | None:
    """Return the state of an accepted order as the exchange shows it; None if unknown.

    Only ``open`` means that an order is open: the exchange has still to check a ``pending`` one, unless it is
    scheduled.
    """
    match order.status:
        case OrderStatus.OPEN:
            return None if ends_at_once(request) else OrderState.OPEN
        case OrderStatus.PENDING:
            return OrderState.OPEN if request.starttm not in (None, "0") else None
        case OrderStatus.CANCELED | OrderStatus.EXPIRED:
            return OrderState.FILLED if _all_executed(order, request) else OrderState.ENDED
        case OrderStatus.CLOSED:
            return _state_of_closed(order, request)
        case _:
            return None


def executed_text(order: OpenOrder) -> str | None:
    """Return the executed volume of an order, as the exchange wrote it; None for zero."""
    return str(order.vol_exec) if decimal_of(order.vol_exec) else None


def is_ioc(request: AddOrder) -> bool:
    """Return whether the exchange cancels what cannot be executed at once."""
    return request.timeinforce == "IOC"


def ends_at_once(request: AddOrder) -> bool:
    """Return whether an order never rests: ``open`` means nothing then, for its end comes within moments."""
    return is_ioc(request) or request.ordertype in UNPRICED


def may_be_ours(order: OpenOrder) -> bool:
    """Return whether a cancellation by a client may have ended this order, as far as the exchange says."""
    canceled = order.status == OrderStatus.CANCELED
    return canceled and (order.cancel_reason or "").lower() in _CANCELED_BY_A_CLIENT


def end_reason(order: OpenOrder) -> str:
    """Return why the exchange ended an order, in its own words if there are any."""
    return order.cancel_reason or f"{order.status} by the exchange, which gives no reason"


def _state_of_closed(order: OpenOrder, request: AddOrder) -> OrderState | None:
    """Return the state of a ``closed`` order by its volumes.

    Some orders that the exchange has ended are called closed, too.
    """
    executed = decimal_of(order.vol_exec)
    if executed is None:
        return None
    dust = (order.cancel_reason or "").lower().startswith(_TOO_LITTLE_LEFT)
    # The volume of an order in the quote currency is no measure of what it buys.
    whole = dust or has_quote_volume(request) or _all_executed(order, request)
    return OrderState.FILLED if executed and whole else OrderState.ENDED


def _all_executed(order: OpenOrder, request: AddOrder) -> bool:
    volume = decimal_of(order.vol) or (None if has_quote_volume(request) else decimal_of(request.volume))
    executed = decimal_of(order.vol_exec)
    return volume is not None and executed is not None and 0 < volume <= executed


class AcceptedOrders:
    """The state of the accepted orders, by group.

    ``unseen``: orders that neither feed nor records have shown since they were accepted, or since the feed
    was interrupted. ``unfilled``: IOC orders that ended before they were fully executed. ``changed``: orders
    whose state is not written to the journal yet. ``version`` changes whenever the state of an order does.
    """

    def __init__(self, plan: Plan) -> None:
        self.version = 0
        names = [group.name for group in plan.groups]
        self.unseen: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        self.unfilled: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        self.changed: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        cancels = [cancel for group in plan.groups for cancel in group.cancel]
        self._canceled_keys = {cancel.order for cancel in cancels if cancel.order is not None}
        self._canceled_userrefs = {cancel.sent_as for cancel in cancels if cancel.userref}

    def restore(self, track: OrderTrack) -> None:
        """Add an order that an earlier run has placed."""
        known = track.planned.known
        track.shown = OrderState.ACCEPTED if known is None or known.state is None else known.state
        track.vol_exec = None if known is None else known.vol_exec
        group = track.planned.group
        if track.shown is OrderState.ENDED and is_ioc(track.planned.request):
            self.unfilled[group][track] = None
        elif track.shown in (OrderState.ACCEPTED, OrderState.OPEN):
            self.unseen[group][track] = None

    def add(self, track: OrderTrack, now: float) -> None:
        """Add an order that is at the exchange, with nothing else known yet."""
        self.version += 1
        track.accepted_at = now
        track.shown = OrderState.ACCEPTED
        self.unseen[track.planned.group][track] = None

    def show(self, track: OrderTrack, order: OpenOrder, now: float) -> bool:
        """Take the state of an order from the exchange; return whether the exchange ended it."""
        state = state_of(order, track.planned.request)
        if state is None:
            return False
        group = track.planned.group
        self.unseen[group].pop(track, None)
        executed = executed_text(order)
        if track.shown is state and track.vol_exec == executed:
            return False
        if track.shown in (OrderState.FILLED, OrderState.ENDED):
            return False  # The state is final: this is outdated.
        self.version += 1
        if state is OrderState.OPEN and track.shown is not OrderState.OPEN:
            track.opened_at = now
        track.shown, track.vol_exec = state, executed
        self.changed[group][track] = None
        if state is not OrderState.ENDED:
            return False
        track.end_reason = end_reason(order)
        if is_ioc(track.planned.request):
            self.unfilled[group][track] = None
            return False
        return not (track.cancel_sent and may_be_ours(order))

    def is_canceled_by_batch(self, track: OrderTrack) -> bool:
        """Return whether the batch itself cancels an order somewhere."""
        userref = track.planned.request.userref
        return track.planned.key in self._canceled_keys or userref in self._canceled_userrefs

    def interrupt(self, tracks: Iterable[OrderTrack]) -> None:
        """Note that the feed was interrupted: orders that it showed open may have ended since."""
        for track in tracks:
            if track.shown is OrderState.OPEN:
                self.unseen[track.planned.group][track] = None

    def take_changed(self, group: str) -> list[OrderTrack]:
        """Return the orders of a group whose state must still be written, and clear the list."""
        changed, self.changed[group] = self.changed[group], {}
        return [track for track in changed if track.shown is not None]
