"""The disposition of each order and each cancellation in the next run: decided here once, and read by all.

Text, JSON, markdown, exit code, forecast, policy, checks and the prompt read it from the plan. It depends on
the journal (``JournalState``), on the account's open orders and on the policy. A group that was unwound, or
stopped by an order that the exchange ended, is over: its remaining orders are not sent, and no group that
needs it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from .open_orders import NOTHING_OPEN, OpenAtExchange
from .planned_order import JournalState

if TYPE_CHECKING:
    from collections.abc import Collection

    from runner.domain import OrderKey

    from .planned_cancel import PlannedCancel
    from .planned_order import PlannedGroup, PlannedOrder
    from .ruling import Ruling


class Disposition(StrEnum):
    """The next run's treatment of an order.

    ``send``: it is sent. ``look_up``: an earlier run may have placed it, so it is looked up, and sent if it
    is absent. ``placed``: an earlier run placed it. ``ended``: an earlier run placed it, and the exchange
    ended it before it was filled. ``open_at_exchange``: the account has it open, although the journal does
    not know it. ``changed``: it was placed with other content, which is refused. ``abandoned``: the journal
    left it open, and the file no longer has it. ``unreachable``: it is not sent, because its group, or one
    that its group needs, was unwound or stopped for good. ``denied``: a rule denies it.
    """

    SEND = "send"
    LOOK_UP = "look_up"
    PLACED = "placed"
    ENDED = "ended"
    OPEN_AT_EXCHANGE = "open_at_exchange"
    CHANGED = "changed"
    ABANDONED = "abandoned"
    UNREACHABLE = "unreachable"
    DENIED = "denied"


class CancelDisposition(StrEnum):
    """The next run's treatment of a cancellation; the values mean the same as for an order.

    ``settled``: an earlier run settled it. ``abandoned``: its outcome is queried, and it is not sent.
    """

    SEND = "send"
    SETTLED = "settled"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    ABANDONED = "abandoned"


REQUESTED: Final = frozenset({Disposition.SEND, Disposition.DENIED})
"""Orders that would be sent now if no rule denied them; money and limits are computed from these."""

MAY_SEND: Final = frozenset({Disposition.SEND, Disposition.LOOK_UP, Disposition.DENIED})
"""Orders for which a message may be sent: one that is looked up may prove absent."""


class Dispositions(Struct, frozen=True, kw_only=True):
    """The dispositions of a plan.

    ``cancels`` are keyed by group and ``ref``. ``unreachable`` maps each group that will not be reached to
    the needed group that blocks it. ``open``: the account's open orders.
    """

    orders: Mapping[OrderKey, Disposition] = MappingProxyType({})
    cancels: Mapping[tuple[str, str], CancelDisposition] = MappingProxyType({})
    unreachable: Mapping[str, str] = MappingProxyType({})
    open: OpenAtExchange = NOTHING_OPEN


def dispositions_of(
    groups: tuple[PlannedGroup, ...], opened: OpenAtExchange, rulings: tuple[Ruling, ...]
) -> Dispositions:
    """Return what becomes of each order and cancellation of these groups."""
    unreachable = _unreachable(groups)
    denied = [ruling for ruling in rulings if ruling.violation.denies]
    orders = {ruling.order for ruling in denied if ruling.order is not None}
    canceling = {ruling.group for ruling in denied if ruling.order is None}
    return Dispositions(
        orders={
            order.key: _order(order, opened, orders, reached=group.name not in unreachable)
            for group in groups
            for order in group.orders
        },
        cancels={
            (group.name, cancel.ref): _cancel(cancel, group, canceling, reached=group.name not in unreachable)
            for group in groups
            for cancel in group.cancel
        },
        unreachable=unreachable,
        open=opened,
    )


_KNOWN: Final = {
    JournalState.PLACED: Disposition.PLACED,
    JournalState.ENDED: Disposition.ENDED,
    JournalState.UNKNOWN: Disposition.LOOK_UP,
    JournalState.CHANGED: Disposition.CHANGED,
    JournalState.ABANDONED: Disposition.UNREACHABLE,
}


def journal_disposition(order: PlannedOrder) -> Disposition:
    """Return the disposition of an order of the file by the journal alone, without account and policy."""
    return _KNOWN.get(order.journal_state, Disposition.SEND)


def _order(
    order: PlannedOrder, opened: OpenAtExchange, denied: Collection[OrderKey], *, reached: bool
) -> Disposition:
    if order.abandoned:
        return Disposition.ABANDONED
    known = _KNOWN.get(order.journal_state)
    if known is not None:
        return known
    if opened and opened.of(order) is not None:
        return Disposition.OPEN_AT_EXCHANGE
    if not reached:
        return Disposition.UNREACHABLE
    return Disposition.DENIED if order.key in denied else Disposition.SEND


def _cancel(
    cancel: PlannedCancel, group: PlannedGroup, denied: Collection[str], *, reached: bool
) -> CancelDisposition:
    if cancel.left_open is not None:
        return CancelDisposition.ABANDONED
    if cancel.settled:
        return CancelDisposition.SETTLED
    if not reached or group.over:
        return CancelDisposition.UNREACHABLE
    return CancelDisposition.DENIED if group.name in denied else CancelDisposition.SEND


def _unreachable(groups: tuple[PlannedGroup, ...]) -> dict[str, str]:
    """Return the groups that the next run will certainly skip, each with the needed group that blocks it."""
    stops = {group.name for group in groups if group.over}
    skipped: dict[str, str] = {}
    # Groups may come in any order, so one pass may block further groups in the next.
    while blocked := _find_blocked(groups, stops | skipped.keys(), skipped):
        skipped |= blocked
    return skipped


def _find_blocked(
    groups: tuple[PlannedGroup, ...], failing: set[str], known: dict[str, str]
) -> dict[str, str]:
    return {
        group.name: next(name for name in group.needs if name in failing)
        for group in groups
        if group.name not in known and failing.intersection(group.needs)
    }
