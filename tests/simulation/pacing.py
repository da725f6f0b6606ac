"""The pacing of orders against the optimum, to be repeated by anyone: ``python -m tests.simulation.pacing``.

Every seed is a run at an exchange that refuses whatever goes over the limit, over a road with jitter and
stalls. The optimum is that of a sender who knows everything beforehand: all that the counter allows, at the
first moment at which it does. It exits with 1 when a promise was broken, and names the seed.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

from runner.kraken import LIMITS, AddOrder, AddOrderStatus, Limits, RateCounter, Tier, Transaction, cost
from runner.paper import Options
from runner.paper.options.options import FeedOptions, LimitOptions
from runner.planning import Plan
from tests.execution.builders import group, order, plan_of
from tests.simulation.road import OTHER, PAIRS, Road, Way
from tests.support.virtual_time import START

CHUNK = 25
PAIR = PAIRS[0]
ORIGIN_S = 1_000.0
"""Where the search begins to count: a Unix time is too coarse a float to show when an order comes of age."""

LEAST_S = 1.25
"""What takes next to no time has no ratio: so much is the least that counts."""

GRAIN_S = 0.001
"""Moments that are so close are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one run. ``ratio`` is its makespan over the optimum."""

    kind: str
    seed: int
    ratio: float
    refused: int
    lost: int
    orders: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The limits that every run of a kind keeps: the highest ratio, and how often it may be refused."""

    ratio: float
    refusals: int | None
    what: str


def adds(kind: str, seed: int) -> Result:
    """Orders of one pair, and some of others beside them, as many as are long for the kind."""
    chance = Random(seed)
    tier = list(Tier)[seed % 3]
    limits = LIMITS[tier]
    count = {"long": chance.randint(300, 400), "short": int(limits.threshold) + 40}.get(kind, 300)
    beside = chance.choice((0, 0, 20))
    optimum_s = (count - limits.threshold) / limits.decay_per_s
    way = _way(chance, optimum_s)
    over, first, whole = (chance.random() < 0.5 for _ in range(3))
    options = Options(
        limits=LimitOptions(tier=tier, threshold_is_over=over, stepped_decay=kind == "stepped"),
        feeds=FeedOptions(first=first, whole_ratecount=whole),
    )
    road = Road(options=options, limits=limits, way=way, seed=seed, began_at=START + chance.random())
    road.run(_crowd(count, beside))
    mine = [item for item in road.decided if item.pair == PAIR and item.error is None]
    begin, came = mine[0].at, mine[-1].at
    end = begin + optimum_s
    for first, stop, up, _ in way.stalls:
        # What would arrive while nothing does arrives afterwards.
        if up and START + first - 0.005 * optimum_s <= end < START + stop:
            end = START + stop
    return _result(kind, seed, road, count + 3 * beside, (came - begin) / (end - begin))


def foreign(kind: str, seed: int) -> Result:
    """Another program of the same account uses half of what the counter forgets."""
    chance = Random(seed)
    tier = list(Tier)[seed % 3]
    limits = LIMITS[tier]
    count = int(limits.threshold) + 100
    whole, counted = chance.random() < 0.5, chance.random() < 0.5
    options = Options(
        limits=LimitOptions(tier=tier, refused_transactions_count=counted),
        feeds=FeedOptions(whole_ratecount=whole),
    )
    road = Road(options=options, limits=limits, way=_way(chance, 0), seed=seed)
    used = _Other(road, chance, every_s=2 / limits.decay_per_s)
    road.before = lambda _: used.again()
    road.run(_crowd(count, 0))
    mine = [item for item in road.decided if item.error is None]
    charged = len(mine) + used.charged_until(mine[-1].at)
    best_s = (charged - limits.threshold) / limits.decay_per_s
    return _result(kind, seed, road, count, (mine[-1].at - mine[0].at) / best_s)


class _Other:
    """Another program: an order every so often, more or less."""

    def __init__(self, road: Road, chance: Random, *, every_s: float) -> None:
        self._road, self._chance, self._every_s = road, chance, every_s
        self._moments: list[float] = []

    def again(self) -> None:
        """Send one, and see to it that another follows."""
        request = AddOrder(pair=PAIR, type="buy", ordertype="market", volume="5", reqid=1)
        reply = self._road.other(request)
        assert isinstance(reply, AddOrderStatus)
        if reply.status == "ok" or self._road.options.limits.refused_transactions_count:
            self._moments.append(self._road.now)
        pause_s = self._every_s * self._chance.uniform(0.5, 1.5)
        self._road.later(pause_s, self.again)

    def charged_until(self, moment: float) -> int:
        """Return how much it has used up by then."""
        return sum(at <= moment for at in self._moments)


def mixed(kind: str, seed: int) -> Result:
    """Orders, then the cancellation of older ones, then more orders: against the best of all schedules."""
    chance = Random(seed)
    tier = list(Tier)[seed % 3]
    limits = LIMITS[tier]
    oldest = chance.choice((6, 16, 100))
    ages = sorted((chance.uniform(0, oldest) for _ in range(chance.randint(1, 3))), reverse=True)
    before, after = chance.randint(1, int(limits.threshold) + 10), chance.randint(0, 30)
    options = Options(
        limits=LimitOptions(tier=tier),
        feeds=FeedOptions(whole_ratecount=False, first=chance.random() < 0.5),
    )
    road = Road(options=options, limits=limits, way=Way(base_s=0.001), seed=seed)
    txids = [_place_for_other(road, age) for age in ages]
    first = group("a", *_market(before, PAIR), cancel=f"[{', '.join(txids)}]")
    second = [group("b", *_market(after, PAIR, "y"))] if after else []
    road.run(plan_of(first, *second))
    best_s = best(limits, ages, before, after)
    end = max([item.at for item in road.decided] + [moment for moment, _ in road.canceled])
    assert end - START > best_s - GRAIN_S, f"{kind} {seed}: the search has missed a schedule"
    return _result(kind, seed, road, before + after, max(LEAST_S, end - START) / max(LEAST_S, best_s))


def best(limits: Limits, ages: Sequence[float], before: int, after: int) -> float:
    """The least time in which it can be done, by trying every moment for every cancellation by itself."""
    counter = RateCounter(limits.decay_per_s)
    for age in ages:
        counter = counter.charged(1, ORIGIN_S - age)
    counter, moment = _added(counter, ORIGIN_S, before, limits)
    bounds = (0, 5, 10, 15, 45, 90, 300)
    moments = [
        sorted(
            {max(moment, ORIGIN_S - age + bound) for bound in bounds} | {moment + tick for tick in range(20)}
        )
        for age in ages
    ]
    ends = (
        _tried(counter, moment, list(zip(item, ages, strict=True)), after, limits)
        for item in itertools.product(*moments)
    )
    return min(ends) - ORIGIN_S


def _tried(
    counter: RateCounter, now: float, cancels: list[tuple[float, float]], after: int, limits: Limits
) -> float:
    for moment, age in sorted(cancels):
        now = max(now, moment)
        price = cost(Transaction.CANCEL, now - ORIGIN_S + age + 1e-9)
        now = max(now, counter.falls_to(max(0.0, limits.threshold - price), now))
        counter = counter.charged(cost(Transaction.CANCEL, now - ORIGIN_S + age + 1e-9), now)
    return _added(counter, now, after, limits)[1]


def _added(counter: RateCounter, now: float, count: int, limits: Limits) -> tuple[RateCounter, float]:
    for _ in range(count):
        now = max(now, counter.falls_to(limits.threshold - 1, now))
        counter = counter.charged(1, now)
    return counter, now


def _place_for_other(road: Road, age_s: float) -> str:
    """An order of another program, placed so long ago."""
    road.now = START - age_s
    request = AddOrder(pair=PAIR, type="buy", ordertype="limit", price="50", volume="5", reqid=1)
    deliveries = road.exchange.handle(OTHER, request, road.token, road.now)
    road.now = START
    return next(str(item.message.txid) for item in deliveries if isinstance(item.message, AddOrderStatus))


def _way(chance: Random, length_s: float) -> Way:
    stalls: list[tuple[float, float, bool, bool]] = []
    free_from_s = 0.5
    while length_s > free_from_s and len(stalls) < 2 and chance.random() < 0.5:
        # Shorter than the deadline of an order: what arrives after that is refused for another reason.
        start_s, lasts_s = chance.uniform(free_from_s, length_s), chance.choice((0.5, 2.0, 8.0))
        stalls.append((start_s, start_s + lasts_s, True, chance.random() < 0.5))
        free_from_s = start_s + lasts_s + 1
    return Way(
        base_s=chance.choice((0.002, 0.01, 0.05)),
        jitter_s=chance.choice((0.0, 0.001, 0.01, 0.03)),
        stalls=tuple(stalls),
        late_s=0.005,
    )


def _crowd(count: int, beside: int) -> Plan:
    others = [item for pair in PAIRS[1:] for item in _market(beside, pair, pair[:3].lower())]
    return plan_of(group("g", *_market(count, PAIR), *others))


def _market(count: int, pair: str, name: str = "o") -> list[str]:
    return [
        order(f"{name}{number}", pair=pair, ordertype="market", price=None, volume="5")
        for number in range(count)
    ]


def _result(kind: str, seed: int, road: Road, orders: int, ratio: float) -> Result:
    placed = sum(item.error is None for item in road.decided)
    return Result(
        kind=kind,
        seed=seed,
        ratio=ratio,
        refused=len(road.errors()),
        lost=orders - placed,
        orders=orders,
        seconds=road.now - START,
    )


KINDS: dict[str, tuple[Callable[[str, int], Result], Promise]] = {
    "long": (adds, Promise(ratio=1.005, refusals=0, what="300 orders and more of one pair")),
    "short": (adds, Promise(ratio=1.03, refusals=0, what="40 orders beyond the burst")),
    "mixed": (mixed, Promise(ratio=1.05, refusals=0, what="orders and cancellations, against all schedules")),
    "foreign": (foreign, Promise(ratio=1.1, refusals=None, what="another program uses half of it")),
    "stepped": (adds, Promise(ratio=1.1, refusals=None, what="a counter that falls once a second")),
}


def broken(result: Result) -> list[str]:
    """The promises that a run has broken, in words."""
    promise = KINDS[result.kind][1]
    found = []
    if result.ratio > promise.ratio:
        found.append(f"took {result.ratio:.4f} of the optimum")
    if promise.refusals is not None and result.refused > promise.refusals:
        found.append(f"was refused {result.refused} times")
    if result.lost:
        found.append(f"lost {result.lost} orders")
    return [f"{result.kind} {result.seed} {words}" for words in found]


def run(kind: str, seed: int) -> Result:
    """One run of a kind."""
    return KINDS[kind][0](kind, seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen parts; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.pacing", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, default=100, metavar="N", help="how many runs of each kind (100)"
    )
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first seed (0)")
    parser.add_argument("--kind", choices=KINDS, action="append", help="this kind alone; may be repeated")
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes (1)")
    options = parser.parse_args(arguments)
    started, failures = time.perf_counter(), []
    print(f"{'':10}{'runs':>6}{'orders':>9}{'median':>9}{'worst':>9}{'promise':>9}{'refused':>9}{'lost':>6}")
    for kind in options.kind or KINDS:
        results = list(_results(kind, range(options.first, options.first + options.seeds), options.workers))
        failures += [words for result in results for words in broken(result)]
        print(_row(kind, results), flush=True)
    print(f"{time.perf_counter() - started:.0f} s")
    for words in failures[:20]:
        print(f"BROKEN: {words}")
    return 1 if failures else 0


def _results(kind: str, seeds: range, workers: int) -> Iterator[Result]:
    if workers == 1:
        yield from (run(kind, seed) for seed in seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(run, itertools.repeat(kind), seeds, chunksize=CHUNK)


def _row(kind: str, results: list[Result]) -> str:
    ratios = sorted(result.ratio for result in results)
    promise = KINDS[kind][1]
    return (
        f"{kind:10}{len(results):>6}{sum(result.orders for result in results):>9}"
        f"{ratios[len(ratios) // 2]:>9.4f}{ratios[-1]:>9.4f}{promise.ratio:>9}"
        f"{sum(result.refused for result in results):>9}"
        f"{sum(result.lost for result in results):>6}  {promise.what}"
    )


if __name__ == "__main__":
    sys.exit(main())
