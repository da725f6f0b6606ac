"""Empty sides of the book: said once a pair, and nothing is made up from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.domain import Gap, Subject
from runner.kraken import quotes_from
from runner.review import review
from tests.review.markets import INSTRUMENTS, MARKET, NOW, account, found, group, order, plan_of, reviewed

NO_PRICES = ["0", "0.00000", "-1", "NaN", "", "stale", None, True, [], "1_0", " 1"]
SIDES = {"a": "ask", "b": "bid", "c": "last trade"}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("nothing", NO_PRICES)
def test_an_empty_side_is_said(side: str, nothing: object) -> None:
    """With any text where there is no price; once, however many orders there are."""
    ticker = {"a": ["150.20"], "b": ["150.10"], "c": ["150.10"], side: [nothing]}
    quotes = quotes_from({"ETH/EUR": ticker}, INSTRUMENTS.values(), NOW)
    market = replace(MARKET, quotes={**MARKET.quotes, **quotes})
    review = reviewed(group(order("a"), order("b")), market=market)
    assert found(review) == ["empty-book one/a"]
    assert review.errors == ()
    assert review.findings[0].message == f"ETH/EUR has no {SIDES[side]} at the moment"


def test_a_pair_without_any_price_is_said_to_have_none() -> None:
    """All three are named."""
    review = reviewed(group(order()), market=replace(MARKET, quotes={}))
    assert review.findings[0].message == "ETH/EUR has no ask and no bid and no last trade at the moment"
    assert found(reviewed(group(order()), market=None)) == []


def test_prices_that_could_not_be_read_make_no_book_empty() -> None:
    """That they are not known is said, and nothing is said of the book."""
    gap = Gap(Subject.PRICES, "/0/public/Ticker: EService:Unavailable")
    looked = review(plan_of(group(order())), replace(MARKET, quotes={}), None, NOW, gaps=[gap])
    assert (found(looked), str(gap) in looked.unchecked) == ([], True)


def test_post_crosses_nothing_in_an_empty_book() -> None:
    """Neither where the other side is empty, nor where it cannot be read."""
    for type, side in (("buy", "a"), ("sell", "b")):
        ticker = {"a": ["150.20"], "b": ["150.10"], "c": ["150.10"], side: ["0"]}
        quotes = quotes_from({"ETH/EUR": ticker}, INSTRUMENTS.values(), NOW)
        batch = group(order(type=type, price="150.15", oflags="post"))
        rich = account(EUR="1000", ETH="10")
        market = replace(MARKET, quotes={**MARKET.quotes, **quotes})
        assert found(reviewed(batch, market=market, account=rich)) == ["empty-book one/a"]


def test_without_bids_nothing_is_worth_zero() -> None:
    """A value that hangs on a missing price is unknown, and so is its sum."""
    empty = quotes_from({"ETH/EUR": {"a": ["1"], "b": ["0"], "c": ["1"]}}, INSTRUMENTS.values(), NOW)
    market = replace(MARKET, quotes={**MARKET.quotes, **empty})
    batch = group(order(type="sell", ordertype="market", price=None))
    totals = reviewed(batch, market=market, account=account(ETH="10")).totals
    assert (totals.pairs[0].notional, totals.reported) == (None, None)
