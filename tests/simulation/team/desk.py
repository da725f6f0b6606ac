"""One runner of a team: the process of ``Machine``, with the ledger where that has a disk.

It goes the way of ``runner.app.apply`` and of the driver: take the account, raise the fence, read the
journals, plan; then make durable and send, with a few turns thought out ahead. What comes in while the
process is paused waits.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from msgspec import structs

from runner.errors import Refused
from runner.execution import OPEN_GATE, IntentsDenied, JournalFailed, Turn
from runner.journal import (
    CancelIntent,
    Memory,
    OrderIntent,
    OrderPlaced,
    RunStarted,
    last_digest,
    manifest,
    seal_all,
    unseal_entries,
)
from runner.kraken import AddOrder, CancelOrder
from runner.planning import plan
from runner.policy import Gate, sent_in
from runner.review.plans.admission import admit_plan
from runner.runtime.driver.driver import AHEAD, OVERTAKEN_S
from tests.simulation.machine import Machine
from tests.simulation.querying import recorded
from tests.simulation.schedule import Life
from tests.simulation.team.ledger import Halted, LetGo, Lost, OverLimit, PlanUsed, Raise, Read, Take, Write
from tests.simulation.team.schedule import TeamFault
from tests.support.virtual_run import Fallen
from tests.support.virtual_time import SLACK_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.domain import Batch, Policy
    from runner.execution import Action, Execution, SendGate
    from runner.journal import Entry
    from runner.planning import Plan
    from runner.review import SavedPlan
    from tests.simulation.team.ledger import Request, TeamLedger
    from tests.simulation.team.schedule import Task

HOLD_MAX_S = 900.0
"""A run that waits for room is stopped by somebody after this time: longer than all its other waits."""

POLL_S = 0.5
LINGER_S = 0.02


class Left(Fallen):
    """The process ends before it has begun a run; nothing was sent."""


class BrokenOff(Fallen):
    """The run ends because the ledger takes nothing more from it. ``manifest`` is the one that it prints."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.manifest = manifest


class Desk(Machine):
    """A machine of the team.

    ``ended`` is the manifest of its last run, None for one that did not get so far. ``on_over`` hears that a
    process is over, and its sudden end if that was one.
    """

    def __init__(
        self,
        number: int,
        *args: Any,
        ledger: TeamLedger,
        on_over: Callable[[Desk, Fallen | None], None],
        **options: Any,
    ) -> None:
        super().__init__(f"desk {number}", *args, **options)
        self.on_over = on_over
        self._desk = self.name
        self._team = ledger
        self._processes = 0
        self.ended: dict[str, Any] | None = None

    def apply(self, task: Task, batch: Batch, policy: Policy | None, saved: SavedPlan | None) -> None:
        """Start ``order-batch apply``."""
        self.guard(self._apply, task, batch, policy, saved)

    def _apply(self, task: Task, batch: Batch, policy: Policy | None, saved: SavedPlan | None) -> None:
        self._processes += 1
        self.name = f"{self._desk}, run {self._processes}"
        self._task, self.batch, self._policy, self._saved = task, batch, policy, saved
        self.execution: Execution | None = None  # type: ignore[assignment]
        self._answers: list[Any] = []
        self._asleep_until = -inf
        self._denied: set[int] = set()
        self._unwritten: list[Entry] = []
        self._writing: list[Entry] = []
        self._carried: list[Action] = []
        self._ahead: list[Turn] = []
        self.ended = None
        self._auditor.applies(self.name, batch.name)
        self._start_process(Life(kill_at=task.kill_at))
        if any(group.hold for group in batch.groups):
            self.later(HOLD_MAX_S, self._ask_to_stop)  # It waits for room, and has no end of its own.
        self._link = self._team.connect()
        self._script = self._prepare(self.time.now + task.wait_s)
        self._go_on(None if self._link is not None else Lost)

    # --- before the run ---

    def _prepare(self, wait_until: float) -> Iterator[Request | float]:
        """Yield the calls to the ledger until the run begins, or a time to wait."""
        while not (yield Take()):
            if self.time.now >= wait_until:
                self.time.count(TeamFault.HELD)
                raise Left
            yield POLL_S
        self._fence = yield Raise()
        self._begin_run((yield Read()))

    def _begin_run(self, journals: dict[str, tuple[str, int]]) -> None:
        text, self._seq = journals.get(self.batch.name, ("", 0))
        self._last = last_digest(text)
        self._memory = Memory(unseal_entries(text, name=self.batch.name)[0])
        found = self._admit(plan(self.batch, self._memory.ledger(), run_key="", venue="paper"))
        others = [
            unseal_entries(other, name=name)[0]
            for name, (other, _) in journals.items()
            if name != self.batch.name
        ]
        placed = (entry.txid for other in others for entry in other if isinstance(entry, OrderPlaced))
        shown = recorded(found, self._site.exchange, self.time.now)
        self._auditor.shown(self.name, shown, self.now)
        found = structs.replace(found, elsewhere=frozenset(placed), recorded=shown)
        own = unseal_entries(text, name=self.batch.name)[0]
        gate = self._open_gate(found, [own, *others])
        self._gate = gate if isinstance(gate, Gate) else None
        self._plans = {entry.plan for entry in own if isinstance(entry, RunStarted)}
        self.execution = self._engine(found, self._reqids, tool="order-batch test", gate=gate)
        self._pass_on(self.execution.start(self.now))

    def _admit(self, found: Plan) -> Plan:
        if self._saved is None:
            return found
        used = self._memory.ledger().plans.get(self._saved.id)
        try:
            return admit_plan(self._saved, found, used, name="plan.json")
        except Refused:
            self.time.count(TeamFault.PLAN_USED)
            raise Left from None

    def _open_gate(self, found: Plan, journals: Sequence[Sequence[Entry]]) -> SendGate:
        if self._policy is None:
            return OPEN_GATE
        sent = [entry for entries in journals for entry in sent_in(entries)]
        return Gate(self._policy, found.run, found.venue, sent=sent)

    def _go_on(self, answer: Any) -> None:
        """Take the script one step further."""
        if answer is Lost:
            raise Left
        try:
            wanted = self._script.send(answer)  # type: ignore[attr-defined]
        except StopIteration:
            return
        if isinstance(wanted, float):
            self.later(wanted, self._heard_from_ledger, None)
        else:
            self._ask(wanted)

    def _ask(self, request: Request) -> None:
        assert self._link is not None
        generation = self._generation
        self._link.ask(request, lambda answer: self._do(generation, self._heard_from_ledger, (answer,)))

    def _heard_from_ledger(self, answer: Any) -> None:
        self._answers.append(answer)

    # --- time ---

    @property
    def _asleep(self) -> bool:
        return self.time.now < self._asleep_until

    def timer(self) -> float:
        """Return when ``step`` wants to be called, by the true clock: now if anything has come in."""
        if self._asleep:
            return self._asleep_until
        if self._answers:
            return self.time.now
        if self.execution is None or self.execution.finished or len(self._ahead) >= AHEAD:
            return inf
        return super().timer()

    def take_step(self) -> None:
        """Take what has come in from the ledger, then what has from the exchange, and the time."""
        if self._asleep:
            return
        while self._answers and not self.over:
            self._take_answer(self._answers.pop(0))
        if not self.over and self.execution is not None and self.timer() <= self.time.now + SLACK_S:
            self._think()

    def _think(self) -> None:
        self.steps += 1
        self.look_at_timers()
        now = self.now + SLACK_S
        if self._frames:
            self._receive()
        if self.session is not None:
            self.events += self.session.handle_timer(now)
            self.flush()
        events, self.events = self.events, []
        self._pass_on(self.execution.handle(events, now))

    # --- turns: make durable, then send; a few more may be thought out meanwhile ---

    def _pass_on(self, turn: Turn) -> None:
        self._ahead.append(turn)
        if not self._carried:
            self._carry()

    def _carry(self) -> None:
        """Make durable with one write what was thought out, and carry it out."""
        self.point()
        turns, self._ahead = self._ahead, []
        self._unwritten += [entry for turn in turns for entry in turn.entries]
        self._carried = [action for turn in turns for action in turn.actions]
        self._began = self.time.now
        if self._carried:
            if not self._writing:
                self._write_or_act()
        elif self._unwritten and not self._writing:
            self.later(0.0 if self.execution.finished else LINGER_S, self._write_soon)

    def _write_soon(self) -> None:
        if self._unwritten and not self._writing:
            self._send_row()

    def _write_or_act(self) -> None:
        if self._unwritten:
            self._send_row()
        else:
            self._act_out()

    def _send_row(self) -> None:
        self._writing, self._unwritten = self._unwritten, []
        self._writes += 1
        lines = seal_all(self._writing, self._last).decode()
        row = Write(
            self.batch.name,
            self._seq + 1,
            self._fence,
            lines,
            self.name,
            tuple(self._writing),
            () if self._gate is None else self._gate.draws_of(self._writing),
            next((plan for plan in self._plans_begun() if plan not in self._plans), None),
        )
        self._next_last = last_digest(lines)
        self._ask(row)
        if self._writes == self._task.pause_at and not self.time.quiet:
            self.time.count(TeamFault.PAUSED)
            self._asleep_until = self.time.now + self._task.pause_s

    def _plans_begun(self) -> Iterator[str | None]:
        return (entry.plan for entry in self._writing if isinstance(entry, RunStarted))

    def _take_answer(self, answer: Any) -> None:
        if self.execution is None:
            self._go_on(answer)
        elif not self._writing:
            self._end()  # It has let go of the account, or has lost it: that is the same now.
        elif answer is True:
            self._written()
        elif isinstance(answer, OverLimit):
            self.time.count(TeamFault.LIMITED)
            self._deny(IntentsDenied(answer.reqids, "the limit of a day"))
        elif isinstance(answer, Halted):
            self._deny(IntentsDenied(answer.reqids, "the account is halted", halted=True))
        elif answer is PlanUsed:
            raise Left
        else:
            self._not_written()

    def _written(self) -> None:
        self._memory.add_written(self._writing)
        self._writing, self._seq, self._last = [], self._seq + 1, self._next_last
        self.point()
        if self._carried:
            self._write_or_act()
        elif self._unwritten:
            self._send_row()
        self._see_whether_over()

    def _deny(self, denied: IntentsDenied) -> None:
        """Write the rest: what is denied never leaves, and the engine hears of it."""
        kept = [
            entry
            for entry in self._writing
            if not (isinstance(entry, OrderIntent | CancelIntent) and entry.reqid in denied.reqids)
        ]
        self._unwritten, self._writing = [*kept, *self._unwritten], []
        self._denied |= denied.reqids
        self.events.append(denied)
        self._write_or_act()

    def _not_written(self) -> None:
        """Break off: unwritten actions were not sent, and the exchange's news is reported from memory."""
        self._memory.add_unwritten(self._writing)
        ahead = [entry for turn in self._ahead for entry in turn.entries]
        last = self.execution.handle([*self.events, JournalFailed("the ledger is away")], self.now + SLACK_S)
        self._memory.add_last_words([*self._unwritten, *ahead, *last.entries])
        raise BrokenOff(manifest(self._memory.ledger()))

    def _act_out(self) -> None:
        actions, self._carried = self._carried, []
        overtaken = self.time.now > self._began + OVERTAKEN_S
        for action in actions:
            if isinstance(action, CancelOrder) and overtaken:
                self._lose_connection()
            elif not (isinstance(action, AddOrder | CancelOrder) and action.reqid in self._denied):
                self.act(action)
                self.flush()
            self.point()
        if self._ahead:
            self._carry()

    def _lose_connection(self) -> None:
        """Let a cancellation not leave that became durable long ago: it may have been overtaken."""
        if self._line is not None:
            self._line.leave()
        self._lost("paused before it could cancel")

    # --- the end ---

    def _see_whether_over(self) -> None:
        if not self.execution.finished or self._carried or self._ahead or self._writing or self._unwritten:
            return
        self.ended = manifest(self._memory.ledger())
        self._ask(LetGo())

    def _end(self) -> None:
        self.die()
        self.on_over(self, None)

    def fall(self, end: Fallen) -> None:
        """The process has come to a sudden end."""
        self.on_over(self, end)

    def die(self) -> None:
        """The process is gone; the server reads to its end what was sent."""
        super().die()
        if self._link is not None:
            self._link.close()
