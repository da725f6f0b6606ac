"""The end of all open orders of an account: cancel, look, and again until the exchange shows none.

As a run it takes events and the time, and returns turns; it has no journal. None is shown once the feed and
the records, read after the horizon, agree on it: until then an order that is under way may still be accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.domain import rfc3339
from runner.execution.connection import Link, refusal
from runner.execution.turn import (
    CallCancel,
    CalledCancel,
    ConnectFailed,
    ListFailed,
    ListOrders,
    LockedOut,
    OrdersListed,
    Progress,
    StillConnecting,
    StopRequested,
    Turn,
    Wait,
    earliest,
)
from runner.kraken import (
    AllCanceled,
    CancelAll,
    CancelOrder,
    CancelReply,
    ConnectionLost,
    ErrorKind,
    ErrorReported,
    ExchangeStatus,
    OrderChanged,
    Ready,
    SequenceGap,
    Silent,
    SubscriptionRefused,
    Unintelligible,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.execution.turn import Action, EngineEvent
    from runner.kraken import ErrorText, ListedOrder, OpenOrder, Reqids

    from .scope import Scope

ANSWER_WAIT_S: Final = 10.0
"""Maximum time for the reply to a cancellation; then the orders are looked at without it."""

PAUSE_S: Final = 5.0
"""Time between looks while an order is shown open: the records lag, and each look counts against a limit."""

PATIENCE_S: Final = 90.0
"""Time after the horizon in which no order must be shown any more; the records may lag a minute behind."""

MAX_CANCEL_IDS: Final = 50


class CancelPass(Struct):
    """One cancellation: when it was sent, by which way, and the exchange's answer.

    ``way``: ``cancelAll``, ``cancelOrder`` or ``REST``. ``count`` is how many orders it has canceled, None
    where nothing said so.
    """

    at: str
    way: str
    count: int | None = None
    error: str = ""


class Sweep:
    """The cancellation of all open orders, or ``only`` some; it is carried out as an execution is.

    ``horizon`` is when orders that are under way can no longer be accepted, with the time that the records
    may lag behind, in Unix seconds. ``passes`` are the cancellations, and ``met`` the orders that were open.
    ``shown_none``: nothing is open, which is certain; otherwise ``reason`` says what is not.
    """

    def __init__(self, reqids: Reqids, *, horizon: float, only: Scope | None = None) -> None:
        self._reqids = reqids
        self._horizon = horizon
        self._only = only
        self._link = Link()
        self._feed: dict[str, OpenOrder] = {}
        self._feed_complete = False
        self._listed: tuple[ListedOrder, ...] | None = None
        self._list_error = ""
        self._listing_since: float | None = None
        self._pass: CancelPass | None = None
        self._reqid: int | None = None
        self._answer_by = 0.0
        self._calling = False
        self._cancel_at: float | None = None
        self._look_at: float | None = None
        self._until = 0.0
        self._now = 0.0
        self.passes: list[CancelPass] = []
        self.met: dict[str, OpenOrder] = {}
        self.finished = False
        self.shown_none = False
        self.reason = ""

    # --- the contract with the driver ---

    def start(self, now: float) -> Turn:
        """Begin."""
        self._until = max(now, self._horizon) + PATIENCE_S
        if self._only is None:
            self._cancel_at = now
        else:
            self._look_at = now
        return self._turn(now)

    def handle(self, events: Iterable[EngineEvent], now: float) -> Turn:
        """Take events in their order."""
        for event in events:
            self._take(event, now)
        return self._turn(now)

    def timer(self) -> float | None:
        """Return when to call ``handle`` even if nothing has happened."""
        if self.finished:
            return None
        return earliest(
            self._until,
            self._link.timer(),
            self._answer_by if self._reqid is not None else None,
            self._cancel_at if self._may_cancel else None,
            self._look_at if self._listing_since is None else None,
        )

    def progress(self) -> Progress:
        """Return the progress, as that of a run without orders of its own."""
        wait = None
        if self._now < self._horizon and not self.left():
            wait = Wait("orders that are under way, which may still be accepted", self._horizon)
        return Progress(0, 0, 0, 0, 0, len(self.met), 0, connected=self._link.up, wait=wait)

    def left(self) -> list[OpenOrder]:
        """Return the orders that feed or records show open."""
        found = {
            order.txid: order for order in self._feed.values() if not order.terminal and self._is_about(order)
        }
        for listed in self._listed or ():
            if self._is_about(listed.order, listed.refid):
                found.setdefault(listed.order.txid, listed.order)
        return list(found.values())

    def end_of(self, txid: str) -> OpenOrder | None:
        """Return an order as the feed has shown its end, None if it has not."""
        order = self._feed.get(txid)
        return order if order is not None and order.terminal else None

    # --- what happened ---

    def _take(self, event: EngineEvent, now: float) -> None:
        match event:
            case Ready(orders, complete):
                self._on_ready(orders, complete=complete, now=now)
            case OrderChanged(order):
                self._feed[order.txid] = order
                if not order.terminal and self._is_about(order):
                    self._meet(order)
                    self._cancel_by(now)
            case AllCanceled(error=error) | CancelReply(error=error) | ErrorReported(error=error):
                self._take_answer(event, error, now)
            case CalledCancel(count, reason):
                self._calling = False
                self._end_pass(count, reason, now)
                if reason:
                    self._cancel_by(now + PAUSE_S)
            case OrdersListed() | ListFailed():
                self._on_list(event, now)
            case StopRequested(reason):
                self._finish(f"stopped by {reason}")
            case _:
                self._take_connection(event, now)

    def _take_connection(self, event: EngineEvent, now: float) -> None:
        match event:
            case ExchangeStatus():
                self._link.status = event
            case StillConnecting():
                self._link.still_connecting(now)
            case ConnectFailed():
                self._link.fail(event, now, sent_anything=True)
            case SubscriptionRefused(error):
                self._link.fail(refusal(error), now, sent_anything=True)
            case LockedOut(reason):
                self._link.give_up(reason)
            case ConnectionLost(reason):
                self._lose(reason, now)
            case SequenceGap() | Silent() | Unintelligible(is_feed=True):
                self._lose("the openOrders feed is not whole", now)

    def _on_ready(self, orders: Iterable[OpenOrder], *, complete: bool, now: float) -> None:
        self._link.ready()
        self._feed = {txid: order for txid, order in self._feed.items() if order.terminal}
        self._feed.update((order.txid, order) for order in orders)
        self._feed_complete = complete
        for order in self.left():
            self._meet(order)
        if self._cancel_at is None:
            self._look_at = now

    def _take_answer(
        self, answer: AllCanceled | CancelReply | ErrorReported, error: ErrorText | None, now: float
    ) -> None:
        if isinstance(answer, ErrorReported):
            self._link.on_error(answer.error, now, sent_anything=True)
        if self._reqid is None or answer.reqid != self._reqid:
            return
        self._reqid = None
        count = answer.count if isinstance(answer, AllCanceled) else None
        self._end_pass(count, "" if error is None else error.text, now)
        if error is None:
            return
        self._cancel_by(now + PAUSE_S)
        if error.kind is ErrorKind.BAD_TOKEN:
            self._lose(error.text, now)
            self._link.refresh_token()
        elif error.kind in (ErrorKind.PERMISSION, ErrorKind.LOCKOUT):
            self._link.give_up(error.text)

    def _cancel_by(self, moment: float) -> None:
        self._cancel_at = moment if self._cancel_at is None else min(self._cancel_at, moment)

    def _end_pass(self, count: int | None, error: str, now: float) -> None:
        if self._pass is not None:
            self._pass.count, self._pass.error = count, error
        self._pass = None
        self._look_at = now

    def _on_list(self, event: OrdersListed | ListFailed, now: float) -> None:
        since, self._listing_since = self._listing_since, None
        if since is None:
            return
        if isinstance(event, ListFailed):
            self._listed, self._list_error = None, event.reason
            self._look_at = now + PAUSE_S
            return
        self._listed, self._list_error = event.orders, ""
        left = self.left()
        for order in left:
            self._meet(order)
        if left:
            self._go_on(left, now)
        elif since < self._horizon:
            self._wait_for_horizon()
        elif self._link.up and self._feed_complete and not self._is_unanswered:
            self.shown_none = True
            self._finish("")

    def _go_on(self, left: Iterable[OpenOrder], now: float) -> None:
        """Cancel again what is shown open; where one source alone shows it, that one may be out of date."""
        listed = {each.order.txid for each in self._listed or ()}
        stale = len(self.passes) > 1 and not any(order.txid in listed for order in left)
        if stale and self._link.up:
            self._lose("the openOrders feed shows what the records do not", now)
        if any(self.end_of(order.txid) is None for order in left):
            self._cancel_by(now + (PAUSE_S if self.passes else 0))
        else:
            self._look_at = now + PAUSE_S  # The records lag behind the feed.

    def _wait_for_horizon(self) -> None:
        if self._only is None:
            self._cancel_by(self._horizon)
        else:
            self._look_at = self._horizon

    def _lose(self, reason: str, now: float) -> None:
        self._link.lose(reason, now)
        self._feed_complete = False
        if self._reqid is not None:
            self._reqid = None
            self._end_pass(None, f"no answer: {reason}", now)
            self._cancel_by(now)

    # --- what follows ---

    def _turn(self, now: float) -> Turn:
        self._now = now
        actions: list[Action] = []
        if not self.finished and now >= self._until:
            self._finish(self._what_is_not_shown())
        if not self.finished:
            self._link.on_time(now, sent_anything=True)
            self._expire(now)
            if (connect := self._link.next_attempt(now)) is not None:
                actions.append(connect)
            actions += self._due_cancel(now)
            actions += self._due_look(now)
            if self._link.gave_up and not (self._calling or self._listing_since is not None or actions):
                self._finish(self._link.reason)
        return Turn((), tuple(actions))

    def _expire(self, now: float) -> None:
        if self._reqid is not None and now >= self._answer_by:
            self._reqid = None
            self._end_pass(None, f"no answer within {ANSWER_WAIT_S:.0f} s", now)
            self._cancel_by(now + PAUSE_S)

    @property
    def _is_unanswered(self) -> bool:
        """True if the last cancellation of all orders was refused, or not answered."""
        return self._only is None and (not self.passes or bool(self.passes[-1].error))

    @property
    def _calls_instead(self) -> bool:
        """True while there is no connection, so that REST has to do."""
        return not self._link.up and self._link.failures > 0 and not self._calling

    @property
    def _may_cancel(self) -> bool:
        """True if a cancellation may leave now: one at a time."""
        return self._reqid is None and not self._calling and (self._link.may_cancel or self._calls_instead)

    def _due_cancel(self, now: float) -> list[Action]:
        if self._cancel_at is None or now < self._cancel_at or not self._may_cancel:
            return []
        self._cancel_at = None
        if (ids := self._ids_to_cancel()) == ():
            self._look_at = now
            return []
        if not self._link.may_cancel:
            self._calling = True
            self._begin_pass("REST", now)
            return [CallCancel(ids)]
        reqid = self._reqid = self._reqids.take()
        message = CancelAll(reqid=reqid) if ids is None else CancelOrder(txid=ids, reqid=reqid)
        self._begin_pass(message.event, now)
        self._answer_by = now + ANSWER_WAIT_S
        return [message]

    def _ids_to_cancel(self) -> tuple[str, ...] | None:
        """Return the ids of the next cancellation, None for one of all orders."""
        if self._only is None:
            return None
        return tuple(order.txid for order in self.left() if self.end_of(order.txid) is None)[:MAX_CANCEL_IDS]

    def _begin_pass(self, way: str, now: float) -> None:
        self._pass = CancelPass(at=rfc3339(now), way=way)
        self.passes.append(self._pass)

    def _due_look(self, now: float) -> list[Action]:
        if self._look_at is None or now < self._look_at or self._listing_since is not None:
            return []
        self._look_at, self._listing_since = None, now
        return [ListOrders()]

    def _meet(self, order: OpenOrder) -> None:
        self.met[order.txid] = order

    def _is_about(self, order: OpenOrder, refid: str | None = None) -> bool:
        return self._only is None or self._only.owns(order, refid)

    def _what_is_not_shown(self) -> str:
        if left := self.left():
            return f"still open: {', '.join(order.txid for order in left)}"
        if self._listed is None:
            return f"the exchange's records cannot be read: {self._list_error or 'no answer'}"
        if not (self._link.up and self._feed_complete):
            return f"the openOrders feed cannot be read: {self._link.reason or 'its snapshot did not come'}"
        return (
            f"the last cancellation was not confirmed: {self.passes[-1].error if self.passes else 'not sent'}"
        )

    def _finish(self, reason: str) -> None:
        self.finished, self.reason = True, reason
