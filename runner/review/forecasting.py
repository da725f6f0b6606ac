"""A forecast of the time that the rate limit requires for a run, and of the pair that limits it.

It assumes that nothing is rejected and that the network takes no time, so a run takes at least as long. The
usage by other programs and the age of orders from earlier runs or others are not known here.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from runner.execution import ADD_COST, MARGIN, CancelCost, best_moment, first_look
from runner.kraken import LIMITS, RateCounter, calls_of_look, records_wait_s
from runner.planning import REQUESTED, CancelDisposition, CrowdedPair, Forecast, HistoryForecast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import OrderKey
    from runner.kraken import Limits, Tier
    from runner.planning import Plan, PlannedGroup, PlannedOrder

OTHER_CALLS: Final = 5
"""The calls for records of a run beside its first look: whose account it is, balances, open orders; and open
and closed orders once more before the first order is sent."""


def forecast(plan: Plan, tier: Tier, closed: int | None = None) -> Forecast:
    """Return the forecast of a run of this plan for an account of this tier.

    ``closed``: the number of the account's ``closed`` orders, None if unknown.
    """
    run = _SimulatedRun(LIMITS[tier], plan)
    for group in plan.groups:
        run.unsent.update(order.pair for order in run.to_send(group))
    for group in _in_order(plan, run):
        run.add(group)
    most = LIMITS[tier].open_orders_max
    crowded = (
        CrowdedPair(pair=pair, orders=orders, allowed=most)
        for pair, orders in run.most_open.items()
        if orders > most
    )
    waits = {pair: wait for pair, wait in run.waits.items() if wait > 0}
    return Forecast(
        tier=tier,
        orders=len(run.sent_at),
        pairs=len(run.counters),
        seconds=max(run.ends.values(), default=0.0),
        bottleneck=max(waits, key=lambda pair: waits[pair]) if waits else None,
        crowded=tuple(crowded),
        history=forecast_history(plan, tier, closed),
        awaited=tuple(run.awaited),
        fills_s=max(run.fills_s.values(), default=0),
    )


def forecast_history(plan: Plan, tier: Tier, closed: int | None) -> HistoryForecast | None:
    """Return the forecast of the look through the records with which a run begins; None if there is none."""
    look = first_look(plan)
    if look is None:
        return None
    calls = OTHER_CALLS + calls_of_look(len(look.cl_ord_ids) + len(look.userrefs), closed)
    return HistoryForecast(closed=closed, seconds=records_wait_s(calls, tier), since=look.since)


@dataclass(slots=True)
class _SimulatedRun:
    """A simulated run. Times are seconds since its beginning."""

    limits: Limits
    plan: Plan
    unsent: Counter[str] = field(default_factory=Counter)
    counters: dict[str, RateCounter] = field(default_factory=dict)
    sent_at: dict[OrderKey, tuple[str, float]] = field(default_factory=dict)
    ends: dict[str, float] = field(default_factory=dict)
    waits: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    open: Counter[str] = field(default_factory=Counter)
    most_open: Counter[str] = field(default_factory=Counter)
    awaited: dict[str, None] = field(default_factory=dict)
    fills_s: dict[str, int] = field(default_factory=dict)

    @property
    def room(self) -> float:
        """The maximum of a counter."""
        return self.limits.threshold - MARGIN

    def to_send(self, group: PlannedGroup) -> list[PlannedOrder]:
        """Return the orders of a group that are sent."""
        return [order for order in group.orders if self.plan.becomes(order) in REQUESTED]

    def add(self, group: PlannedGroup) -> None:
        """Send the messages of a group, as soon as the groups that it needs are done."""
        begin = max((self.ends.get(name, 0.0) for name in group.needs), default=0.0)
        last: dict[str, float] = {}
        for order in self.to_send(group):
            last[order.pair] = self._send(order, begin, hold=group.hold)
        for pair, moment in last.items():
            self.waits[pair] += moment - begin
        self.ends[group.name] = self._cancel(group, max(last.values(), default=begin))
        self._await_fills(group)

    def _await_fills(self, group: PlannedGroup) -> None:
        """Note how long a group waits at most until others are filled, if it sends anything."""
        sends = bool(self.to_send(group)) or any(
            self.plan.cancel_becomes(group, cancel) is CancelDisposition.SEND for cancel in group.cancel
        )
        within = {barrier.group: barrier.within for barrier in group.barriers} if sends else {}
        self.awaited.update(dict.fromkeys(within))
        waits = (self.fills_s.get(name, 0) + within.get(name, 0) for name in group.needs)
        self.fills_s[group.name] = max(waits, default=0)

    def _send(self, order: PlannedOrder, begin: float, *, hold: bool) -> float:
        """Send an order that may be sent from ``begin`` on; return when it is, if there is always room."""
        pair = order.pair
        counter = self.counters[pair] = self._counter(pair).charged(ADD_COST, begin)
        moment = begin + max(0.0, counter.at(begin) - self.room) / counter.decay_per_s
        self.sent_at[order.key] = pair, moment
        self.unsent[pair] -= 1
        if not order.terms.ends_at_once and not (hold and self.open[pair] >= self.limits.open_orders_max):
            self.open[pair] += 1
            self.most_open[pair] = max(self.most_open[pair], self.open[pair])
        return moment

    def _cancel(self, group: PlannedGroup, now: float) -> float:
        """Cancel the group's targets, as far as their orders are known; return when that is sent."""
        created_at: dict[str, list[float]] = {}
        for cancel in group.cancel:
            sent = self.plan.cancel_becomes(group, cancel) is CancelDisposition.SEND
            if sent and cancel.order in self.sent_at:
                pair, moment = self.sent_at[cancel.order]
                created_at.setdefault(pair, []).append(moment)
        costs = {pair: self._cancel_cost(pair, times) for pair, times in created_at.items()}
        moment = best_moment(costs, now)
        for pair, cost in costs.items():
            self.counters[pair] = self._counter(pair).charged(cost.at(moment), moment)
            self.open[pair] -= len(cost.created_at)
            self.waits[pair] += moment - now
        return moment

    def _cancel_cost(self, pair: str, created_at: list[float]) -> CancelCost:
        counter = self._counter(pair)
        return CancelCost(
            created_at=created_at,
            level=counter.at,
            room=self.room,
            decay_per_s=counter.decay_per_s,
            after=self.unsent[pair],
        )

    def _counter(self, pair: str) -> RateCounter:
        return self.counters.get(pair) or RateCounter(self.limits.decay_per_s)


def _in_order(plan: Plan, run: _SimulatedRun) -> Iterator[PlannedGroup]:
    """Yield the groups that will be reached, each after those that it needs, and the earliest first."""
    skipped = plan.dispositions.unreachable
    needed_by: dict[str, list[int]] = {}
    awaited = [len(group.needs) for group in plan.groups]
    for number, group in enumerate(plan.groups):
        for name in group.needs:
            needed_by.setdefault(name, []).append(number)
    ready = [(0.0, number) for number, count in enumerate(awaited) if not count]
    while ready:
        _, number = heapq.heappop(ready)
        group = plan.groups[number]
        if group.name not in skipped and not plan.is_over(group):
            yield group
        for other in needed_by.get(group.name, ()):
            awaited[other] -= 1
            if not awaited[other]:
                begin = max(run.ends.get(name, 0.0) for name in plan.groups[other].needs)
                heapq.heappush(ready, (begin, other))
