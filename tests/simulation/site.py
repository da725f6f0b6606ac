"""The exchange behind a network that fails: what runners write reaches it, or not, or late, or after all.

A connection has two ends, and they end apart: what was written before the one end broke may be booked long
after. Replies overtake each other and the feed; the feed keeps its own order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from runner.domain import Secret
from runner.kraken import (
    AddOrder,
    AddOrderStatus,
    BareError,
    CancelAllOrdersAfter,
    CancelOrder,
    CancelOrderStatus,
    ErrorReply,
    OpenOrders,
    Reply,
    Request,
    SubscriptionStatus,
)
from runner.kraken.wire.messages import Heartbeat
from runner.paper import Credentials, Exchange
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.api.rest.calls import CallError
from runner.paper.exchange.opening import InitialOrder, Opening
from tests.simulation.auditor import Auditor
from tests.simulation.batches import STANDING
from tests.simulation.line import Line
from tests.simulation.lying import Liar
from tests.simulation.schedule import AMBIGUOUS, REASONS, REJECTIONS, REST_FAILURES, Episode, Fault, Schedule
from tests.simulation.telling import Telling
from tests.simulation.timeline import Timeline

HEARTBEAT_EVERY_S = 15.0
"""The exchange sends one each second; so many would only cost time."""

UNREAD_MAX_S = 10.0
"""For so long a runner waits for an exchange that does not read."""

PAIR = "ETH/EUR"
BID, ASK = Decimal("150.10"), Decimal("150.20")

# Kinds are compared by what they are: that one is no other takes long to say of structs, and is said often.
_ORDERS = (AddOrder, CancelOrder)
_ANSWERS = (AddOrderStatus, CancelOrderStatus)

_ON_THE_WAY = (Fault.CUT_BEFORE_BOOKING, Fault.STALLED)
_ON_ARRIVAL = (Fault.RATE_DROPPED, Fault.TOKEN_REFUSED, Fault.LATE_REQUEST)
_ON_THE_WAY_BACK = (
    Fault.CUT_BEFORE_REPLY,
    Fault.MUTED,
    Fault.DOUBLED,
    Fault.LATE_REPLY,
    Fault.CUT_AFTER_REPLY,
)

CREDENTIALS = Credentials(api_key="CANARY-key", secret=Secret("Q0FOQVJZ"))
_OPENING = Opening(
    balances=(("EUR", "100000"), ("ETH", "100")),
    quotes=((PAIR, str(BID), str(ASK)),),
    orders=(
        InitialOrder(STANDING[0], PAIR, "buy", "120", "0.5"),
        InitialOrder(STANDING[1], PAIR, "buy", "110", "0.5"),
        InitialOrder(STANDING[2], PAIR, "sell", "180", "1"),
    ),
)


class Site:
    """The exchange, its connections and its records, under a schedule. ``auditor`` sees what it does."""

    def __init__(self, schedule: Schedule, time: Timeline, auditor: Auditor) -> None:
        self.time = time
        self.exchange = Exchange(
            seed="world", credentials=CREDENTIALS, options=schedule.options, opening=_OPENING
        )
        self._auditor = auditor
        self.due = math.inf
        self._lines: dict[int, Line] = {}
        self._lines_made = 0
        self._verdicts: dict[str, str | None] = {}
        # Checked for every frame: most worlds have no such faults.
        self._loses_requests = not schedule.chances.keys().isdisjoint(_ON_THE_WAY)
        self._mistreats_requests = not schedule.chances.keys().isdisjoint(_ON_ARRIVAL)
        self._mistreats_replies = not schedule.chances.keys().isdisjoint(_ON_THE_WAY_BACK)
        self._liar = Liar(schedule, time, auditor)
        self._garbles = Fault.GARBLED in schedule.chances
        self._telling = Telling(schedule, time, self.exchange)
        self._delays_news = Fault.LATE_FEED in schedule.chances
        self._switch_at: float | None = None

    # --- by itself ---

    def advance(self) -> None:
        """Let orders start and expire whose time has come; ``due`` is when that will be so again."""
        due = self.exchange.timer()
        if due is not None and due <= self.time.now:
            self._deliver(self.exchange.advance(self.time.now))
            due = self.exchange.timer()
            if self._switch_at is not None and self.exchange.state().cancel_at is None:
                self._switch_at = None
                self.time.count(Fault.SWITCH_FIRED)
        self.due = math.inf if due is None else due

    def plan_episode(self, episode: Episode) -> None:
        """Let something happen to the exchange by itself."""
        self.time.after(episode.at_s, self._change_status if episode.status else self._move, episode)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self.time.quiet = True
        if self.exchange.state().status != "online":
            self._set_status("online")

    def forget(self) -> None:
        """Have no connections any more."""
        self._lines.clear()

    def _change_status(self, episode: Episode) -> None:
        if self.time.quiet:
            return
        self.time.count(Fault.STATUS_CHANGED)
        self.time.note("status %s for %s s", episode.status, episode.lasts_s)
        self._set_status(episode.status)
        self.time.after(episode.lasts_s, self._set_status, "online")

    def _set_status(self, status: str) -> None:
        self._deliver(self.exchange.set_status(status, self.time.now))

    def _move(self, episode: Episode) -> None:
        if self.time.quiet:
            return
        self.time.count(Fault.MARKET_MOVED)
        bid, ask = ((item * Decimal(str(episode.move))).quantize(Decimal("0.01")) for item in (BID, ASK))
        self.time.note("market %s/%s", bid, ask)
        self._deliver(self.exchange.set_quote(PAIR, bid, ask, self.time.now))

    # --- connections ---

    def open(self, hear: Callable[[str], None], lost: Callable[[str], None]) -> Line:
        """A new connection."""
        self._lines_made += 1
        line = self._lines[self._lines_made] = Line(self._lines_made, self, hear, lost)
        self._deliver(self.exchange.connect(line.number, self.time.now))
        self.time.after(HEARTBEAT_EVERY_S, self._beat, line)
        return line

    def _beat(self, line: Line) -> None:
        if line.speaks:
            self._say(line, Heartbeat())
            self.time.after(HEARTBEAT_EVERY_S, self._beat, line)

    def cut(self, line: Line, reason: str = "reset") -> None:
        """Break a connection: nothing comes any more, and a little later the runner learns of it."""
        line.speaks = False
        self.time.after(self.time.delay_s(), self._report_loss, line, reason)
        self.unplug(line)

    def cut_all(self) -> None:
        """Break every connection that there is."""
        for line in [line for line in self._lines.values() if line.speaks]:
            self.time.count(Fault.CUT_IN_A_WAIT)
            self.cut(line)

    def _report_loss(self, line: Line, reason: str) -> None:
        lost, line.hear, line.lost = line.lost, None, None
        if lost is not None:
            lost(reason)

    def unplug(self, line: Line) -> None:
        """The exchange's end goes too: at once, or when it has read what was under way."""
        after_all = self.time.chance.random() < 0.5
        self.time.after(25.0 if after_all else 0.0, self._close, line)

    def _close(self, line: Line) -> None:
        line.takes = False
        if not line.pending and line.registered:
            line.registered = False
            self.exchange.disconnect(line.number)

    # --- towards the exchange ---

    def upstream(self, line: Line, text: str) -> None:
        """Carry a frame of a runner."""
        read = line.server.receive(text, self.time.now)
        assert not isinstance(read, Exception), f"a frame that cannot be read: {read}"
        request, token = read
        if self._loses_requests and type(request) in _ORDERS:
            if self.time.strikes(Fault.CUT_BEFORE_BOOKING):
                self.cut(line)
                return
            if line.stalled_until < self.time.now and self.time.strikes(Fault.STALLED):
                self._stall(line)
        moment = max(self.time.now + self.time.delay_s(), line.up_at, line.stalled_until)
        line.up_at = moment
        self.time.at(moment, self._arrive, line, request, token)

    def _stall(self, line: Line) -> None:
        lasts_s = self.time.chance.choice((1.0, 9.0, 15.0, 40.0))
        line.stalled_until = self.time.now + lasts_s
        if lasts_s > UNREAD_MAX_S:
            self.time.after(UNREAD_MAX_S, self._report_loss, line, "the exchange stopped reading")

    def _arrive(self, line: Line, request: Request, token: Secret | None) -> None:
        if not line.takes:
            return
        wait_s = 0.0
        if self._mistreats_requests and type(request) in _ORDERS:
            if self.time.strikes(Fault.RATE_DROPPED):
                self._drop(line, request)
                return
            if self.time.strikes(Fault.TOKEN_REFUSED):
                line.token_refused = True
            if type(request) is AddOrder and self.time.strikes(Fault.LATE_REQUEST):
                wait_s = self.time.chance.uniform(0.2, 20.0)
        line.pending += 1
        if wait_s:
            self.time.after(wait_s, self._handle, line, request, token)
        else:
            self._handle(line, request, token)

    def _drop(self, line: Line, request: AddOrder | CancelOrder) -> None:
        kind = BareError if self.time.chance.random() < 0.5 else ErrorReply
        named = self.time.chance.random() < 0.5 or kind is ErrorReply
        reqid = request.reqid if named else None
        self._say(line, kind(errorMessage="Exceeded msg rate", reqid=reqid))

    def _handle(self, line: Line, request: Request, token: Secret | None) -> None:
        line.pending -= 1
        now = self.time.now
        match request:
            case AddOrder():
                deliveries = self._add(line, request, token)
            case CancelOrder() if line.token_refused:
                error = self.exchange.options.errors.invalid_token
                reply = CancelOrderStatus(status="error", errorMessage=error, reqid=request.reqid)
                deliveries = [Delivery(line.number, reply)]
            case CancelAllOrdersAfter():
                deliveries = self._set_switch(line, request, token)
            case _:
                deliveries = self.exchange.handle(line.number, request, token, now)
        self._deliver(deliveries)
        if type(request) not in _ORDERS:
            return
        if self.time.strikes(Fault.UNSUBSCRIBED):
            self._say(line, SubscriptionStatus(status="unsubscribed", channelName="openOrders"))
        if not line.takes and not line.pending:
            self._close(line)

    def _set_switch(self, line: Line, request: CancelAllOrdersAfter, token: Secret | None) -> list[Delivery]:
        if self.time.strikes(Fault.SWITCH_LOST):
            return []
        deliveries = self.exchange.handle(line.number, request, token, self.time.now)
        self._switch_at = self.exchange.state().cancel_at
        # Who has left a line says no more on another what is to become of what was under way.
        self._auditor.switch.handled(late=line.lost is None)
        return [] if self.time.strikes(Fault.SWITCH_MUTED) else deliveries

    def _add(self, line: Line, request: AddOrder, token: Secret | None) -> list[Delivery]:
        if line.token_refused:
            return self._refused(line, request, self.exchange.options.errors.invalid_token)
        error = self._rejection(request)
        if error is not None:
            return self._refused(line, request, error)
        if self.time.strikes(Fault.BUSY_UNBOOKED):
            return self._refused(line, request, self.time.chance.choice(AMBIGUOUS))
        deliveries = self.exchange.handle(line.number, request, token, self.time.now)
        own = next(d for d in deliveries if type(d.message) is AddOrderStatus)
        reply = own.message
        assert isinstance(reply, AddOrderStatus)
        self.time.note("exchange: %s %s", request.volume, reply.txid or reply.errorMessage)
        self._auditor.handled(request, reply.txid, reply.errorMessage)
        if reply.txid and self.time.strikes(Fault.ENDED):
            wait_s = self.time.chance.choice((0.0, 0.1, 0.5, 1.0, 5.0, 30.0))
            self.time.after(wait_s, self._end, reply.txid, self.time.chance.choice(REASONS))
        if reply.txid and self._liar.lies:
            deliveries = self._liar.answer(deliveries, own, request)
        if reply.txid and self.time.strikes(Fault.BUSY_BOOKED):
            error = self.time.chance.choice(AMBIGUOUS)
            reply = AddOrderStatus(status="error", errorMessage=error, reqid=request.reqid)
            return [
                Delivery(delivery.connection, reply) if delivery is own else delivery
                for delivery in deliveries
            ]
        return deliveries

    def _end(self, txid: str, reason: str) -> None:
        if not self.time.quiet:
            self.time.note("exchange: %s ended, %s", txid, reason)
            self._deliver(self.exchange.end_order(txid, reason, self.time.now))

    def _refused(self, line: Line, request: AddOrder, error: str) -> list[Delivery]:
        self.time.note("exchange: %s %s", request.volume, error)
        self._auditor.handled(request, None, error)
        reply = AddOrderStatus(status="error", errorMessage=error, reqid=request.reqid)
        return [Delivery(line.number, reply)]

    def _rejection(self, request: AddOrder) -> str | None:
        """Return whether this order is one that the exchange never takes; decided once."""
        volume = request.volume or ""
        if volume not in self._verdicts:
            struck = self.time.strikes(Fault.REJECTED)
            self._verdicts[volume] = self.time.chance.choice(REJECTIONS) if struck else None
        return self._verdicts[volume]

    # --- towards the runner ---

    def _deliver(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            self._say(self._lines[delivery.connection], delivery.message)

    def _say(self, line: Line, message: Reply) -> None:
        if not line.speaks:
            return
        kind = type(message)
        if kind in _ANSWERS:
            if self._mistreats_replies:
                self._mistreat(line, message)
            else:
                text = self._written(line, message)
                self.time.after(self.time.delay_s(), line.listen, text)
        elif kind is OpenOrders and self._telling.odd:
            self._telling.pass_on(line, message, self._send)
        else:
            self._send(line, message)

    def _send(self, line: Line, message: Reply) -> None:
        self._under_way(line, self._written(line, message))

    def _mistreat(self, line: Line, message: Reply) -> None:
        """Replies overtake the feed and each other; here they are lost, doubled and late as well."""
        time = self.time
        if time.strikes(Fault.CUT_BEFORE_REPLY):
            self.cut(line)
            return
        if time.strikes(Fault.MUTED):
            return
        text = self._written(line, message)
        for _ in range(2 if time.strikes(Fault.DOUBLED) else 1):
            moment = time.now + time.delay_s()
            if time.strikes(Fault.LATE_REPLY):
                moment += time.chance.uniform(0.5, 20.0)
            time.at(moment, line.listen, text)
        if time.strikes(Fault.CUT_AFTER_REPLY):
            time.after(time.chance.choice((0.0, 0.1, 1.0)), self.cut, line)

    def _written(self, line: Line, message: Reply) -> str:
        text = line.server.send(message, self.time.now)
        if self._garbles and type(message) is not Heartbeat and self.time.strikes(Fault.GARBLED):
            return text[: self.time.chance.randrange(len(text))]
        return text

    def _under_way(self, line: Line, text: str) -> None:
        """All that is no reply keeps its order."""
        time = self.time
        moment = time.now + time.delay_s()
        if self._delays_news and time.strikes(Fault.LATE_FEED):
            moment += time.chance.uniform(0.2, 5.0)
        if moment > line.feed_at:
            line.feed_at = moment
        time.at(line.feed_at, line.listen, text)

    def rest(self, path: str, fields: dict[str, str]) -> Any:
        """The result of a private REST call. Raises ``OSError`` when it comes to nothing."""
        if self.time.strikes(Fault.REST_FAILED):
            raise OSError(self.time.chance.choice(REST_FAILURES))
        try:
            return self.exchange.private(path, fields, self.time.now)
        except CallError as refusal:
            raise OSError(str(refusal)) from None

    def unixtime(self) -> int:
        """Return what the public ``Time`` call says: whole seconds."""
        return math.floor(self.time.now)
