"""All second looks, in the order in which they are to be read."""

from __future__ import annotations

from decimal import Decimal

from tests.review.looks.looking import ladder, looks
from tests.review.markets import MARKET, group, order, reviewed


def test_most_money_comes_first_and_an_order_stays_together() -> None:
    """In any order of the file; unknown money could be any."""
    small = order("small", price="1450", volume="0.01")
    large = order("large", type="sell", ordertype="stop-loss-limit", price="160", price2="165", volume="3")
    unknown = order(
        "unknown",
        pair="XYZ/ABC",
        ordertype="limit",
        price="1",
        volume="1",
        close="{ordertype: limit, price: 9}",
    )
    found = reviewed(group(small, large, unknown)).second_looks
    assert [look.order.id for look in found] == ["unknown", "large", "large", "small"]
    assert [look.at_stake for look in found[1:]] == [Decimal("544.5"), Decimal("544.5"), Decimal("15.95")]


def test_one_reason_is_said_once() -> None:
    """A price that breaks its ladder is also far away from it."""
    assert looks(ladder(20, r8={"price": "13.7"}), market=None) == ["price-breaks-series r8"]


def test_what_is_not_sent_is_not_looked_at() -> None:
    """Only what would leave."""
    assert MARKET is not None
    assert looks(group(cancel="[OUEMWD-CUO73-YYCBEK]")) == []
