"""The disposition of each order and each cancellation in the next run: decided here once, and read by all.

Text, JSON, markdown, exit code, forecast, policy, checks and the prompt read it from the plan. It depends on
the journal (``JournalState``), on the account's open orders, on a look through its records and on the policy.
A group that was unwound, or stopped by an order that the exchange ended, is over: its remaining orders are
not sent, and no group that needs it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.domain import OnReject

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
    not know it. ``changed``: it was placed with other content, which is refused. ``orphaned``: the journal
    left it open, and the file no longer has it. ``unreachable``: it is not sent, because its group, or one
    that its group needs, was unwound or stopped for good. ``denied``: a rule denies it.
    """

    SEND = "send"
    LOOK_UP = "look_up"
    PLACED = "placed"
    ENDED = "ended"
    OPEN_AT_EXCHANGE = "open_at_exchange"
    CHANGED = "changed"
    ORPHANED = "orphaned"
    UNREACHABLE = "unreachable"
    DENIED = "denied"


class CancelDisposition(StrEnum):
    """The next run's treatment of a cancellation; the values mean the same as for an order.

    ``settled``: an earlier run settled it. ``orphaned``: its outcome is queried, and it is not sent.
    """

    SEND = "send"
    SETTLED = "settled"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    ORPHANED = "orphaned"


REQUESTED: Final = frozenset({Disposition.SEND, Disposition.DENIED})
"""Orders that would be sent now if no rule denied them; money and limits are computed from these."""

MAY_SEND: Final = frozenset({Disposition.SEND, Disposition.LOOK_UP, Disposition.DENIED})
"""Orders for which a message may be sent: one that is looked up may prove absent."""


class FoundOrder(Struct, frozen=True):
    """An order that a look through the account has found, although the journal does not know it.

    ``why``: the reason of its end, or of a contradiction, in words.
    """

    txid: str
    disposition: Disposition
    why: str = ""


class Dispositions(Struct, frozen=True, kw_only=True):
    """The dispositions of a plan.

    ``cancels`` are keyed by group and ``ref``. ``unreachable`` maps each group that will not be reached to
    the needed group that blocks it. ``over`` names the groups of which nothing more is attempted. ``open``:
    the account's open orders; ``found``: the orders of the plan that a look through its records found.
    """

    orders: Mapping[OrderKey, Disposition] = MappingProxyType({})
    cancels: Mapping[tuple[str, str], CancelDisposition] = MappingProxyType({})
    unreachable: Mapping[str, str] = MappingProxyType({})
    over: frozenset[str] = frozenset()
    open: OpenAtExchange = NOTHING_OPEN
    found: Mapping[OrderKey, FoundOrder] = MappingProxyType({})


def dispositions_of(
    groups: tuple[PlannedGroup, ...],
    opened: OpenAtExchange,
    rulings: tuple[Ruling, ...],
    found: Mapping[OrderKey, FoundOrder],
) -> Dispositions:
    """Return the disposition of each order and cancellation of these groups."""
    over = frozenset(group.name for group in groups if group.over or _has_found_ended(group, found))
    unreachable = _unreachable(groups, over)
    skipped = over | unreachable.keys()
    denied = [ruling for ruling in rulings if ruling.violation.denies]
    orders = {ruling.order for ruling in denied if ruling.order is not None}
    canceling = {ruling.group for ruling in denied if ruling.order is None}
    return Dispositions(
        orders={
            order.key: _order(order, opened, found, orders, reached=group.name not in skipped)
            for group in groups
            for order in group.orders
        },
        cancels={
            (group.name, cancel.ref): _cancel(cancel, group, canceling, reached=group.name not in skipped)
            for group in groups
            for cancel in group.cancel
        },
        unreachable=unreachable,
        over=over,
        open=opened,
        found=found,
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


def _has_found_ended(group: PlannedGroup, found: Mapping[OrderKey, FoundOrder]) -> bool:
    """Return whether a group is stopped by an order that was found, and that the exchange has ended."""
    if not found or group.on_reject is OnReject.CONTINUE:
        return False
    known = (found.get(order.key) for order in group.orders)
    return any(order is not None and order.disposition is Disposition.ENDED for order in known)


def _order(
    order: PlannedOrder,
    opened: OpenAtExchange,
    found: Mapping[OrderKey, FoundOrder],
    denied: Collection[OrderKey],
    *,
    reached: bool,
) -> Disposition:
    if order.orphaned:
        return Disposition.ORPHANED
    known = _KNOWN.get(order.journal_state)
    if known is not None:
        return known
    if order.key in found:
        return found[order.key].disposition
    if opened and opened.of(order) is not None:
        return Disposition.OPEN_AT_EXCHANGE
    if not reached:
        return Disposition.UNREACHABLE
    return Disposition.DENIED if order.key in denied else Disposition.SEND


def _cancel(
    cancel: PlannedCancel, group: PlannedGroup, denied: Collection[str], *, reached: bool
) -> CancelDisposition:
    if cancel.left_open is not None:
        return CancelDisposition.ORPHANED
    if cancel.settled:
        return CancelDisposition.SETTLED
    if not reached:
        return CancelDisposition.UNREACHABLE
    return CancelDisposition.DENIED if group.name in denied else CancelDisposition.SEND


def _unreachable(groups: tuple[PlannedGroup, ...], over: frozenset[str]) -> dict[str, str]:
    """Return the groups that the next run will certainly skip, each with the needed group that blocks it."""
    skipped: dict[str, str] = {}
    # Groups may come in any order, so one pass may block further groups in the next.
    while blocked := _find_blocked(groups, over | skipped.keys(), skipped):
        skipped |= blocked
    return skipped


def _find_blocked(
    groups: tuple[PlannedGroup, ...], failing: frozenset[str], known: dict[str, str]
) -> dict[str, str]:
    return {
        group.name: next(name for name in group.needs if name in failing)
        for group in groups
        if group.name not in known and failing.intersection(group.needs)
    }
