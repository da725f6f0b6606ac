"""The lone side and the lone pair."""

from __future__ import annotations

from tests.review.looks.looking import looks
from tests.review.markets import group, order

AT_MARKET = {"ordertype": "market", "price": None}


def rungs(number: int, begin: int = 0, **fields: object) -> list[str]:
    """A ladder's rungs."""
    return [order(f"r{at}", price=145 - at, **fields) for at in range(begin, begin + number)]


def test_the_lone_side_of_a_uniform_group() -> None:
    """A sell among buys that rest; few orders are no group."""
    sell = order("odd", type="sell", price="155")
    assert looks(group(*rungs(4), sell)) == ["lone-side odd"]
    assert looks(group(*rungs(3), sell)) == []
    assert looks(group(*rungs(4), sell, order("other", type="sell", price="156"))) == []


def test_the_lone_pair_of_a_uniform_group() -> None:
    """Another pair among one, also amid a long group of several parts."""
    odd = order("odd", pair="XBT/EUR", price="8900", volume="0.004")
    assert looks(group(*rungs(4), odd)) == ["lone-pair odd"]
    parts = [*rungs(5), odd, *rungs(5, 5), *rungs(5, 10, type="sell", ordertype="stop-loss")]
    assert looks(group(*parts)) == ["lone-pair odd"]


def test_one_pair_is_not_bought_and_sold_at_market() -> None:
    """Two others show which it was to be."""
    buys = [order(f"b{at}", **AT_MARKET) for at in range(2)]
    assert looks(group(*buys, order("odd", **AT_MARKET, type="sell"))) == ["lone-side odd"]
