"""The contract between deciding and doing: events in, a turn out.

A turn is what to make durable and then, only then, what to do. Whoever carries it out writes all
``entries`` to disk first; if that fails, none of the ``actions`` may happen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.protocol import AddOrder, CancelOrder, Event, OpenOrder, Subscribe
from runner.records import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

TURN_ACTIONS = 256
"""After so many actions a turn ends, and the next one begins at once: the first orders are at the exchange
while others are made ready, and what waits to be written stays small."""

MAX_QUERY_IDS = 50
"""The exchange's limit of transaction ids in one query."""

NEXT_TURN_S = 1e-5
"""At once, as the clock counts it: time must pass, or a world without one would stand still."""


class Connect(Struct, frozen=True, gc=False):
    """Open a connection, in place of the one there is, and subscribe to openOrders.

    ``fresh_token``: the token in hand was refused. Answered by ``Ready`` or ``ConnectFailed``.
    """

    fresh_token: bool


class MeasureClock(Struct, frozen=True, gc=False):
    """Ask the exchange for its time. Answered by ``ClockMeasured`` or, when that fails, ``ConnectFailed``."""


class ClockMeasured(Struct, frozen=True, gc=False):
    """How far the exchange's clock is ahead of ours, in seconds: the least and the most that it can be.

    None where the exchange does not tell its time in a form that we know.
    """

    skew: tuple[float, float] | None


class LookUp(Struct, frozen=True, gc=False):
    """Ask the exchange's records for orders by client order id and by user reference.

    ``since`` is Unix seconds: nothing that was opened earlier is of interest; None for all that there is.
    ``until``: nor what was opened later. Answered by ``LookedUp`` or ``LookUpFailed``.
    """

    cl_ord_ids: tuple[str, ...]
    userrefs: tuple[str, ...]
    since: float | None
    until: float | None = None


class QueryOrders(Struct, frozen=True, gc=False):
    """Ask the exchange's records what became of orders, by up to ``MAX_QUERY_IDS`` transaction ids.

    ``userrefs``: all open orders with these user references as well, and those that have ended since
    ``since`` (Unix seconds). Answered by ``OrdersQueried`` or ``QueryFailed``.
    """

    txids: tuple[str, ...]
    userrefs: tuple[str, ...] = ()
    since: float = 0.0

    def __post_init__(self) -> None:
        assert self.txids or self.userrefs, "a query asks for something"
        assert len(self.txids) <= MAX_QUERY_IDS, f"{len(self.txids)} ids in one query"


class ConnectFailed(Struct, frozen=True, gc=False):
    """No connection came about. ``final``: trying again is useless (credentials refused);
    ``token_refused``: the exchange did not accept the token."""

    reason: str
    final: bool = False
    token_refused: bool = False


class StillConnecting(Struct, frozen=True, gc=False):
    """The attempt to connect waits for a token, which may take longer than connecting may."""


class ClockJumped(Struct, frozen=True, gc=False):
    """Our machine's clock was set, or it slept: ``seconds`` is how far it is ahead of where it was."""

    seconds: float


class LockedOut(Struct, frozen=True, gc=False):
    """The exchange shuts the account out for a while: whoever goes on asking is shut out for longer."""

    reason: str


class CutOff(Struct, frozen=True, gc=False):
    """The run can write nothing down any more: it sends nothing and waits for nothing."""

    reason: str


class LookedUp(Struct, frozen=True, gc=False):
    """What the exchange's records hold of the orders asked for, open and closed."""

    found: tuple[OpenOrder, ...]


class LookUpFailed(Struct, frozen=True, gc=False):
    """The exchange's records could not be read."""

    reason: str


class OrdersQueried(Struct, frozen=True, gc=False):
    """The orders among ``asked`` that the exchange's records know, whatever their status; and those with the
    user references ``userrefs``, if that was asked for.

    An order that is missing from ``found`` is not known to the records at that moment, which may lag: that
    alone never says that it is not open.
    """

    found: tuple[OpenOrder, ...]
    asked: tuple[str, ...]
    userrefs: tuple[str, ...] = ()


class QueryFailed(Struct, frozen=True, gc=False):
    """The records could not be asked about these orders: nothing has become known of any of them."""

    reason: str
    asked: tuple[str, ...]
    userrefs: tuple[str, ...] = ()


class StopRequested(Struct, frozen=True, gc=False):
    """A person or CI wants the run to stop: nothing new is sent, what is under way is awaited."""

    reason: str


EngineEvent = (
    Event
    | ConnectFailed
    | StillConnecting
    | LockedOut
    | CutOff
    | ClockJumped
    | ClockMeasured
    | LookedUp
    | LookUpFailed
    | OrdersQueried
    | QueryFailed
    | StopRequested
)
Action = AddOrder | CancelOrder | Subscribe | MeasureClock | Connect | LookUp | QueryOrders


class Turn(Struct, frozen=True, gc=False):
    """Make ``entries`` durable, then carry out ``actions`` in their order."""

    entries: tuple[Entry, ...] = ()
    actions: tuple[Action, ...] = ()


def earliest(*moments: float | None) -> float | None:
    """The first of some moments; None for what never comes."""
    first: float | None = None
    for moment in moments:
        if moment is not None and (first is None or moment < first):
            first = moment
    return first


def resumes_at(actions: Sequence[Action], now: float) -> float | None:
    """When the next turn begins if this one has room for no more actions; None while it has."""
    return now + NEXT_TURN_S if len(actions) >= TURN_ACTIONS else None


class Timing(Struct, frozen=True, kw_only=True, gc=False):
    """How long each wait may last, in seconds.

    ``deadline_s``: how long the exchange may take to accept an order (2 to 60). ``reply_margin_s``: how
    much later its reply may still arrive. ``settle_s``: how long after the deadline the exchange's records
    may lag (up to a minute has been seen). ``feed_grace_s``: how long a reply may trail the feed.
    ``word_wait_s``: how long the feed may take to show what became of a group's orders, before the records
    are asked.
    """

    deadline_s: Decimal = Decimal(10)
    reply_margin_s: float = 2.0
    settle_s: float = 75.0
    feed_grace_s: float = 2.0
    word_wait_s: float = 2.0
    cancel_wait_s: float = 15.0
    cancel_grace_s: float = 1.0
    stop_wait_s: float = 15.0
    status_wait_s: float = 60.0


class Wait(Struct, frozen=True, gc=False):
    """What a run waits for, in words, and until when at most, in Unix seconds, where that is known.
    ``detail`` says how far it is.
    """

    what: str
    until: float | None = None
    detail: str = ""


class Progress(Struct, frozen=True, gc=False):
    """How far a run has come; ``settled`` counts orders whose fate is known. ``remaining_s``: how long the
    rate limit lets the rest take, in seconds; 0 when all may leave at once. ``wait``: what keeps it.
    ``validated`` is None where the orders are to be placed."""

    orders: int
    sent: int
    placed: int
    rejected: int
    settled: int
    cancels: int
    canceled: int
    connected: bool
    remaining_s: float = 0.0
    wait: Wait | None = None
    validated: int | None = None
