"""``descr``: the words for each kind of order."""

from __future__ import annotations

from typing import Any

import pytest

from runner.paper import Options
from runner.paper.options.options import FeedOptions
from tests.paper.builders import Desk

WORDS: list[tuple[dict[str, Any], str]] = [
    ({}, "buy 0.25000000 ETHEUR @ limit 150"),
    ({"price": "150.00"}, "buy 0.25000000 ETHEUR @ limit 150.00"),
    ({"leverage": "5"}, "buy 0.25000000 ETHEUR @ limit 150 with 5:1 leverage"),
    ({"ordertype": "market", "price": None}, "buy 0.25000000 ETHEUR @ market"),
    ({"ordertype": "stop-loss", "price": "160"}, "buy 0.25000000 ETHEUR @ stop loss 160"),
    (
        {"ordertype": "take-profit-limit", "price": "140", "price2": "139.5"},
        "buy 0.25000000 ETHEUR @ take profit 140 -> limit 139.5",
    ),
    (
        {"ordertype": "trailing-stop-limit", "price": "+1.5%", "price2": "-2"},
        "buy 0.25000000 ETHEUR @ trailing stop +1.5% -> limit -2",
    ),
]


@pytest.mark.parametrize(("fields", "words"), WORDS)
def test_descr(fields: dict[str, Any], words: str) -> None:
    """The price as it was sent, the volume with eight decimals, the pair without its slash."""
    assert Desk().add(**fields).descr == words


def test_descr_may_show_all_decimals() -> None:
    """With the option the price has the pair's decimals, and a relative one is resolved."""
    desk = Desk(options=Options(feeds=FeedOptions(descr_price_decimals=True)))

    assert desk.add().descr == "buy 0.25000000 ETHEUR @ limit 150.00"
    assert desk.add(price="-1").descr == "buy 0.25000000 ETHEUR @ limit 149.10"
