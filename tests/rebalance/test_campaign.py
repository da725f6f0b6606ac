"""Random portfolios against the specification, a share of them; ``python -m tests.rebalance`` runs more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rebalance.__main__ import main
from tests.rebalance.campaign import Totals, compiled, orders_of, run
from tests.rebalance.checker import objections
from tests.rebalance.reckoner import Order, is_valid, orders
from tests.rebalance.worlds import World, draw
from tests.support.for_each import for_each


@pytest.mark.parametrize("first", [0, pytest.param(100, marks=pytest.mark.long)])
def test_random_portfolios_keep_the_specification(first: int) -> None:
    """Usual ones and odd ones; some of every outcome."""
    totals = Totals()
    for seed in range(first, first + 100):
        run(seed, totals)
    assert totals.violations == []
    assert min(totals.refused, totals.within, totals.blocked) > 0
    assert totals.orders > 100


@given(st.integers(0, 2**32))
def test_any_portfolio_keeps_the_specification(seed: int) -> None:
    """Others than yesterday."""
    totals = Totals()
    run(seed, totals)
    assert totals.violations == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_portfolios_keep_the_specification() -> None:
    """And fewer than one in a hundred of the usual ones trade again at once."""
    totals = Totals()
    for seed in range(10_000, 20_000):
        run(seed, totals)
    assert totals.good, totals.violations[:5]


def traded(**terms: object) -> tuple[World, list[Order]]:
    """The first world with a sale and a purchase, and with some terms, and its orders."""
    for seed in range(10_000):
        world = draw(seed)
        if is_valid(world) and all(getattr(world, name) == value for name, value in terms.items()):
            found = orders(world)
            if {order.type for order in found} == {"buy", "sell"}:
                return world, found
    pytest.fail("no such world")


EPSILON = Fraction(1, 10**8)


@for_each(
    [
        ("3_one_order_an_asset", lambda sell, buy: [sell, sell, buy]),
        ("4_kept_and_held_units_stay", lambda sell, buy: [replace(sell, volume=sell.volume * 10**6), buy]),
        ("5_money_is_there", lambda sell, buy: [sell, replace(buy, volume=buy.volume * 10**6)]),
        (
            "6_the_exchange_takes_it",
            lambda sell, buy: [replace(sell, volume=sell.volume + EPSILON / 16), buy],
        ),
        (
            "6_the_exchange_takes_it",
            lambda sell, buy: [replace(sell, price=sell.price + EPSILON / 16), buy],
        ),
        ("6_the_exchange_takes_it", lambda sell, buy: [replace(sell, volume=EPSILON), buy]),
        ("6_it_does_not_trade_at_once", lambda sell, buy: [replace(sell, price=sell.price / 2), buy]),
        ("6_it_does_not_trade_at_once", lambda sell, buy: [sell, replace(buy, price=buy.price * 2)]),
        ("7_towards_the_target", lambda sell, buy: [replace(sell, type="buy"), buy]),
        ("8_value_is_kept", lambda sell, buy: [replace(sell, volume=sell.volume * 10**6), buy]),
        ("9_unlisted_assets_stay", lambda sell, buy: [replace(sell, pair="UNLISTED/EUR"), buy]),
        ("as_reckoned", lambda sell, buy: [buy, sell]),
        ("as_reckoned", lambda sell, buy: [sell]),
    ]
)
def test_each_rule_objects(rule: str, change: object) -> None:
    """To orders that break it, and to nothing in those that follow."""
    world, (sell, *_, buy) = traded(post=True, maximum=None)
    assert objections(world, orders(world)) == []
    assert callable(change)
    assert any(violation.startswith(f"{rule}: ") for violation in objections(world, change(sell, buy)))


def test_orders_without_a_reason_are_objected_to() -> None:
    """Within all bands, and on a side that the file does not use."""
    world, found = traded()
    assert any("13_sides" in violation for violation in objections(replace(world, method="buy"), found))
    listed = tuple(asset for asset in world.assets if asset.weight)
    wide = replace(world, absolute=Decimal(100), relative=Decimal(100), use="larger", assets=listed)
    assert any("2_no_breach_no_order" in violation for violation in objections(wide, found))


def test_the_share_that_trades_again_counts_where_there_are_enough() -> None:
    """One in a hundred of the usual ones is too many."""
    totals = Totals(worlds=2000)
    totals.traded[True, "half"], totals.again[True, "half"] = 1000, 9
    assert totals.good
    totals.again[True, "half"] = 10
    assert not totals.good
    assert not Totals(violations=["one"]).good


def test_the_command_says_what_it_has_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """Of some seeds the figures, of one the whole."""
    assert main(["--seeds", "20"]) == 0
    violation = capsys.readouterr().out
    assert "portfolios: 20 (" in violation
    assert "usual, to edge: " in violation
    assert violation.endswith("violations: 0\n")
    seed = next(seed for seed in range(100) if compiled(draw(seed)))
    assert main(["--seed", str(seed)]) == 0
    text = compiled(draw(seed))
    assert text
    assert orders_of(text)
    assert text in capsys.readouterr().out
