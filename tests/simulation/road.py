"""A run over a simulated road: engine and exchange, and between them delays, stalls and other traders.

No frames and no sessions: requests and replies travel as values, so that many thousand orders can be paced
in a second. What the exchange decided on each order, and when, is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

from runner.domain import Secret
from runner.execution import (
    ClockMeasured,
    Connect,
    Execution,
    LookedUp,
    LookUp,
    MeasureClock,
    OrdersQueried,
    QueryOrders,
    Timing,
)
from runner.journal import Entry
from runner.kraken import (
    TOKEN_PATH,
    AddOrder,
    AddOrderStatus,
    CancelOrder,
    CancelOrderStatus,
    Limits,
    OpenOrder,
    OpenOrders,
    OrderChanged,
    Ready,
    Reply,
    Reqids,
    Subscribe,
    TradesSeen,
    counted,
    parse_envelope,
    private_call,
    token_from,
)
from runner.kraken.session.feed import OrderFeed
from runner.kraken.wire.events import reply_event
from runner.kraken.wire.open_order import OrderNews
from runner.paper import Credentials, Exchange, Options
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.api.rendering import rest
from runner.paper.api.rest.calls import RestCall
from runner.paper.exchange.opening import Opening
from runner.planning import Plan
from tests.support.virtual_run import VirtualRun
from tests.support.virtual_time import START

OURS, OTHER = 1, 2
CREDENTIALS = Credentials(api_key="key", secret=Secret("Q0FOQVJZ"))
PAIRS = ("ETH/EUR", "XBT/EUR", "SOL/EUR", "XRP/EUR")
OPENING = Opening(
    balances=(("EUR", "10000000"), *((pair.split("/", maxsplit=1)[0], "10000000") for pair in PAIRS)),
    quotes=tuple((pair, "100", "101") for pair in PAIRS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way of messages: ``base_s`` and exponential jitter each way, and spans of standstill.

    A stall holds up what would arrive in it until its end; one way or both. ``late_s``: how late timers are.
    """

    base_s: float = 0.01
    jitter_s: float = 0.0
    stalls: tuple[tuple[float, float, bool, bool], ...] = ()
    late_s: float = 0.0


@dataclass(slots=True)
class Decided:
    """The exchange's decision on one order of ours, and its time."""

    at: float
    pair: str
    error: str | None


@dataclass
class Road(VirtualRun):
    """One run. ``decided`` and ``canceled`` are what came of it at the exchange, in order."""

    options: Options
    limits: Limits
    way: Way = Way()
    seed: int = 0
    began_at: float = START
    decided: list[Decided] = field(default_factory=list)
    canceled: list[tuple[float, str | None]] = field(default_factory=list)
    before: Callable[[Road], None] = lambda _: None

    def __post_init__(self) -> None:
        super().__init__()
        self.time.plug(self)
        self.now = self.began_at
        self.chance = Random(self.seed)
        self.exchange = Exchange(seed="road", credentials=CREDENTIALS, options=self.options, opening=OPENING)
        self._last = {"up": 0.0, "down": 0.0}
        self._feed = OrderFeed()
        self.token = self._token()

    def run(self, plan: Plan) -> Execution:
        """Run a plan to its end."""
        execution = Execution(plan, Reqids(), tool="road", timing=Timing(), limits=self.limits)
        self.before(self)
        self.carry_through(execution)
        return execution

    def other(self, request: AddOrder | CancelOrder) -> Reply:
        """Another program of the same account does something, at once."""
        deliveries = self.exchange.handle(OTHER, request, self.token, self.now)
        self._deliver([item for item in deliveries if item.connection == OURS])
        return next(item.message for item in deliveries if item.connection == OTHER)

    def errors(self) -> list[str]:
        """Return what the exchange refused."""
        replies = [item.error for item in self.decided] + [error for _, error in self.canceled]
        return [error for error in replies if error is not None]

    # --- time ---

    def wakes_at(self) -> float:
        """Return a moment somewhat after the timer, as the way says."""
        return max(self.now, super().wakes_at()) + self.way.late_s * self.chance.random()

    @property
    def due(self) -> float:
        """Return the time of the exchange's next event."""
        due = self.exchange.timer()
        return inf if due is None else due

    def advance(self) -> None:
        """Let the exchange do what is due."""
        self._deliver(self.exchange.advance(self.now))

    def make_durable(self, entries: Sequence[Entry]) -> None:
        """Write nothing; there is no disk here."""

    def act(self, action: object) -> None:
        """Send a request; give the deliveries that do not matter here at once."""
        match action:
            case AddOrder() | CancelOrder() | Subscribe():
                self.time.at(self._arrival("up"), self._arrive, action)
            case MeasureClock():
                self.events.append(ClockMeasured((0.0, 0.0)))
            case Connect():
                self._connect()
            case LookUp():
                self.events.append(LookedUp(()))
            case QueryOrders(txids, userrefs):
                self.events.append(OrdersQueried(self._known(txids, userrefs), txids, userrefs))

    def _arrival(self, direction: str) -> float:
        way = self.way
        jitter_s = self.chance.expovariate(1 / way.jitter_s) if way.jitter_s else 0.0
        moment = max(self.now + way.base_s + jitter_s, self._last[direction])
        for start, end, up, down in way.stalls:
            if (up if direction == "up" else down) and START + start <= moment < START + end:
                moment = START + end
        self._last[direction] = moment
        return moment

    # --- the exchange ---

    def _connect(self) -> None:
        self.exchange.connect(OURS, self.now)
        wish = Subscribe(subscription={"name": "openOrders", "ratecounter": True}, reqid=0)
        status, *news = [item.message for item in self.exchange.handle(OURS, wish, self.token, self.now)]
        orders = [entry for item in news if isinstance(item, OpenOrders) for entry in item.orders]
        for txid, fields in orders:
            self._feed.merge(txid, OrderNews.of(fields))
        most = counted(status.subscription.get("maxratecount"))
        self.events.append(Ready(tuple(self._feed.orders.values()), maxratecount=most))

    def _arrive(self, request: AddOrder | CancelOrder | Subscribe) -> None:
        if isinstance(request, Subscribe):
            self.events.append(TradesSeen(()))
            return
        deliveries = self.exchange.handle(OURS, request, self.token, self.now)
        for item in deliveries:
            match item.message:
                case AddOrderStatus(errorMessage=error) if isinstance(request, AddOrder):
                    self.decided.append(Decided(self.now, request.pair, error))
                case CancelOrderStatus(errorMessage=error):
                    self.canceled.append((self.now, error))
        self._deliver(deliveries)

    def _deliver(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            if delivery.connection == OURS:
                self.time.at(self._arrival("down"), self._hear, delivery.message)

    def _hear(self, message: Reply) -> None:
        if isinstance(message, AddOrderStatus | CancelOrderStatus):
            self.events.append(reply_event(message, message.reqid))
        if not isinstance(message, OpenOrders):
            return
        for txid, news in message.orders:
            # The exchange's enumerations are plain text on the wire.
            fields = {name: str(value) if isinstance(value, str) else value for name, value in news.items()}
            order = self._feed.merge(txid, OrderNews.of(fields))
            self.events.append(OrderChanged(order, counted(fields.get("ratecount"))))

    def _known(self, txids: tuple[str, ...], userrefs: tuple[str, ...]) -> tuple[OpenOrder, ...]:
        state = self.exchange.state()
        known = [OpenOrder.read(txid, rest(order)) for txid, order in {**state.live, **state.ended}.items()]
        return tuple(order for order in known if order.txid in txids or order.userref in userrefs)

    def _token(self) -> Secret:
        self.exchange.connect(OTHER, self.now)
        headers, body = private_call(CREDENTIALS.api_key, CREDENTIALS.secret, TOKEN_PATH, "1", {})
        reply = self.exchange.rest(RestCall("POST", TOKEN_PATH, headers, body), self.now)
        token: Any = token_from(parse_envelope(reply.body))
        return token
