"""The barriers of a plan: a group that needs another one filled waits until it is, or until a fixed moment.

The moment is written down before anything waits for it, and a later run waits until the same one. Until then
only fills count: an order whose state is unknown is not filled. What is decided at the end follows from what
is known then; it is final once a cancellation or an order of the waiting group has left.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from runner.domain import Otherwise, rfc3339
from runner.execution.turn import Wait, earliest
from runner.journal import FillsAwaited, FillsSettled

from .fills import Fills

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import FillBarrier
    from runner.execution.connection import Link
    from runner.execution.orders.manager import OrderManager
    from runner.execution.orders.states import OrderTrack
    from runner.execution.turn import OrdersQueried, QueryFailed, QueryOrders, Timing
    from runner.journal import Entry
    from runner.planning import Plan

    _Pair = tuple[str, str]  # the waiting group and the needed one


class Verdict(Enum):
    """The decision on a barrier: it lets its group pass, keeps it waiting, or has failed."""

    PASS = auto()
    WAIT = auto()
    FAIL = auto()


class Barriers:
    """The barriers of a plan. ``entries`` gets what must be made durable; times are Unix seconds."""

    def __init__(
        self, plan: Plan, orders: OrderManager, link: Link, timing: Timing, entries: list[Entry]
    ) -> None:
        needed = {barrier.group for group in plan.groups for barrier in group.barriers}
        self._fills = {name: Fills(name, orders, timing) for name in needed}
        self._until = {(g.name, needed): until for g in plan.groups for needed, until in g.fill_by.items()}
        self._active: dict[_Pair, float] = {}
        self._settled: dict[_Pair, Verdict] = {}
        self._reasons: dict[_Pair, str] = {}
        self._was_connected = False
        self._orders = orders
        self._link = link
        self._entries = entries

    @property
    def waits(self) -> bool:
        """True if a group waits for nothing but fills of another."""
        return bool(self._active)

    def have_time(self, now: float) -> bool:
        """Return whether the run can wait for a lost connection: what it waits for is not over yet."""
        return self._was_connected and now < max(self._active.values(), default=0.0)

    def judge(self, name: str, barrier: FillBarrier, now: float) -> Verdict:
        """Return the decision on a barrier of a group, of which the needed group has gone well."""
        about, fills = (name, barrier.group), self._fills[barrier.group]
        if (settled := self._settled.get(about)) is not None:
            return settled
        if not fills.missing:
            return self._settle(about, Verdict.PASS, now)
        if fills.impossible or self._is_over(about, barrier, now):
            passes = barrier.otherwise is Otherwise.PROCEED
            return self._settle(about, Verdict.PASS if passes else Verdict.FAIL, now)
        if about not in self._active:
            fills.begin(now)
        self._active[about] = self._until[about]
        return Verdict.WAIT

    def has_failed(self, name: str, barrier: FillBarrier, now: float) -> bool:
        """Return whether a barrier has failed, also one of which the needed group has not gone well."""
        about = (name, barrier.group)
        if about not in self._settled and self._fills[barrier.group].impossible:
            self._settle(about, Verdict.FAIL, now)
        return self._settled.get(about) is Verdict.FAIL

    def release(self, name: str) -> None:
        """Note that a group waits no longer, for whatever reason."""
        for about in [about for about in self._active if about[0] == name]:
            del self._active[about]

    def reason(self, name: str, needed: str) -> str:
        """Return what was not filled of a needed group when a barrier was decided on; empty before."""
        return self._reasons.get((name, needed), "")

    def open_rest(self, needed: str) -> tuple[OrderTrack, ...]:
        """Return the orders of a needed group that may be open."""
        return self._fills[needed].open_rest

    def _is_over(self, about: _Pair, barrier: FillBarrier, now: float) -> bool:
        """Return whether the time is over, and all that was filled by then is known as far as it can be."""
        fills = self._fills[barrier.group]
        if about not in self._active and fills.has_new:
            self._until.pop(about, None)
        until = self._until.get(about)
        if until is None:
            until = self._until[about] = fills.accepted_at(now) + barrier.within
            self._entries.append(
                FillsAwaited(
                    at=rfc3339(now),
                    group=about[0],
                    needed=barrier.group,
                    until=rfc3339(until),
                    within=barrier.within,
                    otherwise=barrier.otherwise.value,
                )
            )
        return now >= until and self._link.up and fills.is_looked_up(until, now)

    def _settle(self, about: _Pair, verdict: Verdict, now: float) -> Verdict:
        """Write down the end of a wait, and before it what it follows from."""
        name, needed = about
        fills = self._fills[needed]
        self._orders.steps.write_states(needed, now)
        self._orders.executions.write_group(needed, now)
        reason = fills.unfilled_text(now) if fills.missing else ""
        self._entries.append(
            FillsSettled(at=rfc3339(now), group=name, needed=needed, filled=not fills.missing, reason=reason)
        )
        self._settled[about], self._reasons[about] = verdict, reason
        self._active.pop(about, None)
        return verdict

    # --- the records, time and people ---

    def on_connected(self, now: float) -> None:
        """Note that the snapshot has arrived."""
        self._was_connected = True
        for fills in self._fills.values():
            fills.on_connected(now)

    def query(self, now: float) -> Iterator[QueryOrders]:
        """Yield the queries to the records that are due now, and note their start."""
        if self._link.up and self._active:
            for fills, untils in self._waits():
                yield from fills.query(untils, now)

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Take an answer, if it belongs to a query about fills."""
        for fills in self._fills.values():
            fills.on_records(event, now)

    def timer(self, now: float) -> float | None:
        """Return when to call ``judge`` or ``query`` next even if nothing has happened."""
        if not self._active:
            return None
        return earliest(
            *(fills.timer(untils, now, connected=self._link.up) for fills, untils in self._waits())
        )

    def wait(self) -> Wait | None:
        """Return what is waited for and the latest end of it, for people."""
        if not self._active:
            return None
        texts = {needed: self._fills[needed].text() for _, needed in self._active}
        alone = len(texts) == 1
        detail = "; ".join(text if alone else f"{name}: {text}" for name, text in texts.items())
        what = f"the orders of {' and '.join(texts)} to be filled"
        return Wait(what, max(self._active.values()), detail)

    def _waits(self) -> Iterator[tuple[Fills, list[float]]]:
        """Yield what is waited for, with the ends of the waits."""
        for name, fills in self._fills.items():
            untils = [until for (_, needed), until in self._active.items() if needed == name]
            if untils:
                yield fills, untils
