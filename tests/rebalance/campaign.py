"""Random portfolios, each compiled to a batch, and the batch held against the specification."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

import yaml

from runner.batchfile import parse, parse_targets
from runner.rebalance.batch_text import batch_name, batch_text
from runner.rebalance.compute import compute
from runner.rebalance.doubts import doubts
from runner.rebalance.snapshot import narrowed
from tests.rebalance import checker, reckoner
from tests.rebalance.reckoner import Order
from tests.rebalance.worlds import AT, DESTINATIONS, World, draw, snapshot, targets_text

EDGE = "edge"
ENOUGH = 2000
"""Fewer portfolios say nothing about one in a hundred."""
_BARRIER = "{group: sell, until: filled, within: 15m, otherwise: cancel}"
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class Totals:
    """Figures. ``traded`` and ``again`` are by kind and destination, violations with seeds."""

    worlds: int = 0
    refused: int = 0
    within: int = 0
    blocked: int = 0
    orders: int = 0
    traded: Counter[tuple[bool, str]] = field(default_factory=Counter)
    again: Counter[tuple[bool, str]] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def share(self, usual: bool, destination: str) -> float:
        """The percentage of portfolios of a kind that trade again at once after all fills."""
        return 100 * self.again[usual, destination] / max(1, self.traded[usual, destination])

    @property
    def good(self) -> bool:
        """True if nothing is wrong, and of the usual ones fewer than one in a hundred trade again."""
        enough = self.worlds >= ENOUGH
        return not self.violations and not (enough and any(self.share(True, to) >= 1 for to in DESTINATIONS))


def run(seed: int, totals: Totals) -> None:
    """Add the world of a seed."""
    world = draw(seed)
    totals.worlds += 1
    text = compiled(world)
    if not reckoner.is_valid(world) or not reckoner.managed(world):
        totals.refused += 1
        if text is not None:
            totals.violations.append(f"seed {seed}: 1: a file that cannot be meant was taken")
        return
    if text is None:
        totals.violations.append(f"seed {seed}: a good file and good data were refused")
        return
    made = orders_of(text)
    faults = [
        *checker.objections(world, made),
        *_about_files(world, text, seed),
        *_ten_times(world, made),
    ]
    totals.violations += [f"seed {seed}: {item}" for item in faults]
    _count(world, made, totals)


def compiled(world: World, chance: random.Random | None = None) -> str | None:
    """Return the batch of a world, empty if nothing follows; None if it is refused."""
    targets = parse_targets(targets_text(world, chance).encode(), "t.yaml").targets
    if targets is None:
        return None
    found = narrowed(targets, snapshot(world, chance))
    if doubts(targets, found):
        return None
    made = compute(targets, found)
    return batch_text(made, name=batch_name(made))


def orders_of(text: str) -> list[Order]:
    """Return the orders of a batch as another reader of YAML sees them."""
    document = yaml.load(text, _Loader) if text else {"groups": []}
    return [
        Order(order["pair"], order["type"], Fraction(order["volume"]), Fraction(order["price"]))
        for group in document["groups"]
        for order in group["orders"]
    ]


def _about_files(world: World, text: str, seed: int) -> list[str]:
    """Return what is wrong with the file itself: invariants 10 and 15."""
    objections = []
    if compiled(world, random.Random(seed)) != text:
        objections.append("10: another order of the file and the data gave other bytes")
    if text and (problems := parse(text.encode(), "b.yaml", now=AT).problems):
        objections.append(f"15: the batch is not valid: {problems[0]}")
    groups = [group["name"] for group in yaml.load(text, _Loader)["groups"]] if text else []
    if groups not in ([], ["sell"], ["buy"], ["sell", "buy"]):
        objections.append(f"the groups are {groups}")
    if groups == ["sell", "buy"] and f"    needs: [{_BARRIER}]\n" not in text:
        objections.append("14: the buys do not wait for the sells")
    return objections


def _ten_times(world: World, made: list[Order]) -> list[str]:
    """Return what differs with ten times the money, the minima and the lots: invariant 11."""
    if any(asset.lot_decimals == 0 for asset in world.assets):
        return []
    text = compiled(_times_ten(world))
    tenfold = [replace(order, volume=order.volume * 10) for order in made]
    if text is None or orders_of(text) != tenfold:
        return [f"11: ten times of everything gave {text and orders_of(text)} for {made}"]
    return []


def _times_ten(world: World) -> World:
    assets = tuple(
        replace(
            asset,
            lot_decimals=asset.lot_decimals - 1,
            **{name: _ten(getattr(asset, name)) for name in ("ordermin", "costmin", "total", "held", "keep")},
        )
        for asset in world.assets
    )
    money = ("cash", "cash_held", "floor", "minimum", "maximum")
    return replace(world, assets=assets, **{name: _ten(getattr(world, name)) for name in money})


def _ten(number: Decimal | None) -> Decimal | None:
    return None if number is None else number * 10


def _count(world: World, made: list[Order], totals: Totals) -> None:
    totals.orders += len(made)
    if made:
        totals.traded[world.usual, world.to] += 1
        totals.again[world.usual, world.to] += bool(compiled(reckoner.filled(world, made)))
    elif reckoner.any_out(world):
        totals.blocked += 1
    else:
        totals.within += 1
    edge = replace(world, to=EDGE)
    if first := reckoner.orders(edge):
        totals.traded[world.usual, EDGE] += 1
        totals.again[world.usual, EDGE] += bool(reckoner.orders(reckoner.filled(edge, first)))
