"""Orders that the exchange has accepted: whether they stand, were filled, or were ended by the exchange.

That an order was accepted does not say that it stands: a post-only order that would trade, a self-trade or
missing margin end it afterwards, in the feed. So nothing that protects the account is given up before the
feed, or else the records, have shown each order. An order that has ended is not placed, unless its batch
canceled it, or it is IOC, whose end is its nature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import OrderState

from .matching import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.protocol import AddOrder, OpenOrder

    from .orders import OrderTrack
    from .plan import Plan

ACCEPTED: Final = OrderState.ACCEPTED
STANDING: Final = OrderState.STANDING
FILLED: Final = OrderState.FILLED
ENDED: Final = OrderState.ENDED

NEVER_REST: Final = frozenset({"market", "settle-position"})
"""The types of order that are filled at once, or not at all."""

_CANCELED_BY_A_CLIENT = frozenset({"", "user requested"})
"""The reasons of an end that a cancellation brings about; "" where the exchange says none."""

_TOO_LITTLE_LEFT = "insufficient volume"
"""What is left of an order that was filled may be too little to trade."""


def state_of(order: OpenOrder, request: AddOrder) -> OrderState | None:
    """What the exchange shows of an accepted order; None where that is not known.

    Only ``open`` says that an order stands: the exchange has still to look at a ``pending`` one, unless it is
    scheduled.
    """
    match order.status:
        case "open":
            return None if ends_at_once(request) else STANDING
        case "pending":
            return STANDING if request.starttm not in (None, "0") else None
        case "canceled" | "expired":
            return FILLED if _all_executed(order, request) else ENDED
        case "closed":
            return _closed(order, request)
        case _:
            return None


def executed_text(order: OpenOrder) -> str | None:
    """How much of an order was executed, as the exchange wrote it; None for nothing."""
    text = order.vol_exec
    if text is None or (text.__class__ is str and not text.strip("0.")):
        return None  # So it is said of most orders: to read a number takes longer.
    return str(text) if decimal_of(text) else None


def is_ioc(request: AddOrder) -> bool:
    """Whether what cannot be executed at once is canceled by the exchange, as asked for."""
    return request.timeinforce == "IOC"


def ends_at_once(request: AddOrder) -> bool:
    """Whether an order never rests: ``open`` says nothing of it, for its end comes within moments."""
    return is_ioc(request) or request.ordertype in NEVER_REST


def may_be_ours(order: OpenOrder) -> bool:
    """Whether a cancellation by a client has ended this order, as far as the exchange says why it ended."""
    return order.status == "canceled" and (order.cancel_reason or "").lower() in _CANCELED_BY_A_CLIENT


def why_ended(order: OpenOrder) -> str:
    """Why the exchange ended an order, in its own words as far as there are any."""
    return order.cancel_reason or f"{order.status} by the exchange, which gives no reason"


def _closed(order: OpenOrder, request: AddOrder) -> OrderState | None:
    """``closed`` is decided by volumes, for some orders that the exchange ends are called so as well."""
    executed = decimal_of(order.vol_exec)
    if executed is None:
        return None
    dust = (order.cancel_reason or "").lower().startswith(_TOO_LITTLE_LEFT)
    # The volume of an order in the quote currency is no measure of what it buys.
    whole = dust or _is_in_quote(request) or _all_executed(order, request)
    return FILLED if executed and whole else ENDED


def _all_executed(order: OpenOrder, request: AddOrder) -> bool:
    volume = decimal_of(order.vol) or (None if _is_in_quote(request) else decimal_of(request.volume))
    executed = decimal_of(order.vol_exec)
    return volume is not None and executed is not None and 0 < volume <= executed


def _is_in_quote(request: AddOrder) -> bool:
    return "viqc" in (request.oflags or "").split(",")


class AcceptedOrders:
    """What is known of the orders that the exchange has accepted.

    All by group. ``unseen``: those that neither feed nor records have shown since they were accepted, or
    since the feed was interrupted. ``unfilled``: IOC orders that ended before all of them was executed.
    ``changed``: those whose state is not written down yet.
    """

    def __init__(self, plan: Plan) -> None:
        names = [group.name for group in plan.groups]
        self.unseen: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        self.unfilled: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        self.changed: dict[str, dict[OrderTrack, None]] = {name: {} for name in names}
        cancels = [cancel for group in plan.groups for cancel in group.cancel]
        self._canceled_keys = {cancel.order for cancel in cancels if cancel.order is not None}
        self._canceled_userrefs = {cancel.sent_as for cancel in cancels if cancel.userref}

    def take_up(self, track: OrderTrack) -> None:
        """Take up an order that an earlier run has placed."""
        known = track.planned.known
        track.shown = ACCEPTED if known is None or known.state is None else known.state
        track.vol_exec = None if known is None else known.vol_exec
        group = track.planned.group
        if track.shown is ENDED and is_ioc(track.planned.request):
            self.unfilled[group][track] = None
        elif track.shown in (ACCEPTED, STANDING):
            self.unseen[group][track] = None

    def add(self, track: OrderTrack, now: float) -> None:
        """An order is at the exchange, and nothing else is known of it yet."""
        track.accepted_at = now
        track.shown = ACCEPTED
        self.unseen[track.planned.group][track] = None

    def show(self, track: OrderTrack, order: OpenOrder) -> bool:
        """Take what the exchange shows of an order; whether that says that it did not come to stand."""
        state = state_of(order, track.planned.request)
        if state is None:
            return False
        group = track.planned.group
        self.unseen[group].pop(track, None)
        executed = executed_text(order)
        if track.shown is state and track.vol_exec == executed:
            return False
        if track.shown in (FILLED, ENDED):
            return False  # Nothing can happen to it any more: this is old news.
        track.shown, track.vol_exec = state, executed
        self.changed[group][track] = None
        if state is not ENDED:
            return False
        track.ended_for = why_ended(order)
        if is_ioc(track.planned.request):
            self.unfilled[group][track] = None
            return False
        return not (track.cancel_sent and may_be_ours(order))

    def is_canceled_by_batch(self, track: OrderTrack) -> bool:
        """Whether the batch itself cancels an order, at one place or another."""
        userref = track.planned.request.userref
        return track.planned.key in self._canceled_keys or userref in self._canceled_userrefs

    def interrupt(self, tracks: Iterable[OrderTrack]) -> None:
        """The feed was interrupted: what it showed to stand may have ended since."""
        for track in tracks:
            if track.shown is STANDING:
                self.unseen[track.planned.group][track] = None

    def take_changed(self, group: str) -> list[OrderTrack]:
        """The orders of a group whose state has still to be written down; asking takes them."""
        changed, self.changed[group] = self.changed[group], {}
        return [track for track in changed if track.shown is not None]
