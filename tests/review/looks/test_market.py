"""Orders that trade at once, triggers that have been passed, and prices far from the market."""

from __future__ import annotations

from tests.review.looks.looking import looks, message
from tests.review.markets import group, order
from tests.support.for_each import for_each

# The market is at 150.10 to 150.20, the last trade was at 150.10.
SINGLE = [
    ({"price": "145"}, []),
    ({"price": "151"}, []),  # at once, half a percent through: a limit that is to trade now
    ({"price": "160"}, ["trades-at-once a"]),
    ({"price": "1450"}, ["trades-at-once a"]),
    ({"price": "14.5"}, ["far-from-market a"]),
    ({"type": "sell", "price": "14.5"}, ["trades-at-once a"]),
    ({"type": "sell", "price": "1450"}, ["far-from-market a"]),
    ({"price": "156", "timeinforce": "IOC"}, []),
    ({"price": "166", "timeinforce": "IOC"}, ["trades-at-once a"]),
    ({"price": "166", "oflags": "post"}, ["trades-at-once a"]),
    ({"ordertype": "market", "price": None}, []),
    ({"type": "sell", "ordertype": "stop-loss", "price": "140"}, []),
    ({"type": "sell", "ordertype": "stop-loss", "price": "160"}, ["trigger-passed a"]),
    ({"type": "sell", "ordertype": "stop-loss", "price": "14"}, ["far-from-market a"]),
    ({"type": "sell", "ordertype": "take-profit", "price": "140"}, ["trigger-passed a"]),
    ({"type": "buy", "ordertype": "stop-loss", "price": "140"}, ["trigger-passed a"]),
]


@for_each(SINGLE)
def test_an_order_against_the_market(fields: dict[str, object], expected: list[str]) -> None:
    """Each kind by itself."""
    assert looks(group(order(**fields))) == expected


def test_the_only_limit_that_does_not_wait_is_looked_at() -> None:
    """By any distance through the market; if all of them trade at once it is intended."""
    waiting = [order(f"w{at}", price=140 + at) for at in range(3)]
    assert looks(group(*waiting, order("now", price="150.20"))) == ["trades-at-once now"]
    assert looks(group(*(order(f"n{at}", price="150.20", volume=at + 1) for at in range(3)))) == []


def test_a_market_that_is_not_known_makes_nothing_odd() -> None:
    """Unknown is no reason."""
    assert looks(group(order(price="1450")), market=None) == []


def test_it_is_said_how_far_and_from_what() -> None:
    """The figure and the usual one."""
    assert message(group(order(price="1450"))) == (
        "it trades at once: buy at 1,450, 865.4 % through the ask of 150.2"
    )
    assert message(group(order(price="14.5"))) == "buy at 14.5, 90.3 % below the market, 150.15"
    post = message(group(order(price="166", oflags="post")))
    assert post.startswith("`post` has it refused, for it would trade at once: buy at 166, 10.5 % through")
    passed = message(group(order(type="sell", ordertype="stop-loss", price="160")))
    assert passed == "its trigger 160 has been passed, the last trade was at 150.1: it trades at once"
