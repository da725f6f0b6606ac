"""Weights, bands, and the values that are traded to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.rebalance.compute import compute
from runner.rebalance.weights import Weight
from tests.rebalance.cases import snapshot, targets

EVEN = {"ETH": {"bid": "99", "ask": "101"}, "XBT": {"bid": "999", "ask": "1001"}}
"""ETH is worth 100, XBT 1000."""


def weights(held: dict[str, str], **parts: str) -> dict[str, Weight]:
    """The weights by currency."""
    found = compute(targets(**parts), snapshot(held, **EVEN))
    return {line.weight.currency: line.weight for line in found.lines}


def test_a_weight_is_the_share_of_what_is_managed() -> None:
    """That is the listed currencies and the cash, as far as they are free."""
    found = weights({"XBT": "6 - 1", "ETH": "20", "EUR": "4000 - 1000", "SOL": "100"})
    assert (found["XBT"].value, found["XBT"].weight) == (5000, Decimal("0.5"))
    assert (found["ETH"].value, found["ETH"].weight, found["ETH"].drift) == (
        2000,
        Decimal("0.2"),
        Decimal("-0.1"),
    )


@pytest.mark.parametrize(
    ("band", "width"),
    [
        ("{absolute: 5%, relative: 25%}", "0.05"),
        ("{absolute: 5%, relative: 10%}", "0.03"),
        ("{absolute: 5%, relative: 25%, use: larger}", "0.075"),
        ("{absolute: 8%, relative: 10%, use: larger}", "0.08"),
    ],
)
def test_the_band_is_one_of_two(band: str, width: str) -> None:
    """An absolute one, or a share of the target."""
    assert weights({"EUR": "1"}, band=band)["ETH"].band == Decimal(width)


@pytest.mark.parametrize(
    ("ether", "out"), [("25", False), ("35", False), ("24.99999999", True), ("35.00000001", True)]
)
def test_the_edge_is_inside(ether: str, out: bool) -> None:
    """The band of 30 % is 25 % to 35 % of 10000."""
    cash = 10_000 - 5000 - 100 * Decimal(ether)
    assert weights({"XBT": "5", "ETH": ether, "EUR": f"{cash}"})["ETH"].out is out


@pytest.mark.parametrize(
    ("to", "low", "high"), [("target", 3000, 3000), ("half", 2750, 3250), ("inside", 2525, 3475)]
)
def test_the_goal_is_on_the_side_where_the_weight_is(to: str, low: int, high: int) -> None:
    """Never on the edge."""
    band = f"{{absolute: 5%, relative: 25%, to: {to}}}"
    assert weights({"XBT": "5", "ETH": "20", "EUR": "3000"}, band=band)["ETH"].goal == low
    assert weights({"XBT": "5", "ETH": "40", "EUR": "1000"}, band=band)["ETH"].goal == high


def test_the_others_move_if_the_file_says_so() -> None:
    """To their targets; where the destination is not the target they stay."""
    held = {"XBT": "4.9", "ETH": "20", "EUR": "3100"}
    assert weights(held)["XBT"].goal is None
    assert weights(held, scope="all")["XBT"].goal == 5000
    assert weights(held, scope="all", band="{absolute: 5%, relative: 25%, to: half}")["XBT"].goal is None
    inside = {"XBT": "4.9", "ETH": "30", "EUR": "2100"}
    assert {weight.goal for weight in weights(inside, scope="all").values()} == {None}


def test_what_is_left_of_a_target_of_nothing_is_out() -> None:
    """Any size is sold; but a rest that cannot be sold moves no others."""
    parts = {"weights": "{XBT: 50%, ETH: 30%, SOL: 0%}", "scope": "all"}
    held = {"XBT": "4.9", "ETH": "30", "EUR": "2100"}
    assert not weights(held, **parts)["SOL"].out
    for rest in ("0.00000000001", "0.059", "0.2"):  # under a lot, under ordermin, under the file's minimum
        found = weights(held | {"SOL": rest}, **parts)
        assert found["SOL"].out
        assert found["SOL"].goal == 0
        assert found["XBT"].goal is None
    found = weights(held | {"SOL": "0.22"}, **parts)
    assert found["XBT"].goal is not None
    least = parts | {"order": "{}", "keep": "{SOL: 5}"}
    assert weights(held | {"SOL": "5.06"}, **least)["XBT"].goal is not None
    assert weights(held | {"SOL": "5.05"}, **least)["XBT"].goal is None
    kept = weights(held | {"SOL": "5"}, keep="{SOL: 5}", **parts)
    assert kept["XBT"].goal is None


def test_a_target_of_nothing_has_no_band() -> None:
    """It is sold as a whole."""
    found = weights({"EUR": "1000", "SOL": "0.1"}, weights="{XBT: 80%, SOL: 0%}")
    assert (found["SOL"].band, found["SOL"].goal) == (0, 0)
