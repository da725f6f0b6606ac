"""A world in which a batch is applied: everything real but the clock, the network and the disk.

The network is a heap of messages under way, the disk a list, the clock the time of the next thing that
happens. The same seed gives the same world.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from runner.batchfile import parse
from runner.domain import Batch, Secret
from runner.engine import (
    Connect,
    EngineEvent,
    Execution,
    LookedUp,
    LookUp,
    StopRequested,
    Timing,
    plan,
)
from runner.protocol import AddOrder, CancelOrder, ClientSession, ConnectionLost, OpenOrder, Reqids
from runner.protocol.server import ServerSession
from runner.records import fold, manifest, read_entries, to_content
from runner.simulator import Credentials, Delivery, Exchange, Options

START = 1_795_000_000.0
MAX_STEPS = 200_000
TOKEN = Secret("CANARY-token")
CREDENTIALS = Credentials(api_key="CANARY-key", secret=Secret("Q0FOQVJZ"))


def batch_of(text: str, name: str = "batch.yaml") -> Batch:
    """A batch from YAML that must be valid."""
    parsed = parse(text.encode(), name)
    assert parsed.batch is not None, "\n".join(map(str, parsed.problems))
    return parsed.batch


def exchange_of(options: Options | None = None) -> Exchange:
    """An exchange as a run finds it."""
    return Exchange(seed="world", credentials=CREDENTIALS, options=options or Options())


@dataclass
class World:
    """One exchange, one disk, one network. ``apply`` runs a batch to its end and gives the manifest.

    ``to_exchange`` and ``to_client`` see each frame before it is under way and say when it arrives (seconds
    from now), in as many copies as they name; none is a frame that is lost.
    """

    exchange: Exchange = field(default_factory=exchange_of)
    seed: int = 0
    now: float = START
    journal: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    to_exchange: Callable[[dict[str, Any]], list[float]] = lambda _: [0.01]
    to_client: Callable[[Any], list[float]] = lambda _: [0.01]
    on_step: Callable[[World], None] = lambda _: None

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0
        self._connection = 0
        self._server: ServerSession | None = None
        self._session: ClientSession | None = None
        self._events: list[EngineEvent] = []
        self._latest: dict[tuple[str, int], float] = {}
        self._reqids = Reqids()

    # --- what a test does ---

    def apply(self, batch: Batch, *, timing: Timing | None = None, run_key: str = "") -> dict[str, Any]:
        """Apply a batch as the command would; the journal of earlier runs is respected."""
        found = plan(batch, fold(read_entries(self.journal)), run_key=run_key, venue="paper")
        self._reqids = Reqids()
        execution = self.execution = Execution(
            found, self._reqids, tool="order-batch test", timing=timing or Timing()
        )
        self._carry_out(execution.start(self.now))
        for _ in range(MAX_STEPS):
            if execution.finished:
                break
            self._step(execution)
        assert execution.finished, "the run does not end"
        self.disconnect("the run is over", tell=False)
        self._heap.clear()
        return self.manifest()

    def manifest(self) -> dict[str, Any]:
        """The manifest as the journal has it, through JSON as on a disk."""
        return manifest(fold(read_entries(json.loads(json.dumps(self.journal)))))

    def stop(self, reason: str = "SIGTERM") -> None:
        """A person or CI asks the run to stop."""
        self._events.append(StopRequested(reason))

    def disconnect(self, reason: str, *, tell: bool = True) -> None:
        """Cut the connection; what is under way on it is lost."""
        if self._server is not None:
            self.exchange.disconnect(self._connection)
        self._server = self._session = None
        self._connection += 1
        if tell:
            self._events.append(ConnectionLost(reason))

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        """Let something happen after a while."""
        self._serial += 1
        heapq.heappush(self._heap, (self.now + delay_s, self._serial, act))

    # --- how time passes ---

    def _step(self, execution: Execution) -> None:
        self.on_step(self)
        if not self._events:
            moments = [execution.timer(), self.exchange.timer(), self._heap[0][0] if self._heap else None]
            moments += [self._session.timer()] if self._session else []
            moments += [self._server.timer()] if self._server else []
            known = [moment for moment in moments if moment is not None]
            assert known, "nothing will ever happen"
            self.now = max(self.now, min(known))
        while self._heap and self._heap[0][0] <= self.now:
            heapq.heappop(self._heap)[2]()
        self._deliver(self.exchange.advance(self.now))
        if self._server is not None:
            for text in self._server.handle_timer(self.now):
                self._send_to_client(text)
        if self._session is not None:
            self._events += self._session.handle_timer(self.now)
            self._flush()
        events, self._events = self._events, []
        self._carry_out(execution.handle(events, self.now))

    def _carry_out(self, turn: Any) -> None:
        self.journal += [to_content(entry) for entry in turn.entries]
        for action in turn.actions:
            match action:
                case AddOrder() | CancelOrder():
                    if self._session is not None:
                        self._session.send(action, self.now)
                case Connect():
                    self.disconnect("replaced", tell=False)
                    self.later(0.05, self._connect)
                case LookUp():
                    self.later(0.02, lambda look=action: self._look_up(look))
        self._flush()

    def _connect(self) -> None:
        connection = self._connection
        self._server = ServerSession(self.now)
        self._latest.clear()
        token = self.exchange._tokens.issue(self.now)  # noqa: SLF001 - the REST call itself is tested elsewhere
        self._session = ClientSession(Secret(token), self._reqids)
        self._deliver(self.exchange.connect(connection, self.now))
        self._session.start(self.now)
        self._flush()

    def _look_up(self, look: LookUp) -> None:
        wanted = {*look.cl_ord_ids, *look.userrefs}
        orders = self.exchange.state().orders
        found = tuple(
            OpenOrder(order.txid, {"cl_ord_id": order.cl_ord_id, "userref": order.userref})
            for order in orders
            if order.cl_ord_id in wanted
        )
        self._events.append(LookedUp(found))

    # --- the network ---

    def _flush(self) -> None:
        if self._session is None:
            return
        for text in self._session.outgoing():
            content = json.loads(text)
            self.sent.append(content)
            for delay in self.to_exchange(content):
                self._under_way("up", delay, lambda text=text, at=self._connection: self._arrive(text, at))

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
            self._under_way("down", delay, lambda at=self._connection: self._hear(text, at))

    def _hear(self, text: str, connection: int) -> None:
        if self._session is not None and connection == self._connection:
            self._events += self._session.receive(text, self.now)

    def _under_way(self, way: str, delay: float, act: Callable[[], None]) -> None:
        # A connection keeps the order of what is sent on it.
        arrives = max(self.now + delay, self._latest.get((way, self._connection), 0.0))
        self._latest[way, self._connection] = arrives
        self.later(arrives - self.now, act)
