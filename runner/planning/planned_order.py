"""The orders and groups of a plan: the message for each, and what the journal knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from runner.domain import FillBarrier, OnReject, OrderKey, OrderState, OrderTerms, Place, parse_rfc3339
from runner.journal import OrderRecord
from runner.kraken import AddOrder, terms_of

from .planned_cancel import PlannedCancel

NO_LONGER_IN_THE_FILE: Final = "(no longer in the file)"
"""The name of the group for unsettled orders and cancellations that are no longer in the file; no group of a
file can have it."""


_OVER: Final = frozenset({OrderState.FILLED, OrderState.ENDED})


class JournalState(StrEnum):
    """The state of an order before the run, according to the journal alone.

    ``unsent``: never sent. ``placed``: placed by an earlier run. ``ended``: placed by an earlier run and
    ended by the exchange before it was filled; never sent again. ``unknown``: an earlier run may have placed
    it, so it is looked up first. ``changed``: placed with other content, which is refused. ``abandoned``: not
    placed, and its group was unwound or stopped for good; it is not sent again on its own.
    """

    UNSENT = "unsent"
    PLACED = "placed"
    ENDED = "ended"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    ABANDONED = "abandoned"


class PlannedOrder(Struct, frozen=True, kw_only=True, dict=True):
    """One order with the message that would be sent for it, without ``reqid``, ``deadline`` and token.

    ``deadline_s`` is its own deadline in seconds after sending, or None for the run's. ``own_id``: it is
    found by an id that its author chose, which other orders may carry as well. ``was_unwound``: an earlier
    run placed and unwound it; ``not_found``: the unwinding found no such order. ``cancel_sent``: an earlier
    run sent a cancellation for it. ``orphaned``: it is no longer in the file, so it is
    resolved but never sent; ``listed``: an earlier run has listed it as such, and it is still open.
    """

    key: OrderKey
    place: Place
    request: AddOrder
    deadline_s: Decimal | None
    content: str
    own_id: bool
    journal_state: JournalState
    was_unwound: bool
    known: OrderRecord | None
    not_found: bool = False
    cancel_sent: bool = False
    orphaned: bool = False
    listed: bool = False

    @cached_property
    def terms(self) -> OrderTerms:
        """The terms of the order, read from its message when they are first needed."""
        return terms_of(self.request)

    @property
    def pair(self) -> str:
        """The pair, ``ETH/EUR``."""
        return self.request.pair

    @property
    def userref(self) -> str | None:
        """The user reference that it is sent with, its author's or a derived one."""
        return self.request.userref

    @property
    def cl_ord_id(self) -> str | None:
        """The client order id that it is sent with, its author's or a derived one."""
        return self.request.cl_ord_id

    @property
    def group(self) -> str:
        """The group that it is settled with: its own, if it is still in the file."""
        return NO_LONGER_IN_THE_FILE if self.orphaned else self.key.group

    @property
    def known_txid(self) -> str | None:
        """The transaction id from an earlier run."""
        accepted = self.journal_state in (JournalState.PLACED, JournalState.ENDED)
        return self.known.txid if self.known and accepted else None

    @property
    def known_txids(self) -> tuple[str, ...]:
        """Every transaction id that the exchange has named or shown for it in earlier runs."""
        known = self.known
        return () if known is None or known.txid is None else (known.txid, *known.txids)

    @property
    def by_reference(self) -> bool:
        """True if it is known by a user reference of its author's, which other orders may carry."""
        return self.own_id and self.request.cl_ord_id is None

    @property
    def acknowledged(self) -> bool:
        """True if the exchange has named a txid for it, so that its absence can never be proven."""
        return self.known is not None and self.known.txid is not None

    @property
    def unrecorded(self) -> bool:
        """True if an earlier run knew of it, but the journal lacks its content."""
        return self.known is not None and self.known.unrecorded

    @property
    def last_sent_at(self) -> float:
        """The time at which an earlier run sent it, in Unix seconds; 0 if none did."""
        return parse_rfc3339(self.known.sent_at) if self.known and self.known.sent_at else 0.0

    @property
    def unconfirmed(self) -> bool:
        """True if an earlier run ended before the exchange showed the order's state."""
        state = self.known.state if self.known else None
        return self.journal_state is JournalState.PLACED and state is OrderState.ACCEPTED

    @property
    def needs_no_unwinding(self) -> bool:
        """True if an earlier run has unwound it, or has seen that it was filled or ended without that."""
        state = self.known.state if self.known else None
        return self.was_unwound or (state in _OVER and not self.cancel_sent)


class PlannedGroup(Struct, frozen=True, kw_only=True):
    """One group, in the file's order.

    ``unwound``: an earlier run began to unwind it. ``went_well``: an earlier run completed it. ``hold``: its
    orders wait until their pair has room for one more. ``barriers``: the needed groups whose orders must have
    been filled as well. ``fill_by``: until when it waits for each of them, in Unix seconds, if an earlier run
    has begun to. ``taken_back``: it is unwound whatever ``on_reject`` says, because a barrier has failed.
    """

    name: str
    needs: tuple[str, ...]
    on_reject: OnReject
    orders: tuple[PlannedOrder, ...]
    cancel: tuple[PlannedCancel, ...]
    unwound: bool
    place: Place
    went_well: bool = False
    hold: bool = False
    barriers: tuple[FillBarrier, ...] = ()
    fill_by: Mapping[str, float] = MappingProxyType({})
    taken_back: bool = False

    @property
    def orphaned(self) -> bool:
        """True for the group of the orders that are no longer in the file."""
        return self.name == NO_LONGER_IN_THE_FILE

    @property
    def listed(self) -> bool:
        """True if all that it holds has left the file, and an earlier run has listed that: nothing waits."""
        return self.orphaned and not self.cancel and all(order.listed for order in self.orders)

    @property
    def over(self) -> bool:
        """True if nothing more of it is attempted: it was unwound, or stopped by an order that has ended."""
        return self.unwound or (self.on_reject is not OnReject.CONTINUE and self._has_ended)

    @property
    def half_unwound(self) -> bool:
        """True if an earlier run did not finish unwinding the group."""
        unwinds = self.taken_back or (self.over and self.on_reject is OnReject.UNWIND)
        placed = (order for order in self.orders if order.journal_state is JournalState.PLACED)
        return unwinds and not all(order.needs_no_unwinding for order in placed)

    @property
    def unconfirmed(self) -> bool:
        """True if the state of some order is not known yet."""
        canceled = bool(self.cancel) and all(cancel.settled for cancel in self.cancel)
        known = self.went_well or self.over or canceled
        return not known and any(order.unconfirmed for order in self.orders)

    @property
    def _has_ended(self) -> bool:
        return any(order.journal_state is JournalState.ENDED for order in self.orders)
