"""One machine that runs the command: a disk, a clock of its own, and the process that carries out turns.

It does what the driver does, without Trio: make durable, then send. What it makes durable and what it
sends is told to the auditor at that very instant. The process may die between any two of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from math import inf
from typing import Any

from msgspec import structs

from runner.domain import Batch, Secret
from runner.execution import (
    ClockMeasured,
    Connect,
    ConnectFailed,
    EngineEvent,
    Execution,
    JournalFailed,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersQueried,
    QueryFailed,
    QueryOrders,
    StopRequested,
    Turn,
)
from runner.journal import Entry, Ledger, Memory, last_digest, manifest, seal_all, unseal_entries
from runner.journal.codec import NO_LINE
from runner.kraken import (
    CLOSED_ORDERS_PATH,
    OPEN_ORDERS_PATH,
    TOKEN_PATH,
    AddOrder,
    CancelOrder,
    ClientSession,
    ConnectionLost,
    OpenOrder,
    OrderChanged,
    OrderRejected,
    Ready,
    Reqids,
    Subscribe,
    token_from,
)
from runner.planning import plan
from tests.simulation.auditor import Auditor
from tests.simulation.querying import closed_since, queried, recorded
from tests.simulation.schedule import Fault, Life
from tests.simulation.site import Line, Site

STALE_TOKEN = Secret("c3RhbGU=")
CALL_S = 0.05
SLACK_S = 1e-6

Engine = Callable[..., Execution]


class Killed(Exception):
    """The process is gone, from one instant to the next."""


class DiskFailed(Exception):
    """The process ends because its journal cannot be written. ``told`` is the manifest that it prints."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told


class Machine:
    """A machine with its disk. ``begin`` starts the process, ``step`` lets it take what has come in.

    ``doomed``: the process dies at its next instant.
    """

    def __init__(self, name: str, site: Site, auditor: Auditor, *, skew_s: float, engine: Engine) -> None:
        self.name = name
        self._disk = StringIO()
        self._last_read = self._last = NO_LINE
        self.over = True
        self.doomed = False
        self.steps = 0
        self._site = site
        self._time = site.time
        self._auditor = auditor
        self._skew_s = skew_s
        self._engine = engine
        self._generation = 0
        self._points = 0
        self._manifest: dict[str, Any] | None = None
        self._ledger = Ledger()
        self._read = 0
        self._wakes_at = inf
        self._wakes_at_known = False
        self._known: dict[int, tuple[OpenOrder, Any]] = {}

    @property
    def disk(self) -> str:
        """The journal, and what may be torn at its end."""
        return self._disk.getvalue()

    @property
    def has_begun(self) -> bool:
        """Return whether any line of the journal is whole."""
        return self._read > 0 or "\n" in self.disk

    def now(self) -> float:
        """The time by this machine's clock."""
        return self._time.now + self._skew_s

    # --- a process ---

    def begin(self, batch: Batch, life: Life) -> None:
        """Start the command."""
        self._start_process(life)
        found = plan(batch, self._read_journal(), run_key="", venue="paper")
        self._disk.truncate(self._disk.seek(self._read))
        self._manifest = None
        found = structs.replace(found, recorded=recorded(found, self._site.exchange, self._time.now))
        self._execution = self._engine(found, self._reqids, tool="order-batch test")
        if life.stop_after_s is not None:
            self._later(life.stop_after_s, self._ask_to_stop)
        self._carry_out(self._execution.start(self.now()))
        self._see_whether_over()

    def _start_process(self, life: Life) -> None:
        self._generation += 1
        self._life, self._points, self._writes, self.over = life, 0, 0, False
        self.doomed = False
        self._inbox: list[EngineEvent] = []
        self._frames: list[str] = []
        self._reqids = Reqids()
        self._token: Secret | None = None
        self._line: Line | None = None
        self._session: ClientSession | None = None
        self._connection = 0
        self._wakes_at_known = False
        self._auditor.began(self.name)

    def timer(self) -> float:
        """Return when ``step`` wants to be called, by the true clock: now if anything has come in.

        It is asked for whatever happens anywhere, and worked out after what has happened to this process.
        """
        if self._frames:
            self._receive()
        if self._inbox:
            return self._time.now
        if not self._wakes_at_known:
            self._wakes_at, self._wakes_at_known = self._next_timer(), True
        return self._wakes_at

    def _next_timer(self) -> float:
        due = self._execution.timer()
        alive = None if self._session is None else self._session.timer()
        return min(inf if due is None else due, inf if alive is None else alive) - self._skew_s

    def step(self) -> None:
        """Take what has come in, and the time."""
        self.steps += 1
        self._wakes_at_known = False
        # By the other clock the time of a timer is not always exactly that.
        now = self.now() + SLACK_S
        if self._session is not None:
            self._inbox += self._session.handle_timer(now)
            self._flush()
        events, self._inbox = self._inbox, []
        self._carry_out(self._execution.handle(events, now))
        due = self._execution.timer()
        assert due is None or due > now, "the engine asks for the present again: it would spin"
        self._see_whether_over()

    def manifest(self) -> dict[str, Any]:
        """The manifest as the disk has it."""
        if self._manifest is None:
            self._manifest = manifest(self._read_journal())
        return self._manifest

    def _read_journal(self) -> Ledger:
        """Return what the disk says. Each line is read once: lines are only added, but for a torn end."""
        text = self.disk[self._read :]
        entries, sound = unseal_entries(text, name="journal.jsonl", previous=self._last_read)
        if sound:
            self._last_read = self._last = last_digest(text[:sound])
        for entry in entries:
            self._ledger.add(entry)
        self._read += sound
        return self._ledger

    def die(self) -> None:
        """The process is gone."""
        self.over = True
        self._generation += 1
        if self._line is not None:
            self._line.leave()

    def _see_whether_over(self) -> None:
        if self._execution.finished:
            assert self._execution.timer() is None, "what is finished waits for nothing"
            self.die()

    def _ask_to_stop(self) -> None:
        self._time.count(Fault.STOPPED)
        self._inbox.append(StopRequested("SIGTERM"))

    def _later(self, delay_s: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen to this process, if it still is the same one by then."""
        time = self._time
        time.at(time.now + delay_s, self._do, self._generation, act, about)

    def _do(self, generation: int, act: Callable[..., None], about: tuple[Any, ...]) -> None:
        if generation == self._generation:
            act(*about)

    # --- a turn ---

    def _carry_out(self, turn: Turn) -> None:
        self._point()
        if turn.entries:
            self._write(turn.entries)
        self._point()
        for action in turn.actions:
            self._act(action)
            self._flush()
            self._point()

    def _write(self, entries: Sequence[Entry]) -> None:
        text = seal_all(entries, self._last).decode()
        self._manifest = None
        self._writes += 1
        life = self._life
        if self._writes == life.disk_fails_at:
            raise DiskFailed(self._fail_to_write(entries, text))
        if life.disk_fails_at is None and life.torn is not None and self._points >= (life.kill_at or 1):
            self._time.count(Fault.TORN)
            self._write_part(entries, text, life.torn)
            raise Killed
        self._disk.write(text)
        self._last = last_digest(text) if text else self._last
        self._auditor.durable(self.name, entries, self.now())

    def _fail_to_write(self, entries: Sequence[Entry], text: str) -> dict[str, Any]:
        """Return what is known is told from memory; some of it may have reached the disk all the same."""
        self._time.count(Fault.DISK_FAILED)
        memory = Memory(unseal_entries(self.disk, name="journal.jsonl")[0])
        self._write_part(entries, text, self._life.torn or 0.0)
        memory.add_unwritten(entries)
        last = self._execution.handle([*self._inbox, JournalFailed("the disk is full")], self.now() + SLACK_S)
        memory.add_last_words(last.entries)
        return manifest(memory.ledger())

    def _write_part(self, entries: Sequence[Entry], text: str, share: float) -> None:
        reached = text[: int(len(text) * share)]
        self._disk.write(reached)
        self._auditor.durable(self.name, entries[: reached.count("\n")], self.now())

    def _point(self) -> None:
        """An instant at which the process may die."""
        self._points += 1
        if self.doomed or (self._points == self._life.kill_at and self._life.torn is None):
            self._time.count(Fault.KILLED)
            raise Killed

    def _act(self, action: object) -> None:
        match action:
            case AddOrder() | CancelOrder() | Subscribe():
                if self._session is not None:
                    self._session.send(action, self.now())
            case Connect(fresh_token=fresh):
                self._drop_line()
                self._token = None if fresh else self._token
                self._later(CALL_S, self._connect, self._connection)
            case MeasureClock():
                self._later(self._time.delay_s(), self._measure, self.now())
            case LookUp():
                self._later(CALL_S, self._look_up, action, self.now())
            case QueryOrders():
                self._later(CALL_S, self._query, action)
            case _:
                raise AssertionError(f"no such action: {action}")

    def _flush(self) -> None:
        if self._session is None or self._line is None:
            return
        for text in self._session.outgoing():
            self._auditor.sent(self.name, text, self.now())
            self._line.write(text)

    # --- connections ---

    def _drop_line(self) -> None:
        self._connection += 1
        if self._line is not None:
            self._line.leave()
        self._line = self._session = None

    def _connect(self, attempt: int) -> None:
        if attempt != self._connection:
            return
        self._wakes_at_known = False
        if self._time.strikes(Fault.CONNECT_FAILED):
            self._inbox.append(ConnectFailed("connection refused"))
            return
        try:
            if self._token is None:
                self._token = token_from(self._site.rest(TOKEN_PATH, {}))
        except OSError as reason:
            self._inbox.append(ConnectFailed(str(reason)))
            return
        token = STALE_TOKEN if self._time.strikes(Fault.TOKEN_STALE) else self._token
        self._line = self._site.open(self._frames.append, self._lost)
        self._session = ClientSession(token, self._reqids)
        self._session.start(self.now())
        self._flush()

    def _receive(self) -> None:
        """Read what has come in at this moment, all together as the driver does."""
        assert self._session is not None, "who has left a line hears nothing more on it"
        self._wakes_at_known = False
        now = self.now()
        events = self._session.receive_all(self._frames, now)
        self._frames.clear()
        for event in events:
            kind = type(event)
            if kind is OrderChanged:
                self._auditor.shown(self.name, (event.order,), now)
            elif kind is Ready:
                self._auditor.connected(self.name, event.orders, now)
            elif kind is OrderRejected:
                self._auditor.heard(self.name, event.reqid, event.error.text)
        self._inbox += events

    def _lost(self, reason: str) -> None:
        self._time.note("%s: connection lost (%s)", self.name, reason)
        if self._frames:
            self._receive()
        self._wakes_at_known = False
        self._line = self._session = None
        self._inbox.append(ConnectionLost(reason))

    # --- REST ---

    def _measure(self, asked: float) -> None:
        second = self._site.unixtime()
        self._inbox.append(ClockMeasured((second - self.now(), second + 1 - asked)))

    def _look_up(self, look: LookUp, asked: float) -> None:
        """Open orders first, then closed ones: an order goes from the one to the other, never back."""
        try:
            found = list(self._records(OPEN_ORDERS_PATH, "open", {}))
        except OSError as reason:
            self._answer_look(LookUpFailed(str(reason)))
            return
        self._later(self._time.delay_s(), self._look_up_closed, look, asked, found)

    def _look_up_closed(self, look: LookUp, asked: float, found: list[OpenOrder]) -> None:
        try:
            found += self._records(CLOSED_ORDERS_PATH, "closed", closed_since(look))
        except OSError as reason:
            self._answer_look(LookUpFailed(str(reason)))
            return
        self._auditor.looked(self.name, look, asked)
        self._answer_look(LookedUp(tuple(found)))

    def _query(self, query: QueryOrders) -> None:
        self._answer_look(queried(query, self._site.rest))

    def _answer_look(self, event: LookedUp | LookUpFailed | OrdersQueried | QueryFailed) -> None:
        wait_s = self._time.chance.choice((2.0, 9.0, 40.0)) if self._time.strikes(Fault.REST_SLOW) else 0.0
        self._later(wait_s + self._time.delay_s(), self._take, event)

    def _take(self, event: EngineEvent) -> None:
        if isinstance(event, LookedUp | OrdersQueried):
            self._auditor.shown(self.name, event.orders, self.now())
        self._inbox.append(event)

    def _records(self, path: str, where: str, fields: dict[str, str]) -> list[OpenOrder]:
        """Return the records of a list. An unchanged one is the same object again, and is read once."""
        found: list[OpenOrder] = []
        for txid, shown in self._site.rest(path, fields)[where].items():
            known = self._known.get(id(shown))
            if known is None:
                known = self._known[id(shown)] = (OpenOrder.read(txid, shown), shown)
            found.append(known[0])
        return found
