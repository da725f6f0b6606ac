"""A world in which a batch is applied: everything real but the clock, the network and the disk.

The network is a heap of messages under way, the disk a list, the clock the time of the next thing that
happens. The same seed gives the same world. What no run may ever do is asserted here, in every test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

from msgspec import structs

from runner.batchfile import parse
from runner.domain import Batch, Owner, Secret
from runner.execution import (
    OPEN_GATE,
    ClockMeasured,
    Connect,
    ConnectFailed,
    Execution,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    QueryOrders,
    SendGate,
    StopRequested,
    Timing,
    Turn,
)
from runner.journal import Entry, OrderPlaced, fold, manifest, read_entries
from runner.journal.codec import to_content
from runner.kraken import (
    LIMITS,
    TOKEN_PATH,
    AddOrder,
    CancelAllOrdersAfter,
    CancelOrder,
    ClientSession,
    ConnectionLost,
    Limits,
    Reply,
    Reqids,
    RestError,
    ServerSession,
    Subscribe,
    Tier,
    parse_envelope,
    private_call,
    token_from,
)
from runner.paper import Credentials, Exchange, LimitOptions, Options
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.api.rest.calls import RestCall
from runner.planning import plan
from tests.journal.published import assert_published
from tests.simulation.querying import looked_up, queried
from tests.support.virtual_run import VirtualRun
from tests.support.virtual_time import START

CREDENTIALS = Credentials(api_key="CANARY-key", secret=Secret("Q0FOQVJZ"))
OWNER = Owner(account="IBAN0001", key="0123456789abcdef", exchange="exchange.example")


def batch_of(text: str, name: str = "batch.yaml") -> Batch:
    """A batch from YAML that must be valid."""
    parsed = parse(text.encode(), name)
    assert parsed.batch is not None, "\n".join(map(str, parsed.problems))
    return parsed.batch


def exchange_of(options: Options = Options()) -> Exchange:  # noqa: B008
    """An exchange as a run finds it. It counts no calls: what paces them is not part of this world."""
    free = structs.replace(options, rest=structs.replace(options.rest, enforce_rates=False))
    return Exchange(seed="world", credentials=CREDENTIALS, options=free)


def unlimited(**fields: Any) -> World:
    """A world without rate limits."""
    limits = Limits(threshold=1e9, decay_per_s=1, open_orders_max=10**9)
    return World(exchange_of(Options(limits=LimitOptions(enforce_rates=False))), limits=limits, **fields)


@dataclass
class World(VirtualRun):
    """One exchange, one disk, one network. ``apply`` runs a batch to its end and gives the manifest.

    ``to_exchange`` and ``to_client`` see each frame before it is under way and say when it arrives (seconds
    from now), in as many copies as they name; none is a frame that is lost. ``garble`` may change the text
    of a frame to the client. ``rest_fails`` says why a REST call of that path comes to nothing, ``refuse``
    why a connection does.
    """

    exchange: Exchange = field(default_factory=exchange_of)
    seed: int = 0
    began_at: float = START
    journal: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    looks: list[LookUp] = field(default_factory=list)
    queries: list[QueryOrders] = field(default_factory=list)
    connections: int = 0
    tokens: int = 0
    limits: Limits = LIMITS[Tier.STARTER]
    kill_at: int | None = None
    skew: tuple[float, float] = (-0.5, 0.5)
    to_exchange: Callable[[dict[str, Any]], list[float]] = lambda _: [0.01]
    to_client: Callable[[Any], list[float]] = lambda _: [0.01]
    garble: Callable[[str], str] = lambda text: text
    rest_fails: Callable[[str], str | None] = lambda _: None
    refuse: Callable[[], ConnectFailed | None] = lambda: None
    on_step: Callable[[World], None] = lambda _: None
    on_turn: Callable[[Turn], None] = lambda _: None

    def __post_init__(self) -> None:
        super().__init__()
        self.time.plug(self)
        self.now = self.began_at
        self.random = Random(self.seed)
        self._nonce = 0
        self._connection = 0
        self._server: ServerSession | None = None
        self._token: Secret | None = None
        self._latest: dict[tuple[str, int], float] = {}
        self._reqids = Reqids()

    # --- what a test does ---

    def apply(
        self,
        batch: Batch,
        *,
        timing: Timing | None = None,
        run_key: str = "",
        gate: SendGate = OPEN_GATE,
        **known: Any,
    ) -> dict[str, Any]:
        """Apply a batch as the command would; the journal is respected. ``known``: what the plan has else."""
        self._begin()
        found = plan(batch, fold(read_entries(self.journal)), run_key=run_key, venue="paper")
        found = structs.replace(found, owner=OWNER, **known)
        execution = Execution(
            found,
            self._reqids,
            tool="order-batch test",
            timing=timing or Timing(),
            limits=self.limits,
            gate=gate,
        )
        self.carry_through(execution)
        self.disconnect("the run is over", inform=False)
        return self.manifest()

    def manifest(self) -> dict[str, Any]:
        """The manifest as the journal has it, through JSON as on a disk."""
        content = manifest(fold(read_entries(json.loads(json.dumps(self.journal)))))
        assert_published(content)
        return content

    def stop(self, reason: str = "SIGTERM") -> None:
        """A person or CI stops the run."""
        self.events.append(StopRequested(reason))

    def disconnect(self, reason: str, *, inform: bool = True) -> None:
        """Cut the connection; what is under way on it is lost."""
        if self._server is not None:
            self.exchange.disconnect(self._connection)
        self._server = self.session = None
        self._connection += 1
        self.look_at_timers()
        if inform:
            self.events.append(ConnectionLost(reason))

    def say(self, *messages: Reply) -> None:
        """The exchange says something on the connection there is."""
        for message in messages:
            if self._server is not None:
                self._send_to_client(self._server.send(message, self.now))

    def status(self, status: str) -> None:
        """The exchange changes its state."""
        self._deliver(self.exchange.set_status(status, self.now))

    def frames(self, event: str) -> list[dict[str, Any]]:
        """Return what was sent, of one event."""
        return [frame for frame in self.sent if frame["event"] == event]

    def end(self, txid: str, reason: str) -> None:
        """The exchange ends an order by itself."""
        self._deliver(self.exchange.end_order(txid, reason, self.now))

    def booked(self) -> list[str]:
        """The client ids (or user references) of all orders that the exchange ever booked for us."""
        state = self.exchange.state()
        terms = [order.terms for order in [*state.live.values(), *state.ended.values()]]
        return [str(term.cl_ord_id or term.userref) for term in terms if term.cl_ord_id or term.userref]

    def token_of_another_program(self) -> Secret:
        """A token of the same account, on a connection that this world does not look at any further."""
        self.exchange.connect(900, self.now)
        return token_from(self.ask(TOKEN_PATH, {}))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind."""
        return [content for content in self.journal if content["entry"] == kind]

    # --- how time passes ---

    def _begin(self) -> None:
        """A new process: nothing of an earlier one is left but the journal."""
        self.die()
        self.disconnect("a new process", inform=False)
        self._reqids = Reqids()
        self._token = None

    @property
    def due(self) -> float:
        """Return the time of the next event of the exchange or its server."""
        server = None if self._server is None else self._server.timer()
        return min((due for due in (self.exchange.timer(), server) if due is not None), default=inf)

    def advance(self) -> None:
        """Let the test do what it wants, then the exchange and its server what is due."""
        self.on_step(self)
        self._deliver(self.exchange.advance(self.now))
        if self._server is not None:
            for text in self._server.handle_timer(self.now):
                self._send_to_client(text)

    def carry_out(self, turn: Turn) -> None:
        """Show the turn to the test, and carry it out."""
        self.on_turn(turn)
        super().carry_out(turn)

    def make_durable(self, entries: Sequence[Entry]) -> None:
        """Write entries to the journal; what they say is true at the exchange."""
        for entry in entries:
            self.journal.append(to_content(entry))
            if isinstance(entry, OrderPlaced):
                self._assert_sent_by_exchange(entry)

    def act(self, action: object) -> None:
        """Carry out one action of a turn."""
        match action:
            case AddOrder() | CancelOrder() | Subscribe() | CancelAllOrdersAfter():
                if isinstance(action, AddOrder | CancelOrder):
                    self._assert_durable(action)
                if self.session is not None:
                    self.session.send(action, self.now)
            case Connect(fresh_token=fresh):
                self.disconnect("replaced", inform=False)
                self._token = None if fresh else self._token
                self.later(0.05, self._connect)
            case MeasureClock():
                self.later(0.02, lambda: self.events.append(ClockMeasured(self.skew)))
            case LookUp():
                self.looks.append(action)
                self.later(0.02, self._look_up, action)
            case QueryOrders():
                self.queries.append(action)
                self.later(0.02, lambda: self.events.append(queried(action, self.ask)))

    def _assert_durable(self, request: AddOrder | CancelOrder) -> None:
        """Check that what leaves is in the journal: the contract between the engine and its driver."""
        kind = "order-intent" if isinstance(request, AddOrder) else "cancel-intent"
        recent = (entry for entry in reversed(self.journal) if entry["entry"] in (kind, "run-started"))
        reqids = []
        for entry in recent:
            if entry["entry"] == "run-started":
                break
            reqids.append(entry["reqid"])
        assert request.reqid in reqids, f"{request} leaves without an intent"

    def _assert_sent_by_exchange(self, placed: OrderPlaced) -> None:
        state = self.exchange.state()
        assert placed.txid in {*state.live, *state.ended}, f"{placed} is at no exchange"

    # --- the ways to the exchange ---

    def _connect(self) -> None:
        failure = self.refuse()
        try:
            if failure is None and self._token is None:
                self._token = token_from(self.ask(TOKEN_PATH, {}))
                self.tokens += 1
        except OSError as reason:
            failure = ConnectFailed(str(reason))
        if failure is not None or self._token is None:
            self.events.append(failure or ConnectFailed("no token"))
            return
        self.connections += 1
        self._server = ServerSession(self.now)
        self._latest.clear()
        self.session = ClientSession(self._token, self._reqids)
        self._deliver(self.exchange.connect(self._connection, self.now))
        self.session.start(self.now)
        self.look_at_timers()
        self.flush()

    def _look_up(self, look: LookUp) -> None:
        try:
            self.events.append(LookedUp(looked_up(look, self.ask)))
        except OSError as reason:
            self.events.append(LookUpFailed(str(reason)))

    def ask(self, path: str, fields: dict[str, str]) -> Any:
        """The result of a signed REST call. Raises ``OSError`` when it comes to nothing."""
        reason = self.rest_fails(path)
        if reason is not None:
            raise OSError(reason)
        self._nonce += 1
        key = CREDENTIALS.api_key
        headers, body = private_call(key, CREDENTIALS.secret, path, str(self._nonce), fields)
        reply = self.exchange.rest(RestCall("POST", path, headers, body), self.now)
        try:
            return parse_envelope(reply.body)
        except RestError as error:
            raise OSError(str(error)) from None

    # --- the network ---

    def write(self, text: str) -> None:
        """Put a frame on its way to the exchange, as the test wants it."""
        content = json.loads(text)
        self.sent.append(content)
        for delay in self.to_exchange(content):
            self._under_way("up", delay, self._arrive, text, self._connection)

    def _arrive(self, text: str, connection: int) -> None:
        if self._server is None or connection != self._connection:
            return
        heard = self._server.receive(text, self.now)
        if isinstance(heard, Exception):
            self._deliver(self.exchange.malformed(connection, heard, self.now))
        else:
            self._deliver(self.exchange.handle(connection, *heard, self.now))

    def _deliver(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            if self._server is not None and delivery.connection == self._connection:
                self._send_to_client(self._server.send(delivery.message, self.now))

    def _send_to_client(self, text: str) -> None:
        for delay in self.to_client(json.loads(text)):
            self._under_way("down", delay, self._hear, text, self._connection)

    def _hear(self, text: str, connection: int) -> None:
        if self.session is not None and connection == self._connection:
            self.events += self.session.receive(self.garble(text), self.now)
            self.look_at_timers()

    def _under_way(self, way: str, delay: float, act: Callable[..., None], *about: Any) -> None:
        # A connection keeps the order of what is sent on it.
        arrives = max(self.now + delay, self._latest.get((way, self._connection), 0.0))
        self._latest[way, self._connection] = arrives
        self.time.at(arrives, act, *about)
