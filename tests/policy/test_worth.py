"""The trades of an order and its worth then: every order type, both sides, trigger passed or not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.domain import Leg, Quote
from runner.paper.state.orders import reached
from runner.policy.worth import base_volume, money_of, to_tick, worth_of
from tests.policy.builders import terms
from tests.policy.markets import NOW, quote
from tests.support.for_each import for_each

HERE = quote("149", "151", "150")


def leg(type: str, ordertype: str, price: str | None = None, price2: str | None = None) -> Leg:
    """One order of a pair at 149 to 151, whose last price is 150."""
    return Leg.of("", type, ordertype, price, price2)


@for_each(
    [
        # At the market.
        (leg("buy", "market"), None, True, "151", "151"),
        (leg("sell", "market"), None, True, "149", "149"),
        (leg("sell", "settle-position"), None, False, "149", "149"),
        # Limits: resting, at the touch, and far through the market.
        (leg("buy", "limit", "150"), None, False, "150", "150"),
        (leg("buy", "limit", "151"), None, True, "151", "151"),
        (leg("buy", "limit", "1510"), None, True, "151", "1510"),
        (leg("sell", "limit", "150"), None, False, "150", "150"),
        (leg("sell", "limit", "149"), None, True, "149", "149"),
        (leg("sell", "limit", "1.49"), None, True, "149", "149"),
        (leg("buy", "limit", "+10%"), None, True, "151", "165"),
        (leg("sell", "limit", "-10%"), None, True, "149", "149"),
        # Stops: a buy waits above the last price, a sell below it.
        (leg("buy", "stop-loss", "160"), False, False, "160", "160"),
        (leg("buy", "stop-loss", "150"), True, True, "151", "151"),
        (leg("buy", "stop-loss", "140"), True, True, "151", "151"),
        (leg("sell", "stop-loss", "140"), False, False, "140", "140"),
        (leg("sell", "stop-loss", "150"), True, True, "149", "149"),
        (leg("sell", "stop-loss", "160"), True, True, "149", "149"),
        # Take-profits: the other way round.
        (leg("buy", "take-profit", "140"), False, False, "140", "140"),
        (leg("buy", "take-profit", "150"), True, True, "151", "151"),
        (leg("buy", "take-profit", "160"), True, True, "151", "151"),
        (leg("sell", "take-profit", "160"), False, False, "160", "160"),
        (leg("sell", "take-profit", "150"), True, True, "149", "149"),
        (leg("sell", "take-profit", "140"), True, True, "149", "149"),
        # Stops with a limit: triggered and through the market, triggered and resting, not triggered.
        (leg("buy", "stop-loss-limit", "140", "152"), True, True, "151", "152"),
        (leg("buy", "stop-loss-limit", "140", "141"), True, False, "141", "141"),
        (leg("buy", "stop-loss-limit", "160", "161"), False, False, "160", "161"),
        (leg("buy", "stop-loss-limit", "160", "155"), False, False, "155", "155"),
        (leg("sell", "stop-loss-limit", "160", "1"), True, True, "149", "149"),
        (leg("sell", "stop-loss-limit", "160", "165"), True, False, "165", "165"),
        (leg("sell", "stop-loss-limit", "140", "1.39"), False, False, "140", "140"),
        (leg("sell", "stop-loss-limit", "140", "145"), False, False, "145", "145"),
        (leg("sell", "stop-loss-limit", "160", "-20"), True, True, "149", "149"),
        # Take-profits with a limit.
        (leg("buy", "take-profit-limit", "160", "152"), True, True, "151", "152"),
        (leg("buy", "take-profit-limit", "160", "140"), True, False, "140", "140"),
        (leg("buy", "take-profit-limit", "140", "141"), False, False, "140", "141"),
        (leg("sell", "take-profit-limit", "140", "141"), True, True, "149", "149"),
        (leg("sell", "take-profit-limit", "140", "155"), True, False, "155", "155"),
        (leg("sell", "take-profit-limit", "160", "159"), False, False, "160", "160"),
        # Trailing stops begin at a distance from the last price, and at none they fire.
        (leg("buy", "trailing-stop", "+10"), False, False, "160", "160"),
        (leg("sell", "trailing-stop", "+10%"), False, False, "135", "135"),
        (leg("buy", "trailing-stop", "+0"), True, True, "151", "151"),
        (leg("sell", "trailing-stop", "+0"), True, True, "149", "149"),
        (leg("buy", "trailing-stop-limit", "+10", "+1"), False, False, "160", "161"),
        (leg("sell", "trailing-stop-limit", "+10", "-1"), False, False, "140", "140"),
        (leg("sell", "trailing-stop-limit", "+0", "-5"), True, True, "149", "149"),
        (leg("sell", "trailing-stop-limit", "+0", "+5"), True, False, "155", "155"),
    ]
)
def test_every_order_type_on_both_sides(
    order: Leg, triggered: bool | None, at_once: bool, price: str, most: str
) -> None:
    """An order that trades at once has the market's price, one that rests its own."""
    worth = worth_of(order, HERE)
    assert (worth.triggered, worth.at_once) == (triggered, at_once)
    assert (worth.price, worth.most) == (Decimal(price), Decimal(most))


@for_each(
    ["buy", "sell"],
    ["stop-loss", "take-profit", "stop-loss-limit", "take-profit-limit"],
    ["140", "149.99", "150", "150.01", "160"],
)
def test_a_trigger_is_passed_where_the_simulated_exchange_fires_it(
    type: str, ordertype: str, stop: str
) -> None:
    """Two readings of the exchange's page come to the same."""
    worth = worth_of(leg(type, ordertype, stop, "150" if ordertype.endswith("limit") else None), HERE)
    assert worth.triggered is reached(type, ordertype, Decimal(stop), Decimal(150))


@pytest.mark.parametrize(
    ("order", "through"),
    [
        (leg("sell", "limit", "1.49"), "99"),
        (leg("buy", "limit", "1510"), "900"),
        (leg("buy", "limit", "151"), "0"),
        (leg("sell", "stop-loss", "165"), "10"),
        (leg("buy", "stop-loss", "75"), "50"),
        (leg("sell", "stop-loss-limit", "165", "74.5"), "50"),
        (leg("buy", "market"), None),
        (leg("buy", "limit", "150"), None),
    ],
)
def test_how_far_it_is_through_the_market(order: Leg, through: str | None) -> None:
    """A limit beside the other side of the quote, a trigger beside the last trade."""
    assert worth_of(order, HERE).through == (None if through is None else Decimal(through))


def test_a_limit_may_be_far_through_its_own_trigger() -> None:
    """Then it trades at the market once triggered; what rests is on the right side of it."""
    assert worth_of(leg("sell", "stop-loss-limit", "140", "1.40"), HERE).beyond == 99
    assert worth_of(leg("sell", "stop-loss-limit", "140", "145"), HERE).beyond is None
    assert worth_of(leg("buy", "stop-loss-limit", "140", "145"), HERE).beyond is None


def test_what_starts_later_trades_later_at_that_market() -> None:
    """It is not at once, and no low limit hides what it brings."""
    worth = worth_of(leg("sell", "limit", "1.49"), HERE, waits=True)
    assert (worth.at_once, worth.price) == (False, 149)


@pytest.mark.parametrize("missing", ["bid", "ask", "last"])
def test_what_is_not_known_is_none(missing: str) -> None:
    """An order whose price hangs on what is missing has none."""
    prices = {"bid": Decimal(149), "ask": Decimal(151), "last": Decimal(150), missing: Decimal(0)}
    here = Quote(**prices, at=NOW)
    unknown = {
        "bid": [leg("sell", "market"), leg("sell", "limit", "140"), leg("sell", "stop-loss", "160")],
        "ask": [leg("buy", "market"), leg("buy", "stop-loss", "140")],
        "last": [
            leg("sell", "stop-loss", "140"),
            leg("buy", "limit", "-1%"),
            leg("buy", "trailing-stop", "+1"),
        ],
    }
    for item in unknown[missing]:
        worth = worth_of(item, here)
        assert worth.most is None
    assert worth_of(leg("buy", "limit", "160"), None).most == 160
    assert worth_of(leg("sell", "limit", "160"), None).most is None


def test_a_price_of_nothing_is_none() -> None:
    """A relative price that comes to 0 or less has no worth, and is still shown."""
    worth = worth_of(leg("buy", "limit", "-150%"), HERE)
    assert (worth.price, worth.most, worth.at_once) == (None, None, None)
    assert worth.limit is not None
    assert worth.limit.value == -75


def test_money_and_volume() -> None:
    """With viqc the file says what is paid, whatever the price."""
    money = terms(ordertype="market", price=None, oflags="fciq,viqc", volume="302")
    assert (base_volume(money, HERE), base_volume(money, None)) == (2, None)
    assert money_of(money, None, None) == 302
    assert money_of(terms(volume="2"), Decimal(2), Decimal(150)) == 300
    assert money_of(terms(), Decimal(2), None) is None
    assert to_tick(Decimal("150.126"), Decimal("0.01")) == Decimal("150.13")


@pytest.mark.parametrize(
    ("type", "price", "refused"), [("sell", "100", True), ("buy", "200", True), ("sell", "160", False)]
)
def test_post_never_meets_the_market(type: str, price: str, refused: bool) -> None:
    """It rests at its own price, or the exchange refuses it: nothing is received at the market's."""
    worth = worth_of(Leg.of("", type, "limit", price, None, post=True), HERE)
    assert (worth.at_once, worth.refused, worth.price) == (False, refused, Decimal(price))
    assert (worth.through is not None) is refused
