"""The interface between decision and execution: events in, a turn out.

A turn says what to make durable and, only then, what to do. The caller first writes all ``entries`` to disk;
if that fails, none of the ``actions`` may happen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import RECORDS_LAG_S
from runner.journal import Entry
from runner.kraken import (
    AddOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    Event,
    ListedOrder,
    OpenOrder,
    Subscribe,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TURN_ACTIONS = 256
"""Maximum number of actions in a turn. The next turn begins at once: the first orders reach the exchange
while others are prepared, and little waits to be written."""

MAX_QUERY_IDS = 50
"""The exchange's limit of transaction ids in one query."""

DEAD_MAN_S = (15, 3600)
"""The least and the most time of a dead man's switch, in seconds: it is renewed at a third of it."""

NEXT_TURN_S = 1e-5
"""The shortest delay. Must be > 0, or simulated time would not advance."""


class Connect(Struct, frozen=True):
    """Open a connection, replacing the current one, and subscribe to openOrders.

    ``fresh_token``: the token in hand was refused. Answered by ``Ready`` or ``ConnectFailed``.
    """

    fresh_token: bool


class MeasureClock(Struct, frozen=True):
    """Ask the exchange for its time. Answered by ``ClockMeasured`` or, when that fails, ``ConnectFailed``."""


class ClockMeasured(Struct, frozen=True):
    """The exchange's clock compared with ours: the least and the most that it can be ahead, in seconds.

    None if the exchange's answer could not be understood.
    """

    skew: tuple[float, float] | None


class LookUp(Struct, frozen=True):
    """Ask the exchange's records for orders by client order id and by user reference.

    ``since`` limits the search to orders that have not ended before, and ``until`` to orders that were opened
    by then, both in Unix seconds; None means no limit. Answered by ``LookedUp`` or ``LookUpFailed``.
    """

    cl_ord_ids: tuple[str, ...]
    userrefs: tuple[str, ...]
    since: float | None
    until: float | None = None


class QueryOrders(Struct, frozen=True):
    """Ask the exchange's records for orders by up to ``MAX_QUERY_IDS`` transaction ids.

    ``userrefs``: also all open orders with these user references, and those that have ended since ``since``
    (Unix seconds). Answered by ``OrdersQueried`` or ``QueryFailed``.
    """

    txids: tuple[str, ...]
    userrefs: tuple[str, ...] = ()
    since: float = 0.0

    def __post_init__(self) -> None:
        assert self.txids or self.userrefs, "a query has an id"
        assert len(self.txids) <= MAX_QUERY_IDS, f"{len(self.txids)} ids in one query"


class ListOrders(Struct, frozen=True):
    """Read all open orders from the exchange's records. Answered by ``OrdersListed`` or ``ListFailed``."""


class CallCancel(Struct, frozen=True):
    """Cancel orders over REST: all, or those of ``txids``. Answered by ``CalledCancel``."""

    txids: tuple[str, ...] | None = None


class OrdersListed(Struct, frozen=True):
    """All open orders of the account, according to the exchange's records."""

    orders: tuple[ListedOrder, ...]


class ListFailed(Struct, frozen=True):
    """The open orders could not be read from the records."""

    reason: str


class CalledCancel(Struct, frozen=True):
    """REST has canceled ``count`` orders; it failed if there is a ``reason``."""

    count: int | None = None
    reason: str = ""


class ConnectFailed(Struct, frozen=True):
    """An attempt to connect failed.

    ``final``: trying again is useless (credentials refused); ``token_refused``: the exchange did not accept
    the token.
    """

    reason: str
    final: bool = False
    token_refused: bool = False


class StillConnecting(Struct, frozen=True):
    """The attempt to connect waits for a token, which may take longer than connecting may."""


class ClockJumped(Struct, frozen=True):
    """Our machine's clock was set, or the machine slept; ``seconds`` is how far the clock jumped ahead."""

    seconds: float


class LockedOut(Struct, frozen=True):
    """The exchange has locked the account out for a while; further requests would prolong the lockout."""

    reason: str


class JournalFailed(Struct, frozen=True):
    """The journal can no longer be written: the run sends nothing more and waits for nothing."""

    reason: str


class IntentsDenied(Struct, frozen=True):
    """Intents that did not become durable, by the ``reqids`` of their messages, which never leave.

    ``halted``: nor does any other, for the account is halted.
    """

    reqids: frozenset[int]
    reason: str
    halted: bool = False


class LookedUp(Struct, frozen=True):
    """The orders that a look-up found in the exchange's records, open and closed."""

    orders: tuple[OpenOrder, ...]


class LookUpFailed(Struct, frozen=True):
    """The exchange's records could not be read."""

    reason: str


class OrdersQueried(Struct, frozen=True):
    """The orders among ``txids`` and with ``userrefs`` that the exchange's records know, in any status.

    An order that is missing from ``orders`` is not known to the records at that moment. The records may lag,
    so that alone never says that it is not open.
    """

    orders: tuple[OpenOrder, ...]
    txids: tuple[str, ...]
    userrefs: tuple[str, ...] = ()


class QueryFailed(Struct, frozen=True):
    """The records could not be queried: nothing is known of any of these orders."""

    reason: str
    txids: tuple[str, ...]
    userrefs: tuple[str, ...] = ()


class StopRequested(Struct, frozen=True):
    """A request to stop the run: it sends nothing new and awaits what was sent."""

    reason: str


EngineEvent = (
    Event
    | ConnectFailed
    | StillConnecting
    | LockedOut
    | JournalFailed
    | IntentsDenied
    | ClockJumped
    | ClockMeasured
    | LookedUp
    | LookUpFailed
    | OrdersQueried
    | QueryFailed
    | OrdersListed
    | ListFailed
    | CalledCancel
    | StopRequested
)
Message = AddOrder | CancelOrder | CancelAll | CancelAllOrdersAfter | Subscribe
"""A request over the WebSocket."""

Action = Message | MeasureClock | Connect | LookUp | QueryOrders | ListOrders | CallCancel


class Turn(Struct, frozen=True):
    """Make ``entries`` durable, then carry out ``actions`` in their order."""

    entries: tuple[Entry, ...] = ()
    actions: tuple[Action, ...] = ()


def earliest(*moments: float | None) -> float | None:
    """Return the earliest of some times; None means never."""
    first: float | None = None
    for moment in moments:
        if moment is not None and (first is None or moment < first):
            first = moment
    return first


def next_turn_at(actions: Sequence[Action], now: float) -> float | None:
    """Return when the next turn begins if this one is full; None if it is not."""
    return now + NEXT_TURN_S if len(actions) >= TURN_ACTIONS else None


class Timing(Struct, frozen=True, kw_only=True):
    """The limits of each wait, in seconds.

    ``deadline_s``: time for the exchange to accept an order (2 to 60). ``reply_margin_s``: extra time for its
    reply. ``settle_s``: lag of the exchange's records after the deadline (up to a minute has been seen).
    ``feed_grace_s``: lag of a reply behind the feed. ``confirm_wait_s``: time for the feed to show a group's
    orders, before the records are queried. ``rest_s``: time for which an order has to stay open before a
    cancellation that relies on it leaves, since the exchange ends some just after it has shown them open.
    ``fill_wait_s``: time for the exchange to say what was paid for
    orders that end at once, after all else is done. ``dead_man_s``: time without a message of the run after
    which the exchange cancels every order of the account; 0 for never.
    """

    deadline_s: Decimal = Decimal(10)
    reply_margin_s: float = 2.0
    settle_s: float = RECORDS_LAG_S
    feed_grace_s: float = 2.0
    confirm_wait_s: float = 2.0
    rest_s: float = 1.0
    cancel_wait_s: float = 15.0
    cancel_grace_s: float = 1.0
    stop_wait_s: float = 15.0
    status_wait_s: float = 60.0
    fill_wait_s: float = 5.0
    dead_man_s: int = 0


class Wait(Struct, frozen=True):
    """The reason for which a run waits, for people.

    ``until``: the latest end of the wait in Unix seconds, if known. ``detail``: its progress.
    """

    what: str
    until: float | None = None
    detail: str = ""


class Progress(Struct, frozen=True):
    """The progress of a run.

    ``settled`` counts orders with an outcome. ``remaining_s``: the time that the rate limit requires for the
    rest, in seconds; 0 if all may be sent at once. ``wait``: the current wait, if any. ``validated`` is None
    if the orders are to be placed.
    """

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
