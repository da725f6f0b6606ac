"""Rebalances with their orders, as reckoned by hand: ``rebalance/NAME.yaml`` beside what must follow.

A new case is a new file. ``NAME.yaml`` is a targets file, ``NAME.account.json`` what is free in the account,
``NAME.orders`` the weights, then one line an order, in the batch's order. The market is ``market.json``,
or ``NAME.market.json`` where a case has its own.
"""

from __future__ import annotations

import json

from runner.batchfile import parse_targets
from runner.domain import decimal_text
from runner.rebalance.compute import Rebalance, compute
from runner.rebalance.doubts import doubts
from tests.rebalance.cases import FOLDER, example_pairs, snapshot
from tests.support.for_each import for_each

CASES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def rebalance(name: str) -> Rebalance:
    """Return what follows in one case."""
    parsed = parse_targets((FOLDER / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    assert parsed.targets is not None, parsed.problems
    own = FOLDER / f"{name}.market.json"
    pairs = json.loads(own.read_text("utf-8")) if own.exists() else example_pairs()
    found = snapshot(json.loads((FOLDER / f"{name}.account.json").read_text("utf-8")), pairs)
    assert doubts(parsed.targets, found) == ()
    return compute(parsed.targets, found)


@for_each(CASES)
def test_what_follows_is_what_was_reckoned(name: str) -> None:
    """Weights to the ten-thousandth of a percent, volumes and prices to the last digit."""
    found = rebalance(name)
    weights = [
        f"{line.weight.currency} {decimal_text(line.weight.weight * 100, 4)} %" for line in found.lines
    ]
    lines = [f"{', '.join(weights)} of {decimal_text(found.managed)}"]
    for trade in (*found.sells, *found.buys):
        lines.append(f"{trade.type} {decimal_text(trade.volume)} {trade.pair} @ {trade.price:f}")
    assert "\n".join(lines) + "\n" == (FOLDER / f"{name}.orders").read_text("utf-8")


def test_the_corpus_is_complete() -> None:
    """Every case has its account and its orders."""
    for ending in ("account.json", "orders"):
        assert sorted(path.name.removesuffix(f".{ending}") for path in FOLDER.glob(f"*.{ending}")) == CASES
    assert len(CASES) >= 13
