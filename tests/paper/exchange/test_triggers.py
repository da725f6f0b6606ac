"""Orders that wait for a price: when they fire, and what they are then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import OpenOrders
from runner.paper import Options
from runner.paper.options.kinds import CrossedTrigger, TriggerNews
from runner.paper.options.options import FeedOptions, OrderOptions
from runner.paper.state.orders import reached
from tests.paper.builders import Desk, table

SELL_STOP = {"ordertype": "stop-loss", "type": "sell", "price": "140"}


@pytest.mark.parametrize(
    ("type", "ordertype", "last", "fires"),
    [
        ("sell", "stop-loss", 139, True),
        ("sell", "stop-loss", 140, True),
        ("sell", "stop-loss", 141, False),
        ("buy", "stop-loss-limit", 141, True),
        ("buy", "stop-loss-limit", 139, False),
        ("sell", "take-profit", 141, True),
        ("sell", "take-profit", 139, False),
        ("buy", "take-profit-limit", 139, True),
        ("buy", "trailing-stop", 141, True),
        ("sell", "trailing-stop-limit", 139, True),
    ],
)
def test_reached(type: str, ordertype: str, last: int, fires: bool) -> None:
    """A stop is hit by the market going against the order, a profit is taken when it goes with it."""
    assert reached(type, ordertype, Decimal(140), Decimal(last)) is fires


def test_a_stop_loss_becomes_a_market_order() -> None:
    """It rests until the market is there, and takes what the quote gives."""
    desk = Desk()
    desk.placed("A", **SELL_STOP)
    desk.quote("140.10", "140.20")
    desk.quote("139.00", "139.10")

    assert desk.table() == table("""
        A pending sell 0.25000000 ETH/EUR @ stop loss 140.00000
        A open
        A - [stopped]
        A - 0.25000000 at 139.00000, 34.75000 + 0.13900
        A closed 0.25000000 at 139.00000, 34.75000 + 0.13900
    """)


def test_a_take_profit_limit_rests_at_its_limit() -> None:
    """Once touched it is a limit order like any other."""
    desk = Desk()
    desk.placed("A", ordertype="take-profit-limit", type="sell", price="160", price2="161")
    desk.quote("160.00", "160.10")
    assert "161" in str(desk.exchange.state().live)
    desk.quote("161.50", "161.60")

    assert desk.table() == table("""
        A pending sell 0.25000000 ETH/EUR @ take profit 160.00000 -> limit 161.00000
        A open
        A - [touched]
        A - 0.25000000 at 161.00000, 40.25000 + 0.10062
        A closed 0.25000000 at 161.00000, 40.25000 + 0.10062
    """)


@pytest.mark.parametrize("news", list(TriggerNews))
def test_how_a_reached_trigger_is_reported(news: TriggerNews) -> None:
    """As ``misc`` or as a separate flag, and without a status in either case."""
    desk = Desk(options=Options(feeds=FeedOptions(trigger_news=news)))
    desk.placed(**SELL_STOP)
    desk.quote("139.00", "139.10")
    message = desk.messages[3]

    assert isinstance(message, OpenOrders)
    expected = {"misc": "stopped"} if news is TriggerNews.MISC else {"stopped": True}
    assert message.orders[0][1] == expected | {"userref": 0}


def test_a_trigger_that_was_passed_already() -> None:
    """It fires at once, or is refused, as the option says."""
    desk = Desk()
    desk.placed("A", **SELL_STOP | {"price": "155"})
    assert "A closed" in desk.table()

    strict = Desk(options=Options(orders=OrderOptions(crossed_trigger=CrossedTrigger.REFUSE)))
    assert strict.error(**SELL_STOP | {"price": "155"}) == "EOrder:Invalid price"
    assert strict.error(**SELL_STOP) is None


TRAILING: list[tuple[dict[str, Any], list[str], str]] = [
    ({"type": "sell", "price": "+5"}, ["160", "170", "166", "164"], "164.00"),
    ({"type": "sell", "price": "+10%"}, ["200", "190", "179"], "179.00"),
    ({"type": "buy", "price": "+5"}, ["140", "130", "134", "136"], "136.10"),
]


@pytest.mark.parametrize(("fields", "path", "price"), TRAILING)
def test_a_trailing_stop_follows_the_market(fields: dict[str, Any], path: list[str], price: str) -> None:
    """It goes with the market's best price, stays when it turns, and fires at its distance."""
    desk = Desk()
    txid = desk.placed(ordertype="trailing-stop", **fields)
    for bid in path[:-1]:
        desk.quote(f"{bid}.00", f"{bid}.10")
        assert desk.exchange.state().live[txid].waits
    desk.quote(f"{path[-1]}.00", f"{path[-1]}.10")

    (trade,) = desk.exchange.state().trades
    assert str(trade.price) == price


def test_a_trailing_stop_limit_takes_its_limit_along() -> None:
    """The limit keeps its distance from the trigger."""
    desk = Desk(options=Options(feeds=FeedOptions(trailing_news=True)))
    txid = desk.placed("A", ordertype="trailing-stop-limit", type="sell", price="+5", price2="+1")
    desk.quote("160.00", "160.10")
    assert desk.messages[-1].orders[0][1] == {"stopprice": "155.00000", "userref": 0}  # type: ignore[union-attr]
    desk.quote("154.00", "154.10")

    order = desk.exchange.state().live[txid]
    assert (str(order.terms.stop), str(order.terms.limit), order.waits) == ("155.00", "156.00", False)


def test_a_step_of_a_trailing_stop_is_kept() -> None:
    """No feed shows it without an option, and it is on record, because the next trigger depends on it."""
    desk = Desk()
    desk.placed(ordertype="trailing-stop", type="sell", price="+5")
    desk.messages.clear()
    desk.exchange.take_record()
    desk.quote("160.00", "160.10")

    assert desk.messages == []
    assert [sorted(item) for item in desk.exchange.take_record()] == [["now", "quote"]]


def test_one_trigger_may_set_off_the_next() -> None:
    """The trade of a fired order moves the last price, and that may be another one's trigger."""
    desk = Desk()
    desk.placed("A", ordertype="stop-loss", type="buy", price="150.20")
    desk.placed("B", ordertype="market", price=None)

    assert [line for line in desk.table().splitlines() if "closed" in line] == [
        "B closed 0.25000000 at 150.20000, 37.55000 + 0.15020",
        "A closed 0.25000000 at 150.20000, 37.55000 + 0.15020",
    ]


def test_a_stop_that_became_too_dear_is_canceled() -> None:
    """Its hold was computed at its trigger; the market may have gone further."""
    desk = Desk()
    desk.placed("A", ordertype="stop-loss", type="buy", price="160", volume="620")
    desk.quote("200.00", "200.10")

    assert desk.table().splitlines()[-2:] == [
        "A - [stopped]",
        "A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Insufficient funds)",
    ]
