"""A sweep at the simulated exchange: engine, session and exchange in one loop, without a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.domain import Secret
from runner.execution import (
    CallCancel,
    CalledCancel,
    Connect,
    ConnectFailed,
    ListFailed,
    ListOrders,
    OrdersListed,
    Sweep,
)
from runner.kraken import ClientSession, ConnectionLost, ListedOrder, OpenOrders, Reqids, ServerSession
from runner.paper.api.rendering import rest
from tests.paper.builders import Desk, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.execution import EngineEvent, Scope, Turn

STEPS = 2000


@dataclass
class SweptVenue:
    """``desk`` is another program of the account. ``happens`` are things to do at a time.

    ``offline``: no connection comes about; ``unread``: the records cannot be read; ``lag_s``: they show what
    was open so long ago. ``loses`` are the numbers of requests whose replies are lost, not the feed's news;
    ``mute``: the feed says nothing of what happens on the first connection.
    """

    desk: Desk = field(default_factory=Desk)
    offline: bool = False
    unread: bool = False
    lag_s: float = 0.0
    mute: bool = False
    loses: set[int] = field(default_factory=set)
    happens: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    sent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.desk.now
        self._session: ClientSession | None = None
        self._connection = 1
        self._past: list[tuple[float, tuple[ListedOrder, ...]]] = []
        self._deliveries: list[Any] = []
        self._cut = False

    def sweep(self, *, horizon_s: float = 0.0, only: Scope | None = None) -> Sweep:
        """Carry a sweep out to its end; the horizon is so many seconds from now."""
        self._reqids = Reqids()
        sweep = Sweep(self._reqids, horizon=self.desk.now + horizon_s if horizon_s else 0.0, only=only)
        self._note_orders()
        events = self._carry_out(sweep.start(self.desk.now))
        for _ in range(STEPS):
            if sweep.finished:
                return sweep
            if not events:
                events = self._pass_time(sweep)
            self._note_orders()
            events = self._carry_out(sweep.handle(events, self.desk.now))
        raise AssertionError("it does not come to its end")

    def at(self, after_s: float, happens: Callable[[], object]) -> None:
        """Let something happen so many seconds from the beginning."""
        self.happens.append((self.began + after_s, happens))

    def cut(self) -> None:
        """Break the connection of the sweep."""
        if self._session is not None:
            self.desk.exchange.disconnect(self._connection)
            self._session = None
            self._cut = True

    def _pass_time(self, sweep: Sweep) -> list[EngineEvent]:
        timer = sweep.timer()
        assert timer is not None, "it waits for nothing"
        moments = [moment for moment, _ in self.happens]
        until = max(min([timer, *moments]), self.desk.now)
        self.desk.now = until if until > self.desk.now else self.desk.now + 1e-6
        events = self._heard(self.desk.exchange.advance(self.desk.now))
        for moment, happens in [each for each in self.happens if each[0] <= self.desk.now]:
            self.happens.remove((moment, happens))
            happens()
        events += self._heard(self._deliveries)
        self._deliveries = []
        if self._cut:
            self._cut = False
            events.append(ConnectionLost("cut"))
        return events

    def add(self, **fields: Any) -> Callable[[], None]:
        """Another program's order, whose news the sweep hears."""

        def happens() -> None:
            deliveries = self.desk.exchange.handle(1, order(**fields), self.desk.token, self.desk.now)
            self._deliveries = [*self._deliveries, *deliveries]

        return happens

    def _heard(self, deliveries: list[Any]) -> list[EngineEvent]:
        session = self._session
        if session is None:
            return []
        server = ServerSession(self.desk.now)
        texts = [
            server.send(delivery.message, self.desk.now)
            for delivery in deliveries
            if delivery.connection == self._connection
            and not (self.mute and self._connection == 2 and self._is_news(delivery.message))
        ]
        return list(session.receive_all(texts, self.desk.now)) if texts else []

    def _is_news(self, message: Any) -> bool:
        return isinstance(message, OpenOrders) and message.sequence != 1

    def _carry_out(self, turn: Turn) -> list[EngineEvent]:
        events: list[EngineEvent] = []
        for action in turn.actions:
            match action:
                case Connect():
                    events += self._connect()
                case ListOrders():
                    events.append(self._list())
                case CallCancel(None):
                    events.append(CalledCancel(self.desk.ask("CancelAll")["count"]))
                case CallCancel(txids):
                    counts = [self.desk.ask("CancelOrder", txid=txid)["count"] for txid in txids]
                    events.append(CalledCancel(sum(counts)))
                case _ if self._session is not None:
                    self._session.send(action, self.desk.now)
        return events + self._flush()

    def _connect(self) -> list[EngineEvent]:
        if self.offline:
            return [ConnectFailed("refused")]
        self._connection += 1
        self._session = ClientSession(Secret(self.desk.token.reveal()), self._reqids)
        events = self._heard(self.desk.exchange.connect(self._connection, self.desk.now))
        self._session.start(self.desk.now)
        return events

    def _flush(self) -> list[EngineEvent]:
        if self._session is None:
            return []
        server, events = ServerSession(self.desk.now), []
        for text in self._session.outgoing():
            request, token = server.receive(text, self.desk.now)
            self.sent.append((self.desk.now - self.began, request))
            number = len(self.sent)
            deliveries = self.desk.exchange.handle(self._connection, request, token, self.desk.now)
            lost = number in self.loses
            events += self._heard([d for d in deliveries if not lost or isinstance(d.message, OpenOrders)])
        return events

    def _listed(self) -> tuple[ListedOrder, ...]:
        live = self.desk.exchange.state().live
        return tuple(ListedOrder.read(txid, rest(order)) for txid, order in live.items())

    def _note_orders(self) -> None:
        if not self.unread:
            self._past.append((self.desk.now, self._listed()))

    def _list(self) -> EngineEvent:
        if self.unread:
            return ListFailed("HTTP status 503")
        self._note_orders()
        past = [orders for moment, orders in self._past if moment <= self.desk.now - self.lag_s]
        return OrdersListed(past[-1] if past else self._past[0][1])

    def events_sent(self) -> list[tuple[float, str]]:
        """The requests that left, each with the second at which it did, but for the subscription."""
        return [(round(at, 3), request.event) for at, request in self.sent if request.event != "subscribe"]
