"""One machine that runs the command: its disk, its clock, and the process that carries out turns.

It does what the driver does, without Trio: make durable, then send. What it makes durable and what it
sends is reported to the auditor at that very instant. The process may die between any two of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
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
    Timing,
)
from runner.journal import Entry, Ledger, Memory, last_digest, manifest, seal_all, unseal_entries
from runner.journal.codec import NO_LINE
from runner.kraken import (
    CLOSED_ORDERS_PATH,
    OPEN_ORDERS_PATH,
    TOKEN_PATH,
    AddOrder,
    CancelAllOrdersAfter,
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
from tests.simulation.line import Line
from tests.simulation.querying import closed_since, queried, recorded
from tests.simulation.schedule import Fault, Life
from tests.simulation.site import Site
from tests.simulation.timeline import Timeline
from tests.support.virtual_run import Fallen, Killed, VirtualRun
from tests.support.virtual_time import SLACK_S

STALE_TOKEN = Secret("c3RhbGU=")
CALL_S = 0.05

Engine = Callable[..., Execution]


class DiskFailed(Fallen):
    """The process ends because its journal cannot be written. ``manifest`` is the one that it prints."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.manifest = manifest


class Machine(VirtualRun):
    """A machine with its disk. ``begin`` starts the process, ``step`` lets it take what has come in.

    ``doomed``: the process dies at its next instant.
    """

    slack_s = SLACK_S
    time: Timeline

    def __init__(
        self,
        name: str,
        site: Site,
        auditor: Auditor,
        *,
        skew_s: float,
        engine: Engine,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(site.time)
        self._options = {} if timing is None else {"timing": timing}
        self.name = name
        self.skew_s = skew_s
        self.doomed = False
        self._disk = StringIO()
        self._last_read = self._last = NO_LINE
        self._site = site
        self._auditor = auditor
        self._engine = engine
        self._manifest: dict[str, Any] | None = None
        self._ledger = Ledger()
        self._read = 0
        self._known: dict[int, tuple[OpenOrder, Any]] = {}
        self._line: Line | None = None

    @property
    def disk(self) -> str:
        """The journal, and what may be torn at its end."""
        return self._disk.getvalue()

    @property
    def has_begun(self) -> bool:
        """Return whether any line of the journal is whole."""
        return self._read > 0 or "\n" in self.disk

    # --- a process ---

    def begin(self, batch: Batch, life: Life) -> None:
        """Start the command."""
        self.guard(self._begin, batch, life)

    def _begin(self, batch: Batch, life: Life) -> None:
        self._start_process(life)
        found = plan(batch, self._read_journal(), run_key="", venue="paper")
        self._disk.truncate(self._disk.seek(self._read))
        self._manifest = None
        found = structs.replace(found, recorded=recorded(found, self._site.exchange, self.time.now))
        if life.stop_after_s is not None:
            self.later(life.stop_after_s, self._ask_to_stop)
        self.start(self._engine(found, self._reqids, tool="order-batch test", **self._options))
        # The application does not connect then, and takes this turn for the whole run.
        assert found.changes or self.execution.finished, "nothing was to be done, and the run goes on"

    def _start_process(self, life: Life) -> None:
        self.launch()
        self._life, self._writes = life, 0
        self.kill_at = None if life.torn is not None else life.kill_at
        self.doomed = False
        self._frames: list[str] = []
        self._reqids = Reqids()
        self._token: Secret | None = None
        self._line = None
        self._connection = 0
        self._auditor.began(self.name)

    def timer(self) -> float:
        """Return when ``step`` is due, by the true clock. What has come in is read first."""
        if self._frames:
            self._receive()
        return super().timer()

    def die(self) -> None:
        """The process is gone."""
        super().die()
        if self._line is not None:
            self._line.leave()

    def fall(self, end: Fallen) -> None:
        """The process has come to a sudden end: see what it leaves behind."""
        self.die()
        if isinstance(end, DiskFailed):
            self.time.note("%s: its disk failed", self.name)
            self._auditor.check_broken_off(self.name, end.manifest)
            return
        self.time.note("%s: killed", self.name)
        if self.has_begun:
            self._auditor.check_unfinished(self.manifest())

    def _ask_to_stop(self) -> None:
        self.time.count(Fault.STOPPED)
        self.events.append(StopRequested("SIGTERM"))

    # --- the disk ---

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

    def make_durable(self, entries: Sequence[Entry]) -> None:
        """Write entries to the journal, if its disk does."""
        text = seal_all(entries, self._last).decode()
        self._manifest = None
        self._writes += 1
        life = self._life
        if self._writes == life.disk_fails_at:
            raise DiskFailed(self._fail_to_write(entries, text))
        if life.disk_fails_at is None and life.torn is not None and self.points >= (life.kill_at or 1):
            self.time.count(Fault.TORN)
            self._write_part(entries, text, life.torn)
            raise Killed
        self._disk.write(text)
        self._last = last_digest(text) if text else self._last
        self._auditor.durable(self.name, entries, self.now)

    def _fail_to_write(self, entries: Sequence[Entry], text: str) -> dict[str, Any]:
        """Report known facts from memory; some of it may have reached the disk all the same."""
        self.time.count(Fault.DISK_FAILED)
        memory = Memory(unseal_entries(self.disk, name="journal.jsonl")[0])
        self._write_part(entries, text, self._life.torn or 0.0)
        memory.add_unwritten(entries)
        last = self.execution.handle([*self.events, JournalFailed("the disk is full")], self.now + SLACK_S)
        memory.add_last_words(last.entries)
        return manifest(memory.ledger())

    def _write_part(self, entries: Sequence[Entry], text: str, share: float) -> None:
        reached = text[: int(len(text) * share)]
        self._disk.write(reached)
        self._auditor.durable(self.name, entries[: reached.count("\n")], self.now)

    # --- a turn ---

    def point(self) -> None:
        """Die if this is the instant."""
        self.points += 1
        if self.doomed or self.points == self.kill_at:
            self.time.count(Fault.KILLED)
            raise Killed

    def act(self, action: object) -> None:
        """Carry out one action of a turn."""
        match action:
            case AddOrder() | CancelOrder() | Subscribe() | CancelAllOrdersAfter():
                if self.session is not None:
                    self.session.send(action, self.now)
            case Connect(fresh_token=fresh):
                self._drop_line()
                self._token = None if fresh else self._token
                self.later(CALL_S, self._connect, self._connection)
            case MeasureClock():
                self.later(self.time.delay_s(), self._measure, self.now)
            case LookUp():
                self.later(CALL_S, self._look_up, action, self.now)
            case QueryOrders():
                self.later(CALL_S, self._query, action)
            case _:
                raise AssertionError(f"no such action: {action}")

    def write(self, text: str) -> None:
        """Put a frame on its way to the exchange."""
        if self._line is not None:
            self._auditor.sent(self.name, text, self.now)
            self._line.write(text)

    # --- connections ---

    def _drop_line(self) -> None:
        self._connection += 1
        if self._line is not None:
            self._line.leave()
        self._line = self.session = None

    def _connect(self, attempt: int) -> None:
        if attempt != self._connection:
            return
        self.look_at_timers()
        if self.time.strikes(Fault.CONNECT_FAILED):
            self.events.append(ConnectFailed("connection refused"))
            return
        try:
            if self._token is None:
                self._token = token_from(self._site.rest(TOKEN_PATH, {}))
        except OSError as reason:
            self.events.append(ConnectFailed(str(reason)))
            return
        token = STALE_TOKEN if self.time.strikes(Fault.TOKEN_STALE) else self._token
        self._line = self._site.open(self._frames.append, self._lost)
        self.session = ClientSession(token, self._reqids)
        self.session.start(self.now)
        self.flush()

    def _receive(self) -> None:
        """Read what has come in at this moment, all together as the driver does."""
        assert self.session is not None, "who has left a line hears nothing more on it"
        self.look_at_timers()
        now = self.now
        events = self.session.receive_all(self._frames, now)
        self._frames.clear()
        for event in events:
            kind = type(event)
            if kind is OrderChanged:
                self._auditor.shown(self.name, (event.order,), now)
            elif kind is Ready:
                self._auditor.connected(self.name, event.orders, now)
            elif kind is OrderRejected:
                self._auditor.heard(self.name, event.reqid, event.error.text)
        self.events += events

    def _lost(self, reason: str) -> None:
        self.time.note("%s: connection lost (%s)", self.name, reason)
        if self._frames:
            self._receive()
        self.look_at_timers()
        self._line = self.session = None
        self.events.append(ConnectionLost(reason))

    # --- REST ---

    def _measure(self, since: float) -> None:
        second = self._site.unixtime()
        self.events.append(ClockMeasured((second - self.now, second + 1 - since)))

    def _look_up(self, look: LookUp, since: float) -> None:
        """Open orders first, then closed ones: an order goes from the one to the other, never back."""
        try:
            found = list(self._records(OPEN_ORDERS_PATH, "open", {}))
        except OSError as reason:
            self._answer_look(LookUpFailed(str(reason)))
            return
        self.later(self.time.delay_s(), self._look_up_closed, look, since, found)

    def _look_up_closed(self, look: LookUp, since: float, found: list[OpenOrder]) -> None:
        try:
            found += self._records(CLOSED_ORDERS_PATH, "closed", closed_since(look))
        except OSError as reason:
            self._answer_look(LookUpFailed(str(reason)))
            return
        self._auditor.looked(self.name, look, since)
        self._answer_look(LookedUp(tuple(found)))

    def _query(self, query: QueryOrders) -> None:
        self._answer_look(queried(query, self._site.rest))

    def _answer_look(self, event: LookedUp | LookUpFailed | OrdersQueried | QueryFailed) -> None:
        wait_s = self.time.chance.choice((2.0, 9.0, 40.0)) if self.time.strikes(Fault.REST_SLOW) else 0.0
        self.later(wait_s + self.time.delay_s(), self._take, event)

    def _take(self, event: EngineEvent) -> None:
        if isinstance(event, LookedUp | OrdersQueried):
            self._auditor.shown(self.name, event.orders, self.now)
        self.events.append(event)

    def _records(self, path: str, where: str, fields: dict[str, str]) -> list[OpenOrder]:
        """Return the records of a list. An unchanged one is the same object again, and is read once."""
        found: list[OpenOrder] = []
        for txid, shown in self._site.rest(path, fields)[where].items():
            known = self._known.get(id(shown))
            if known is None:
                known = self._known[id(shown)] = (OpenOrder.read(txid, shown), shown)
            found.append(known[0])
        return found
