"""The messages that match a scenario's rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import FaultAction, FaultRule, QuoteMove, Scenario, TimelineEvent
from runner.paper import INSTRUMENTS, Options, unknown_pairs
from runner.paper.options.kinds import PairState, PairStatus
from runner.paper.options.options import MarketOptions
from runner.paper.scenario.scenario import Rules, share


def struck(messages: int = 10, seed: int = 0, **rule: Any) -> str:
    """Return which of so many ``addOrder`` are struck by a rule, as a row of x and dots."""
    rules = Rules(
        Scenario(name="s", seed=seed, faults=(FaultRule(on="addOrder", act=FaultAction.LOSE, **rule),))
    )
    return "".join("x" if rules.match_rule("addOrder", {"pair": "ETH/EUR"}) else "." for _ in range(messages))


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ({}, "xxxxxxxxxx"),
        ({"skip": 3}, "...xxxxxxx"),
        ({"times": 2}, "xx........"),
        ({"skip": 3, "times": 2}, "...xx....."),
        ({"chance": Decimal(0)}, ".........."),
        ({"where": (("pair", "ETH/EUR"),)}, "xxxxxxxxxx"),
        ({"where": (("pair", "XBT/EUR"),)}, ".........."),
        ({"where": (("type", "buy"),)}, ".........."),
    ],
)
def test_how_often(rule: dict[str, Any], row: str) -> None:
    """Skipped first, then struck so many times, and only where the fields fit."""
    assert struck(**rule) == row


def test_chance_is_repeatable() -> None:
    """A seed strikes the same messages again, another seed strikes others, and the share is about right."""
    half = {"chance": Decimal("0.5")}
    assert struck(200, **half) == struck(200, **half) != struck(200, seed=1, **half)
    assert 70 < struck(200, **half).count("x") < 130


def test_times_counts_what_was_struck() -> None:
    """Not what chance has let go."""
    assert struck(200, chance=Decimal("0.5"), times=3).count("x") == 3


def test_the_first_rule_that_fits_applies() -> None:
    """The next one applies once one is exhausted."""
    first = FaultRule(
        on="addOrder", act=FaultAction.REJECT, error="EOrder:one", times=1, where=(("margin", "true"),)
    )
    second = FaultRule(on="addOrder", act=FaultAction.LOSE)
    rules = Rules(Scenario(name="s", faults=(first, second)))
    assert rules.match_rule("addOrder", {}) == second
    assert rules.match_rule("addOrder", {"margin": True}) == first
    assert rules.match_rule("addOrder", {"margin": True}) == second
    assert rules.match_rule("cancelOrder", {}) is None
    assert [(rule.fitted, rule.hits, rule.exhausted) for rule in rules.all] == [(1, 1, True), (2, 2, False)]


def test_shares_lie_between_nothing_and_all() -> None:
    """Never all of it."""
    shares = [share("seed", number) for number in range(1000)]
    assert 0 <= min(shares) < Decimal("0.01")
    assert Decimal("0.99") < max(shares) < 1


def test_pairs_that_are_not_traded() -> None:
    """They are found before anything is served."""

    def quoted(pair: str) -> TimelineEvent:
        return TimelineEvent(at_s=Decimal(1), quote=QuoteMove(pair=pair, bid=Decimal(1), ask=Decimal(2)))

    timeline = (quoted("ETH/EUR"), quoted("ETH/NIL"), TimelineEvent(at_s=Decimal(2), status="online"))
    states = (PairState("A/B", PairStatus.POST_ONLY), PairState("XBT/USD", PairStatus.POST_ONLY))
    options = Options(market=MarketOptions(pair_states=states))
    assert unknown_pairs(Scenario(name="s", timeline=timeline), options, INSTRUMENTS) == ["ETH/NIL", "A/B"]
    assert unknown_pairs(None, Options(), INSTRUMENTS) == []
