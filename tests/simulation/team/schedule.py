"""The faults of one team's world: one frozen value, drawn from a seed.

What fails at the exchange and on the way to it is drawn as for one runner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from msgspec import structs

from runner.paper.options.options import MarketOptions
from tests.simulation.schedule import SKEW_MAX_S, Fault, Schedule, drawn


class TeamFault(StrEnum):
    """A kind of fault of a team's world, under the name that the report shows."""

    STATEMENT_LOST = "statement lost before the ledger"
    ROLLED_BACK = "connection cut before the commit"
    ANSWER_LOST = "committed, and the answer lost"
    STATEMENT_LATE = "statement arrives after its sender gave up"
    COMMIT_SLOW = "commit takes seconds"
    LEDGER_REFUSED = "no connection to the ledger"
    LOCK_LOST = "lock lost unnoticed"
    CRASHED = "ledger crashed and came back"
    HALTED = "account halted, and resumed"
    UNLOCKED = "account unlocked"
    PAUSED = "runner paused, and woken"
    HELD = "account held by another runner"
    PLAN_USED = "saved plan refused: used, or out of date"
    LIMITED = "order held back by the limit of a day"

    __hash__ = str.__hash__


_STRIKES: dict[TeamFault, tuple[float, float]] = {
    TeamFault.STATEMENT_LOST: (0.25, 0.10),
    TeamFault.ROLLED_BACK: (0.25, 0.10),
    TeamFault.ANSWER_LOST: (0.35, 0.15),
    TeamFault.STATEMENT_LATE: (0.25, 0.10),
    TeamFault.COMMIT_SLOW: (0.35, 0.20),
    TeamFault.LEDGER_REFUSED: (0.10, 0.20),
    TeamFault.LOCK_LOST: (0.20, 0.10),
}
"""For each kind: how many worlds have it, and its highest chance a statement."""

_EXCHANGE_FAULTS = (
    Fault.CUT_BEFORE_BOOKING,
    Fault.CUT_BEFORE_REPLY,
    Fault.CUT_AFTER_REPLY,
    Fault.MUTED,
    Fault.DOUBLED,
    Fault.LATE_REPLY,
    Fault.LATE_REQUEST,
    Fault.LATE_FEED,
    Fault.STALLED,
    Fault.REST_FAILED,
    Fault.REST_SLOW,
    Fault.CONNECT_FAILED,
    Fault.TOKEN_STALE,
    Fault.REJECTED,
    Fault.BUSY_BOOKED,
    Fault.BUSY_UNBOOKED,
)
"""The faults of the exchange in these worlds; those in which it lies are tried with one runner."""


HALT_S = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One ``apply`` of a runner. ``batch`` counts from 0; ``planned``: it applies the saved plan.

    ``after_s``: how long after the last one. ``wait_s``: for so long it waits for the account. ``kill_at``:
    the instant at which it dies. ``pause_at``: it is paused when it has sent this write to the ledger,
    counted from 1, for ``pause_s``.
    """

    batch: int
    planned: bool
    after_s: float
    wait_s: float
    kill_at: int | None = None
    pause_at: int | None = None
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A runner on another machine, with its clock and its tasks."""

    skew_s: float
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSchedule:
    """All faults of one world. ``exchange`` is the part that the exchange and its network have.

    ``limit_share``: the limit of a day, as a share of all orders, None without a policy. ``unlocks`` and
    ``crashes`` are seconds from the beginning, and so are ``halts``, each for ``HALT_S``. ``impatient``: who
    finds the account held unlocks it.
    """

    exchange: Schedule
    members: tuple[Member, ...]
    batches: int
    limit_share: float | None
    unlocks: tuple[float, ...]
    crashes: tuple[float, ...]
    impatient: float
    halts: tuple[float, ...] = ()

    @property
    def seed(self) -> int:
        """The seed that all of it was drawn from."""
        return self.exchange.seed


def drawn_team(seed: int) -> TeamSchedule:
    """The schedule of a seed."""
    chance = Random(seed ^ 0x7EA3)
    exchange = drawn(seed)
    chances = {fault: rate for fault, rate in exchange.chances.items() if fault in _EXCHANGE_FAULTS}
    if chance.random() < 0.3:
        chances = {}
    chances |= {
        fault: chance.uniform(most / 10, most)
        for fault, (share, most) in _STRIKES.items()
        if chance.random() < share
    }
    batches = chance.choice((1, 1, 1, 2, 2, 3))
    planned = chance.random() < 0.4
    return TeamSchedule(
        # Where a market is thin, a part of an order is canceled, and its group ends: that is tried elsewhere.
        exchange=replace(
            exchange, chances=chances, options=structs.replace(exchange.options, market=MarketOptions())
        ),
        members=tuple(_member(chance, batches, planned) for _ in range(chance.randint(2, 5))),
        batches=batches,
        limit_share=chance.choice((0.4, 0.7, 1.0)) if chance.random() < 0.4 else None,
        unlocks=_moments(chance, 0.3),
        crashes=_moments(chance, 0.15),
        impatient=chance.choice((0.0, 0.3, 1.0)),
    )


def halted_team(seed: int) -> TeamSchedule:
    """The schedule of a seed, with halts besides all else."""
    chance = Random(seed ^ 0x4A17)
    return replace(drawn_team(seed), halts=(chance.uniform(0.0, 3.0), chance.uniform(60.0, 130.0)))


def calm_team(schedule: TeamSchedule) -> TeamSchedule:
    """The same team without a fault."""
    tasks = [
        replace(member, tasks=tuple(replace(task, kill_at=None, pause_at=None) for task in member.tasks))
        for member in schedule.members
    ]
    exchange = replace(schedule.exchange, chances={})
    return replace(schedule, exchange=exchange, members=tuple(tasks), unlocks=(), crashes=(), impatient=0.0)


def _member(chance: Random, batches: int, planned: bool) -> Member:
    tasks = tuple(_task(chance, batches, planned) for _ in range(chance.choice((1, 1, 2, 3))))
    return Member(skew_s=chance.choice((0.0, 0.0, SKEW_MAX_S, -SKEW_MAX_S, 1.5)), tasks=tasks)


def _task(chance: Random, batches: int, planned: bool) -> Task:
    return Task(
        batch=chance.randrange(batches),
        planned=planned and chance.random() < 0.6,
        after_s=chance.choice((0.0, 0.0, 0.1, 1.0, 5.0, 20.0, 120.0)),
        wait_s=chance.choice((0.0, 5.0, 30.0, 200.0)),
        kill_at=chance.randint(1, chance.choice((8, 40))) if chance.random() < 0.2 else None,
        pause_at=chance.randint(1, 6) if chance.random() < 0.25 else None,
        pause_s=chance.choice((1.0, 8.0, 11.0, 30.0, 90.0, 300.0)),
    )


def _moments(chance: Random, share: float) -> tuple[float, ...]:
    found = []
    while len(found) < 3 and chance.random() < share:
        found.append(chance.choice((chance.uniform(0.0, 2.0), chance.uniform(0.0, 60.0))))
    return tuple(found)
