"""Prices, volumes and distances that break the series of their ladder."""

from __future__ import annotations

from typing import Any

import pytest

from tests.review.looks.looking import ladder, looks, message
from tests.review.markets import group, order


def test_a_ladder_breaks_nothing() -> None:
    """Steps of any size, a gap, and a change of the step are no mistakes."""
    assert looks(ladder(20)) == []
    gap = [order(f"r{at}", price=145 - at - (3 if at > 9 else 0)) for at in range(20)]
    assert looks(group(*gap)) == []
    wider = [order(f"r{at}", price=145 - at - max(at - 9, 0)) for at in range(20)]
    assert looks(group(*wider)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"price": "137.4"}, ["price-breaks-series r8"]),
        ({"price": "173"}, ["price-breaks-series r8", "trades-at-once r8"]),
        ({"volume": "0.26"}, ["volume-breaks-series r8"]),
        ({"volume": "2.5"}, ["volume-unlike-peers r8"]),
    ],
)
def test_a_rung_that_is_another_is_looked_at(fields: dict[str, Any], expected: list[str]) -> None:
    """It alone, and none of its neighbours."""
    assert looks(ladder(20, r8=fields)) == expected


def test_the_last_may_be_the_rest() -> None:
    """The rest of a whole is no mistake; a price far away from the ladder is."""
    assert looks(ladder(20, r19={"volume": "0.17"})) == []
    assert looks(ladder(20, r19={"price": "120"})) == []
    assert looks(ladder(20, r19={"price": "76"})) == ["price-breaks-series r19"]


def test_a_price_with_fewer_decimals_lacks_a_digit() -> None:
    """All others are typed with zeros at their end."""
    assert looks(ladder(20, first="145.00", step="0.25", r8={"price": "143.0"})) == ["price-breaks-series r8"]


def test_neighbours_are_named() -> None:
    """The figure and the usual ones, as in the file."""
    assert message(ladder(20, r8={"price": "137.4"})) == (
        "its price is 137.4, where its neighbours are at 138 and 136"
    )
    assert message(ladder(20, r8={"volume": "0.26"})) == (
        "its volume is 0.26, where its neighbours have 0.25 ETH"
    )


def test_the_distance_of_a_close_is_a_series() -> None:
    """Each at four percent, and one is not."""
    rungs = [
        order(
            f"r{at}", price=145 - at, close=f"{{ordertype: stop-loss, price: {round((145 - at) * 0.96, 2)}}}"
        )
        for at in range(9)
    ]
    assert looks(group(*rungs)) == []
    rungs[4] = order("r4", price=141, close="{ordertype: stop-loss, price: 131.36}")
    assert looks(group(*rungs)) == ["distance-breaks-series r4"]
