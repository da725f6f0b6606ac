"""One team's world from its first process to the last quiet run of each batch, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from runner.domain import Batch, MaxOrders, Per, Place, Policy, Rule
from runner.execution import Execution
from runner.journal import Ledger, fold, manifest, unseal_entries
from runner.planning import plan
from runner.review import save_plan
from tests.simulation.batches import drawn_batch
from tests.simulation.site import Site
from tests.simulation.strangers import place_strangers
from tests.simulation.team.auditor import USED_UP, TeamAuditor
from tests.simulation.team.desk import BrokenOff, Desk, Left
from tests.simulation.team.ledger import Halt, Lost, TeamLedger, Unlock
from tests.simulation.team.schedule import HALT_S, Task, TeamFault, TeamSchedule
from tests.simulation.timeline import Timeline
from tests.support.virtual_run import Fallen, Killed
from tests.support.virtual_time import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.review import SavedPlan
    from tests.simulation.machine import Engine

STEPS_MAX = 60_000
RECOVER_AFTER_S = (700.0, 30.0, 700.0)
"""How long no process is there before each of the runs that nothing disturbs."""

_ENDS = {Killed: "killed", Left: "has left", BrokenOff: "has lost the ledger", type(None): "has ended"}

UNLOCK_AFTER_S = 2.0
"""How long somebody thinks about it who finds the account held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamResult:
    """The result of one world. ``violations``: what was broken, with its kind."""

    seed: int
    runners: int
    runs: int
    placed: int
    unresolved: int
    virtual_s: float
    faults: Counter[str]
    violations: tuple[tuple[str, str], ...]


@dataclass
class TeamWorld:
    """A world under one schedule; the kinds of ledger, desk and engine may be broken ones."""

    schedule: TeamSchedule
    ledger_kind: type[TeamLedger] = TeamLedger
    desk_kind: type[Desk] = Desk
    engine: Engine = Execution
    trace: Callable[[str], None] | None = None
    runs: int = 0
    desks: list[Desk] = field(default_factory=list)

    def __post_init__(self) -> None:
        schedule = self.schedule
        chance = Random(schedule.seed ^ 0xBA7C4)
        self.batches = [_batch(chance, number) for number in range(schedule.batches)]
        self.time = Timeline(schedule.exchange)
        self.time.trace = self.trace
        orders = sum(len(group.orders) for batch in self.batches for group in batch.groups)
        share = schedule.limit_share
        self.limit = None if share is None else max(1, int(orders * share))
        self.auditor = TeamAuditor(self.batches, self.time, self.limit)
        self.site = Site(schedule.exchange, self.time, self.auditor)  # type: ignore[arg-type]
        self.time.plug(self.site)
        self.auditor.watch(self.site.exchange)
        self.ledger = self.ledger_kind(self.time, self.auditor)
        self.policy = None if self.limit is None else _policy(self.limit)
        self.saved = [_saved(batch) for batch in self.batches]
        self._open_tasks = 0
        self._rest: dict[Desk, tuple[Task, ...]] = {}

    def carry_out(self) -> TeamResult:
        """All tasks of all members, then a quiet run for each batch."""
        self.time.quiet = True
        place_strangers(self.site)
        self.time.quiet = False
        try:
            self._disturbed()
            self._recover()
        except AssertionError as reason:
            self.auditor.blame("defect", str(reason) or "an assertion failed")
        self.time.forget()
        self.site.forget()
        return TeamResult(
            seed=self.schedule.seed,
            runners=len(self.schedule.members),
            runs=self.runs,
            placed=self.auditor.placed,
            unresolved=self.auditor.unresolved,
            virtual_s=self.time.now - START,
            faults=self.time.faults,  # type: ignore[arg-type]
            violations=tuple(self.auditor.all_violations()),
        )

    def _disturbed(self) -> None:
        for number, member in enumerate(self.schedule.members):
            desk = self._desk(number, member.skew_s)
            self._open_tasks += len(member.tasks)
            self._plan_next(desk, member.tasks)
        for moment in self.schedule.unlocks:
            self.time.after(moment, self._unlock)
        for moment in self.schedule.halts:
            self.time.after(moment, self._halt, True)
            self.time.after(moment + HALT_S, self._halt, False)
        for moment in self.schedule.crashes:
            self.time.after(moment, self.ledger.crash)
        self._run()

    def _desk(self, number: int, skew_s: float) -> Desk:
        options: dict[str, Any] = {"skew_s": skew_s, "engine": self.engine, "ledger": self.ledger}
        desk = self.desk_kind(number, self.site, self.auditor, on_over=self._over, **options)
        self.desks.append(desk)
        return desk

    def _plan_next(self, desk: Desk, tasks: tuple[Task, ...]) -> None:
        if tasks:
            self.time.after(tasks[0].after_s, self._start, desk, tasks)

    def _start(self, desk: Desk, tasks: tuple[Task, ...]) -> None:
        self.runs += 1
        self.time.left = max(self.time.left, 6)
        task = tasks[0]
        batch, saved = self.batches[task.batch], self.saved[task.batch] if task.planned else None
        self.time.note("%s: order-batch apply (%s)", desk.name, task)
        self._rest[desk] = tasks[1:]
        desk.apply(task, batch, self.policy, saved)

    def _over(self, desk: Desk, end: Fallen | None) -> None:
        desk.die()
        how = _ENDS[type(end)]
        self.time.note("%s %s: %s", desk.name, how, (desk.ended or {}).get("outcome"))
        if desk.ended is not None:
            self.auditor.check_manifest(desk.name, desk.batch, desk.ended)
        self._open_tasks -= 1
        self._plan_next(desk, self._rest.pop(desk))
        if (
            isinstance(end, Left)
            and not self.time.quiet
            and self.time.chance.random() < self.schedule.impatient
        ):
            self.time.after(UNLOCK_AFTER_S, self._unlock)
        if isinstance(end, BrokenOff):
            self.auditor.check_manifest(desk.name, desk.batch, end.manifest)

    def _halt(self, halted: bool) -> None:
        """Somebody halts the account, or resumes it; where that is lost on the way, it is done again."""
        session = self.ledger.connect()
        if session is None:
            self.time.after(1.0, self._halt, halted)
            return
        self.time.count(TeamFault.HALTED)

        def hear(answer: object) -> None:
            session.close()
            if answer is Lost:
                self._halt(halted)

        session.ask(Halt(halted), hear)

    def _unlock(self) -> None:
        """Somebody ends whoever holds the account."""
        session = None if self.time.quiet else self.ledger.connect()
        if session is not None:
            session.ask(Unlock(), lambda _: session.close())

    def _recover(self) -> None:
        """Once everything is well again, the same commands bring all batches to their end."""
        self.site.heal()
        last = self._desk(len(self.desks), 0.0)
        for number, batch in enumerate(self.batches):
            for pause_s in RECOVER_AFTER_S:
                self.time.wait(pause_s)
                self._open_tasks = 1
                self._start(last, (Task(batch=number, planned=False, after_s=0.0, wait_s=200.0),))
                self._run()
                if self._manifest_of(batch)["outcome"] in (*USED_UP, "refused"):
                    break
            self.auditor.conclude(batch, self._manifest_of(batch))
        self.auditor.check_chain(self.ledger.rows)
        self.auditor.check_books(self._volumes_in_books())

    def _volumes_in_books(self) -> Counter[str]:
        state = self.site.exchange.state()
        return Counter(
            f"{order.terms.volume:.4f}"
            for order in [*state.live.values(), *state.ended.values()]
            if order.terms.refid is None
        )

    def _manifest_of(self, batch: Batch) -> dict[str, Any]:
        rows = self.ledger.rows.get(batch.name, [])
        if not rows:
            return {"outcome": "none", "groups": []}
        entries, _ = unseal_entries("".join(row.lines for row in rows), name=batch.name)
        return manifest(fold(entries))

    def _run(self) -> None:
        self.time.run(lambda: not self._open_tasks, steps_max=STEPS_MAX)


def _batch(chance: Random, number: int) -> Batch:
    """A batch of other orders: its volumes and ids are in no other one."""
    drawn = drawn_batch(chance, orders_max=6, guarded=True, fresh_machine=False)
    groups = tuple(
        group._replace(
            orders=tuple(
                order._replace(
                    volume=f"{Decimal(order.volume or 0) + number}",
                    cl_ord_id=f"{order.cl_ord_id}-{number}" if order.cl_ord_id else None,
                    **_another_kind(chance, order.cl_ord_id),
                )
                for order in group.orders
            )
        )
        for group in drawn.groups
    )
    return drawn._replace(name=f"batch-{number}", groups=groups)


def _another_kind(chance: Random, own_id: str | None) -> dict[str, Any]:
    """Some orders trade at once, and are in the records alone from then on."""
    return {"ordertype": "market", "price": None} if own_id is None and chance.random() < 0.3 else {}


def _policy(most: int) -> Policy:
    check = MaxOrders(most, Per.DAY)
    rule = Rule(name="day", check=check, message="Enough for today", place=Place(1, 1))
    return Policy(name="team", description="", rules=(rule,), file="policy.yaml", digest="0" * 64)


def _saved(batch: Batch) -> SavedPlan:
    found = plan(batch, Ledger(), run_key="", venue="paper")
    return save_plan(found, b"", tool="order-batch test", now=START, valid_for_s=86_400.0, account=None)
