"""Volumes and worths against those of peers."""

from __future__ import annotations

import pytest

from tests.review.looks.looking import looks, message
from tests.review.markets import group, order

AT_MARKET = {"ordertype": "market", "price": None}


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        (["1", "1", "10"], ["volume-unlike-peers o2"]),
        (["1", "1.2", "11", "1.1"], ["volume-unlike-peers o2"]),
        (["1", "2", "20", "4"], []),  # few, and not alike
        (["1", "1", "0.1", "1"], ["volume-unlike-peers o2"]),
        (["1", "1", "1", "0.07"], []),  # what was left of a whole
        (["1", "1", "1", "0.1"], ["volume-unlike-peers o3"]),
        (["0.25", "0.25", "0.25", "0.2"], ["volume-unlike-peers o3"]),  # a digit less
        (["0.25", "0.25", "0.25", "0.21"], []),
        (["1", "1.5", "2.2", "3.4", "5.1", "7.6", "11.4", "17.1"], []),
    ],
)
def test_a_volume_against_its_peers(volumes: list[str], expected: list[str]) -> None:
    """Robust statistics: no single mistake moves what is usual, and what differs a lot shows nothing."""
    orders = (order(f"o{at}", **AT_MARKET, volume=volume) for at, volume in enumerate(volumes))
    assert looks(group(*orders)) == expected


def test_peers_are_of_one_pair_and_side() -> None:
    """A volume of another pair says nothing; few peers are sought in the other groups."""
    other = [order(f"x{at}", **AT_MARKET, pair="XBT/EUR", volume="0.01") for at in range(4)]
    assert looks(group(*other, *(order(f"e{at}", **AT_MARKET, volume="1") for at in range(2)))) == []
    parts = [group(order("a", **AT_MARKET, volume="1"), name=f"g{at}") for at in range(3)]
    assert looks(*parts, group(order("odd", **AT_MARKET, volume="10"), name="last")) == [
        "volume-unlike-peers odd"
    ]


def test_a_worth_is_held_against_the_group() -> None:
    """Orders of any pairs that are worth about the same, but for one."""
    alike = [
        order("e", **AT_MARKET, volume="0.6"),
        order("x", **AT_MARKET, pair="XBT/EUR", volume="0.01"),
        order("e2", **AT_MARKET, type="sell", volume="0.61"),
    ]
    odd = order("odd", **AT_MARKET, pair="XBT/EUR", type="sell", volume="0.1")
    assert looks(group(*alike, odd)) == ["worth-unlike-peers odd"]


def test_the_figures_are_named() -> None:
    """Its own, and what is usual."""
    orders = [
        order(f"o{at}", **AT_MARKET, volume=volume) for at, volume in enumerate(["1", "1.2", "1500", "1.1"])
    ]
    assert message(group(*orders)) == "its volume is 1,500 ETH, where its peers have 1 to 1.2"
