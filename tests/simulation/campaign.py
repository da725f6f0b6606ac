"""One schedule from its first process to a last quiet run, and many of them: what came of it, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from runner.domain import CancelUserref
from runner.execution import Execution, Timing
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.simulation.auditor import Auditor
from tests.simulation.barriers import moves, with_barriers
from tests.simulation.batches import drawn_batch, edited, grown
from tests.simulation.machine import Engine, Machine
from tests.simulation.schedule import LAG_MAX_S, Fault, Life, Schedule, drawn
from tests.simulation.site import Site
from tests.simulation.strangers import end_some, place_stranger, place_strangers, reuse_id
from tests.simulation.timeline import Timeline
from tests.support.virtual_time import START

STEPS_MAX = 20_000
LIFE_MAX_S = 1800.0
"""A run ends within this time, whatever happens: longer than all its waits together."""

CUTS_IN_A_WAIT = 0.3
"""How likely the connection breaks in a wait for fills, and how likely once more."""

KILLS_IN_A_WAIT = 0.3
"""How likely the process dies in a wait for fills."""

HOLD_MAX_S = LIFE_MAX_S / 2
"""A run that waits for room has no end: it is stopped after this time."""

RECOVER_AFTER_S = (30.0, 700.0, 30.0)
"""The pause before each of the runs that nothing disturbs; the last is for a file that was edited,
where what it holds no more had to be seen first."""

LAST_ANYHOW = 2
"""How many of these runs are enough where the file was left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one schedule. ``violations``: what was broken, with its kind."""

    seed: int
    runs: int
    steps: int
    placed: int
    unresolved: int
    recovered: int
    virtual_s: float
    faults: Counter[Fault]
    violations: tuple[tuple[str, str], ...]

    @property
    def duplicates(self) -> int:
        """Orders that were booked twice."""
        return sum(kind == "duplicate" for kind, _ in self.violations)

    @property
    def losses(self) -> int:
        """Orders that were lost: booked and not reported, or not placed in the end."""
        return sum(kind == "loss" for kind, _ in self.violations)


@dataclass
class Campaign:
    """One world under one schedule."""

    schedule: Schedule
    engine: Engine = Execution
    trace: Callable[[str], None] | None = None
    runs: int = 0
    unresolved: int = 0
    recovered: int = 0
    machines: list[Machine] = field(default_factory=list)

    def __post_init__(self) -> None:
        schedule = self.schedule
        chance = Random(schedule.seed ^ 0xBA7C4)
        self.batch = drawn_batch(
            chance,
            orders_max=schedule.orders_max,
            guarded=schedule.guarded,
            fresh_machine=schedule.fresh_machine,
            full=schedule.full,
        )
        if schedule.waits:
            self._fills = Random(schedule.seed ^ 0xF111)
            self.batch = with_barriers(self.batch, self._fills, guarded=schedule.guarded)
        self.time = Timeline(schedule)
        self.time.trace = self.trace
        runners = 1 if schedule.second_runner_after_s is None else 2
        self.auditor = Auditor(self.batch, runners=runners, fresh_machine=schedule.fresh_machine)
        self.site = Site(schedule, self.time, self.auditor)
        self.auditor.watch(self.site.exchange)
        self.auditor.switch.wanted = bool(schedule.dead_man_s)
        self.time.plug(self.site)

    def carry_out(self) -> Result:
        """All lives, then a quiet run if the last one did not bring everything to its end."""
        self.time.quiet = True
        if any(isinstance(cancel, CancelUserref) for group in self.batch.groups for cancel in group.cancel):
            place_strangers(self.site)
        self._late_target = place_stranger(self.site) if self.schedule.grows else ""
        self._reuse_id()
        self.time.quiet = False
        if self.schedule.waits and not self.schedule.guarded:
            self.auditor.waits.on_wait = self._stir
        try:
            self._disturbed()
            self._recover()
            self._grow()
            self.auditor.conclude(self._manifest_of(self._survivor))
        except AssertionError as reason:
            self.auditor.violations[str(reason) or "an assertion failed"] = "defect"
        # What is under way and the connections know the world that knows them. Without them it is freed at
        # once, and the next world is built in place of this one.
        self.time.forget()
        self.site.forget()
        vars(self.auditor.waits).pop("on_wait", None)
        return Result(
            seed=self.schedule.seed,
            runs=self.runs,
            steps=sum(machine.steps for machine in self.machines),
            placed=self.auditor.placed,
            unresolved=self.unresolved,
            recovered=self.recovered,
            virtual_s=self.time.now - START,
            faults=self.time.faults,
            violations=tuple((kind, what) for what, kind in self.auditor.violations.items()),
        )

    def _stir(self, within_s: float) -> None:
        """A wait for fills has begun: let the market move, or not, and connections break meanwhile."""
        for episode in moves(self._fills, within_s):
            self.site.plan_episode(episode)
        while self._fills.random() < CUTS_IN_A_WAIT:
            self.time.after(self._fills.uniform(0.0, 1.2 * within_s), self._cut)
        if self._fills.random() < KILLS_IN_A_WAIT:
            self.time.after(self._fills.uniform(0.0, 1.2 * within_s), self._doom)

    def _cut(self) -> None:
        """Break every connection that there is."""
        if not self.time.quiet:
            self.site.cut_all()

    def _doom(self) -> None:
        """Let every process that runs die at its next instant."""
        for machine in () if self.time.quiet else self.machines:
            machine.doomed = True

    def _reuse_id(self) -> None:
        """Somebody else's order has an id of the batch's, so long ago that the records show it."""
        own = [order for group in self.batch.groups for order in group.orders if order.cl_ord_id]
        reuse = self.schedule.reused
        if reuse is None or not own:
            return
        self.time.count(Fault.ID_REUSED)
        order = own[self.schedule.seed % len(own)]
        self.auditor.reused(order, reuse_id(self.site, str(order.cl_ord_id), reuse))
        self.time.wait(LAG_MAX_S + 1)

    def _machine(self, name: str) -> Machine:
        machine = Machine(
            name,
            self.site,
            self.auditor,
            skew_s=self.schedule.skew_s,
            engine=self.engine,
            timing=Timing(dead_man_s=self.schedule.dead_man_s) if self.schedule.dead_man_s else None,
        )
        self.machines.append(machine)
        return machine

    def _disturbed(self) -> None:
        schedule = self.schedule
        for fault, there in (
            (Fault.REST_LAG, schedule.options.rest.lag_s),
            (Fault.SKEWED, schedule.skew_s),
            (Fault.TWO_RUNNERS, schedule.second_runner_after_s is not None),
        ):
            if there:
                self.time.count(fault)
        for episode in schedule.episodes:
            self.site.plan_episode(episode)
        if schedule.second_runner_after_s is not None:
            self._two_at_once(schedule.second_runner_after_s)
            return
        machine = self._machine("one")
        for number, life in enumerate(schedule.lives):
            if life.journal_lost:
                self.time.count(Fault.JOURNAL_LOST)
                machine = self._machine(f"machine {number + 1}")
            self._edit(number)
            self.time.wait(life.pause_s)
            self._live([(machine, life)])

    def _edit(self, number: int) -> None:
        """Before this process somebody may edit the file."""
        if number not in self.schedule.edits:
            return
        self.time.count(Fault.EDITED)
        self.batch = edited(self.batch, Random(self.schedule.seed + number))
        self.auditor.edited(self.batch)
        self.time.note("the file holds %s", [order.volume for g in self.batch.groups for order in g.orders])

    def _two_at_once(self, after_s: float) -> None:
        first, second = self._machine("one"), self._machine("two")
        starting: list[tuple[Machine, Life]] = [(first, Life())]
        self.time.after(after_s, self._start, second, Life())
        self._live(starting, until=self.time.now + after_s)
        self._hear_out(second)

    def _recover(self) -> None:
        """Once everything is well again, the same command brings it to the end."""
        machine = self._survivor
        enough = {"done"}
        for number, pause_s in enumerate(RECOVER_AFTER_S):
            ended = self._manifest_of(machine)
            edited = number == 0 and len(self.schedule.lives) in self.schedule.edits
            seen = any(group["name"] == NO_LONGER_IN_THE_FILE for group in ended["groups"])
            if not edited and not seen and (ended["outcome"] in enough or number == LAST_ANYHOW):
                break
            self.recovered += 1
            self.site.heal()
            self._edit(len(self.schedule.lives) + number)
            self.time.wait(pause_s)
            self._live([(machine, Life())])
            # What a run without a fault leaves incomplete was refused, and would be again, unless it has seen
            # records of before the last fault.
            if pause_s >= self.schedule.options.rest.lag_s:
                enough.add("incomplete")

    @property
    def _survivor(self) -> Machine:
        """The machine on which the last runs take place."""
        return self.machines[-1] if self.schedule.second_runner_after_s is None else self.machines[0]

    def _grow(self) -> None:
        """Long after the last run: the exchange has ended orders, and the file has one more group.

        It cancels, and so relies on what it needs: on orders of earlier runs that may not be open any more.
        """
        if not self.schedule.grows:
            return
        self.time.count(Fault.GROWN)
        self.site.heal()
        chance = Random(self.schedule.seed ^ 0x6A0)
        end_some(self.site, chance)
        self.batch = grown(self.batch, self._late_target, chance)
        self.auditor.edited(self.batch)
        self.time.wait(LAG_MAX_S + 1)
        self._live([(self._survivor, Life())])

    def _manifest_of(self, machine: Machine) -> dict[str, Any]:
        return machine.manifest() if machine.has_begun else {"outcome": "none", "groups": []}

    # --- processes ---

    def _start(self, machine: Machine, life: Life) -> None:
        self.runs += 1
        if life.stop_after_s is None and any(group.hold for group in self.batch.groups):
            life = replace(life, stop_after_s=HOLD_MAX_S)
        self.time.left = max(self.time.left, 6)
        self.time.note("%s: order-batch apply (%s)", machine.name, life)
        machine.begin(self.batch, life)

    def _live(self, starting: list[tuple[Machine, Life]], *, until: float | None = None) -> None:
        """Let processes run until all are over."""
        for machine, life in starting:
            self._start(machine, life)
        time = self.time
        over = None if until is None else lambda: not time.running and time.now > until
        time.run(over, steps_max=STEPS_MAX, lasts_max_s=LIFE_MAX_S)
        for machine, _ in starting:
            self._hear_out(machine)

    def _hear_out(self, machine: Machine) -> None:
        manifest = self._manifest_of(machine)
        if manifest["outcome"] in ("none", "unfinished"):
            return
        self.auditor.check_manifest(machine.name, manifest)
        orders = manifest["totals"]["orders"]
        self.unresolved += orders["unresolved"]
        self.time.note("%s: %s, orders %s", machine.name, manifest["outcome"], orders)


def carried_out(seed: int, *, engine: Engine = Execution, orders_max: int = 20) -> Result:
    """The result of one seed."""
    return Campaign(drawn(seed, orders_max=orders_max), engine).carry_out()


def calm(schedule: Schedule) -> Schedule:
    """The same world without a fault."""
    return replace(
        schedule,
        chances={},
        lives=(Life(),),
        episodes=(),
        second_runner_after_s=None,
        edits=frozenset(),
        reused=None,
        waits=False,
        grows=False,
        dead_man_s=0,
    )
