"""The client's side of one private connection: requests become frames, frames become events.

Rules: a reply is accepted only for a ``reqid`` that was sent on this connection; feed messages are merged
before they are emitted; an unreadable frame is reported as an event, and its text is dropped. No socket, no
clock: the owner of the socket writes ``outgoing()`` after each call and calls ``handle_timer`` when
``timer()`` is due. A session ends with its connection; the meaning of a lost connection is not decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken.errors.error_texts import ErrorText
from runner.kraken.wire.codec import FrameError, News, decode_news, encode_request
from runner.kraken.wire.events import (
    ErrorReported,
    ExchangeStatus,
    OrderChanged,
    Ready,
    SequenceGap,
    Silent,
    SubscriptionRefused,
    TradesSeen,
    Unintelligible,
    account_event,
    reply_event,
)
from runner.kraken.wire.messages import (
    AddOrder,
    AddOrderStatus,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterStatus,
    CancelAllStatus,
    CancelOrder,
    CancelOrderStatus,
    ErrorReply,
    OpenOrders,
    OwnTrades,
    Ping,
    Subscribe,
    SubscriptionStatus,
    SystemStatus,
)
from runner.kraken.wire.open_order import OpenOrder, counted

from .feed import OrderFeed
from .liveness import Liveness
from .scrubbing import Scrubber
from .subscription import Snapshot, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.domain import Secret
    from runner.kraken.wire.events import Event
    from runner.kraken.wire.messages import Reply, Request


class Reqids:
    """An allocator of request ids for all connections of a run; each is given once."""

    def __init__(self, first: int = 1) -> None:
        self._next = first

    def __iter__(self) -> Reqids:
        return self

    def __next__(self) -> int:
        return self.take()

    def take(self) -> int:
        """Return the next id, a number that was never given before."""
        reqid = self._next
        self._next += 1
        return reqid


class ClientSession:
    """One connection, seen from the client. ``now`` is Unix seconds in every call.

    Call ``start`` once the connection is open; requests may be sent after ``Ready``.
    """

    def __init__(self, token: Secret, reqids: Reqids) -> None:
        self._token = token
        self._scrub = Scrubber(token)
        self._reqids = reqids
        self._outgoing: list[str] = []
        # An ``addOrder`` that was answered is kept as its reply.
        self._pending: dict[int, type[Request | AddOrderStatus]] = {}
        self._labels: set[str] = set()  # client ids and user references that were sent here
        self._subscription = Subscription()
        self._feed = OrderFeed()
        self._liveness = Liveness()
        self._strays = 0
        self._lost_a_frame = False

    @property
    def orders(self) -> Mapping[str, OpenOrder]:
        """The current orders of the feed by txid, including ended ones."""
        return self._feed.orders

    @property
    def strays(self) -> int:
        """The number of replies that were dropped because no request that was sent here waits for them."""
        return self._strays

    def start(self, now: float) -> None:
        """Queue the subscription to openOrders; the exchange's ``systemStatus`` is not waited for."""
        assert self._subscription.reqid is None, "a session is started once"
        reqid = self._subscription.reqid = self._reqids.take()
        self._pending[reqid] = Subscribe
        wanted = {"name": OpenOrders.channel, "ratecounter": True}
        self._write(Subscribe(subscription=wanted, reqid=reqid), now)
        self._liveness.received(now)  # The connection has just been made: silence counts from here.

    def send(self, request: Request, now: float) -> None:
        """Queue a request, whose ``reqid`` was taken from the same ``Reqids`` and never sent here before."""
        assert request.reqid is not None, "a request carries a reqid"
        assert request.reqid not in self._pending, "a reqid is used once"
        self._pending[request.reqid] = type(request)
        if isinstance(request, AddOrder) and (label := request.cl_ord_id or request.userref):
            self._labels.add(label)
        self._write(request, now)

    def outgoing(self) -> list[str]:
        """Return the frames to write now, in order; each is given once, and holds the token."""
        frames, self._outgoing = self._outgoing, []
        return frames

    def receive(self, text: str, now: float) -> list[Event]:
        """Return the events in a frame of the exchange; none for noise. Never raises, whatever the text."""
        return self.receive_all((text,), now)

    def receive_all(self, texts: Iterable[str], now: float) -> list[Event]:
        """Do the same for frames that came in together, in their order."""
        self._liveness.received(now)
        events: list[Event] = []
        for text in texts:
            try:
                message = decode_news(self._scrub(text))
            except FrameError as error:
                events += self._unreadable(error)
            else:
                events += self._take(message, now)
        return events

    def timer(self) -> float | None:
        """Return when ``handle_timer`` must be called next, in Unix seconds; None if nothing is due."""
        snapshot, alive = self._subscription.snapshot_due, self._liveness.due
        return alive if snapshot is None or (alive is not None and alive < snapshot) else snapshot

    def handle_timer(self, now: float) -> list[Event]:
        """Return the events that are due (a missing snapshot, a dead connection), or queue a ping."""
        events: list[Event] = []
        due = self._subscription.snapshot_due
        if due is not None and now >= due:
            self._subscription.give_up_snapshot()
            events.append(Ready((), complete=False, maxratecount=self._subscription.maxratecount))
        silence_s = self._liveness.silence(now)
        if silence_s is not None:
            events.append(Silent(silence_s))
        elif self._liveness.idle(now):
            self._write(Ping(), now)
        return events

    def _write(self, request: Request, now: float) -> None:
        self._outgoing.append(encode_request(request, self._token))
        self._liveness.sent(now)

    def _take(self, message: Reply | News, now: float) -> list[Event]:
        match message:
            case News():
                return self._news(message)
            case AddOrderStatus() | CancelOrderStatus() | CancelAllStatus() | CancelAllOrdersAfterStatus():
                return self._answer(message)
            case OwnTrades(trades):
                return [TradesSeen(tuple(fields for _, fields in trades))]
            case SubscriptionStatus():
                return self._subscription_reply(message, now)
            case ErrorReply():
                return self._error_reply(message)
            case _:
                return [ExchangeStatus(message.status)] if isinstance(message, SystemStatus) else []

    def _answer(
        self, reply: AddOrderStatus | CancelOrderStatus | CancelAllStatus | CancelAllOrdersAfterStatus
    ) -> list[Event]:
        """Return the events of a reply with an id of ours.

        N come for the N ids of a ``cancelOrder``; a second one to an ``addOrder`` may differ from the first.
        """
        if isinstance(reply, CancelAllStatus | CancelAllOrdersAfterStatus):
            return self._account_answer(reply)
        kind = AddOrder if isinstance(reply, AddOrderStatus) else CancelOrder
        reqid = reply.reqid
        pending = None if reqid is None else self._pending.get(reqid)
        if reqid is not None and (pending is kind or (pending is AddOrderStatus and kind is AddOrder)):
            if kind is AddOrder:
                self._pending[reqid] = AddOrderStatus
            return [reply_event(reply, reqid)]
        self._strays += 1
        if reqid is None and kind in self._pending.values():
            reason = f": {reply.errorMessage}" if reply.errorMessage else ""
            return [ErrorReported(ErrorText.of(f"a reply without reqid{reason}"))]
        return []

    def _account_answer(self, reply: CancelAllStatus | CancelAllOrdersAfterStatus) -> list[Event]:
        """Return the event of the first reply to a request about all orders."""
        kind = CancelAll if isinstance(reply, CancelAllStatus) else CancelAllOrdersAfter
        if reply.reqid is None or self._pending.get(reply.reqid) is not kind:
            self._strays += 1
            return []
        del self._pending[reply.reqid]
        return [account_event(reply, reply.reqid)]

    def _error_reply(self, reply: ErrorReply) -> list[Event]:
        """Emit an error that is not a reply: a reply that arrives later still counts."""
        error = ErrorText.of(reply.errorMessage)
        reported = ErrorReported(error, reply.reqid)
        answers_subscription = reply.reqid is not None and reply.reqid == self._subscription.reqid
        if not answers_subscription or self._subscription.settled:
            return [reported]
        self._subscription.refuse()
        return [reported, SubscriptionRefused(error)]

    def _subscription_reply(self, status: SubscriptionStatus, now: float) -> list[Event]:
        if not self._subscription.concerns(status):
            # The other feed was refused: no trades can be seen.
            other = status.reqid is not None and status.reqid != self._subscription.reqid
            refused = other and status.status == "error" and self._pending.get(status.reqid or 0) is Subscribe
            return [TradesSeen(())] if refused else []
        match status.status:
            case "subscribed" | "ok":
                reported = (status.subscription or {}).get("maxratecount")
                self._subscription.maxratecount = counted(reported)
                self._subscription.confirm(now)
            case "error" | "unsubscribed":
                self._subscription.refuse()
                return [SubscriptionRefused(ErrorText.of(status.errorMessage or status.status))]
        return []

    def _news(self, message: News) -> list[Event]:
        """Handle a message of the feed: the first is the snapshot, each later one holds changes, in order."""
        gap = self._feed.gap(message.sequence)
        snapshot = False
        if self._subscription.snapshot is not Snapshot.OVER:
            snapshot = self._is_snapshot(message)
            if self._missed_snapshot(message):
                snapshot, gap = False, SequenceGap(1, message.sequence or 0)
            self._subscription.first_message()
        events: list[Event] = [] if gap is None else [gap]
        merge = self._feed.merge
        for entry in message.orders:
            for txid, news in entry.items():
                events.append(OrderChanged(merge(txid, news), counted(news.ratecount)))
        if snapshot:
            return [Ready(tuple(self._feed.orders.values()), maxratecount=self._subscription.maxratecount)]
        return events

    def _missed_snapshot(self, message: News) -> bool:
        """Return whether a frame that could neither be read nor identified must have been the snapshot."""
        awaited = self._subscription.snapshot is Snapshot.AWAITED
        return awaited and self._lost_a_frame and message.sequence not in (None, 1)

    def _is_snapshot(self, message: News) -> bool:
        if self._subscription.snapshot is Snapshot.AWAITED:
            return True
        return all(
            self._was_open_before(OpenOrder.first(txid, news))
            for entry in message.orders
            for txid, news in entry.items()
        )

    def _was_open_before(self, order: OpenOrder) -> bool:
        """Return whether an order may be part of a late snapshot: complete, open, and not sent from here.

        Otherwise, if an exchange sends no snapshot of an empty account, its first news of our own order would
        be taken for the list of all that is open.
        """
        ours = order.cl_ord_id in self._labels or order.userref in self._labels
        return order.descr is not None and not order.terminal and not ours

    def _unreadable(self, error: FrameError) -> list[Event]:
        """Handle a frame that cannot be read. If it was the snapshot, there will be none."""
        unreadable = Unintelligible(str(error), error.event, error.reqid)
        self._lost_a_frame |= error.event is None
        if error.event != OpenOrders.channel:
            return [unreadable]
        awaited = self._subscription.snapshot is Snapshot.AWAITED
        self._subscription.first_message()
        return [unreadable, Ready((), complete=False)] if awaited else [unreadable]
