"""Messages read back: numbers, flags, and the close on the other side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.domain import Leg
from runner.kraken import AddOrder, flags_of, has_quote_volume, terms_of

BARE = AddOrder(pair="ETH/EUR", type="buy", ordertype="market", volume="0.250")


def test_every_field_is_read() -> None:
    """A number is a number, a flag one of several, and what is not there is none."""
    message = AddOrder(
        pair="ETH/EUR",
        type="buy",
        ordertype="stop-loss-limit",
        price="+2%",
        price2="150.50",
        volume="0.250",
        leverage="3",
        margin=True,
        reduce_only=True,
        oflags="post,viqc",
        starttm="+60",
        expiretm="+120",
        timeinforce="GTD",
        close_ordertype="take-profit",
        close_price="160",
    )
    terms = terms_of(message)
    assert terms.order == Leg.of("", "buy", "stop-loss-limit", "+2%", "150.5", post=True)
    assert terms.close == Leg.of("close", "sell", "take-profit", "160", None)
    assert (terms.pair, terms.volume, terms.flags) == ("ETH/EUR", Decimal("0.25"), ("post", "viqc"))
    assert (terms.leverage, terms.margin, terms.reduce_only) == ("3", True, True)
    assert (terms.starttm, terms.expiretm, terms.timeinforce) == ("+60", "+120", "GTD")


def test_what_is_not_there_is_none() -> None:
    """No flags are no flags."""
    terms = terms_of(BARE)
    assert (terms.close, terms.flags, terms.margin, terms.order.price) == (None, (), False, None)
    assert terms_of(AddOrder(pair="ETH/EUR", type="sell", ordertype="market")).volume is None


@pytest.mark.parametrize(
    ("oflags", "flags", "money"),
    [(None, (), False), ("post", ("post",), False), ("fciq,viqc", ("fciq", "viqc"), True)],
)
def test_the_volume_may_be_money(oflags: str | None, flags: tuple[str, ...], money: bool) -> None:
    """One flag says so."""
    message = AddOrder(pair="ETH/EUR", type="buy", ordertype="market", volume="1", oflags=oflags)
    assert (flags_of(message), has_quote_volume(message)) == (flags, money)


@pytest.mark.parametrize("fields", [{"price": "cheap"}, {"volume": "much"}])
def test_what_is_no_number_is_refused(fields: dict[str, str]) -> None:
    """Nothing is guessed."""
    usual = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "1", "volume": "1"}
    with pytest.raises(ValueError, match="not a"):
        terms_of(AddOrder(**{**usual, **fields}))
