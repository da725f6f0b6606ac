"""An order message in words."""

from __future__ import annotations

from runner.report.wording.orders import describe_order, describe_sent_order
from tests.support.for_each import for_each

LIMIT = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "150", "volume": "0.25"}
MARKET = {"pair": "ETH/EUR", "type": "buy", "ordertype": "market", "volume": "0.25"}


@for_each(
    [
        (LIMIT, "buy 0.25 ETH/EUR @ limit 150"),
        (LIMIT | {"price": "0.10", "volume": "1.50"}, "buy 1.50 ETH/EUR @ limit 0.10"),
        (MARKET, "buy 0.25 ETH/EUR @ market"),
        (LIMIT | {"price": "+2%"}, "buy 0.25 ETH/EUR @ limit +2% relative to the last price"),
        (LIMIT | {"price": "#5"}, "buy 0.25 ETH/EUR @ limit #5 relative to the last price"),
        (
            LIMIT | {"ordertype": "stop-loss-limit", "price": "140", "price2": "139.5"},
            "buy 0.25 ETH/EUR @ stop-loss-limit 140 -> limit 139.5",
        ),
        (
            LIMIT | {"ordertype": "take-profit-limit", "price": "160", "price2": "-1"},
            "buy 0.25 ETH/EUR @ take-profit-limit 160 -> limit -1 relative to the trigger",
        ),
        (LIMIT | {"ordertype": "trailing-stop", "price": "+1%"}, "buy 0.25 ETH/EUR @ trailing-stop +1%"),
        (MARKET | {"oflags": "viqc"}, "buy 0.25 ETH/EUR @ market, viqc (the volume is in EUR)"),
        (LIMIT | {"oflags": "post,fcib"}, "buy 0.25 ETH/EUR @ limit 150, post, fcib"),
        (LIMIT | {"timeinforce": "GTC"}, "buy 0.25 ETH/EUR @ limit 150"),
        (LIMIT | {"timeinforce": "IOC"}, "buy 0.25 ETH/EUR @ limit 150, IOC"),
        (LIMIT | {"leverage": "5"}, "buy 0.25 ETH/EUR @ limit 150, leverage 5"),
        (LIMIT | {"margin": True, "reduce_only": True}, "buy 0.25 ETH/EUR @ limit 150, margin, reduce_only"),
        (LIMIT | {"starttm": "+60"}, "buy 0.25 ETH/EUR @ limit 150, starts 60 s after it arrives"),
        (LIMIT | {"starttm": "0"}, "buy 0.25 ETH/EUR @ limit 150"),
        (LIMIT | {"expiretm": "1795341600"}, "buy 0.25 ETH/EUR @ limit 150, expires 2026-11-22 10:00:00 UTC"),
        (LIMIT | {"stp_type": "cancel_both"}, "buy 0.25 ETH/EUR @ limit 150, stp_type cancel_both"),
        (
            LIMIT | {"close[ordertype]": "stop-loss", "close[price]": "120"},
            "buy 0.25 ETH/EUR @ limit 150, each fill closed @ stop-loss 120",
        ),
        (LIMIT | {"userref": "17"}, "buy 0.25 ETH/EUR @ limit 150, userref 17"),
        (LIMIT | {"validate": "true"}, "buy 0.25 ETH/EUR @ limit 150, to be validated only"),
    ]
)
def test_an_order_in_words(fields: dict[str, object], words: str) -> None:
    """In Kraken's own words, numbers as they were typed."""
    assert describe_order(fields) == words


def test_a_derived_id_is_not_said() -> None:
    """It was generated, so it is of no interest to the reader."""
    assert describe_order(LIMIT | {"cl_ord_id": "derived"}, own_id=False) == "buy 0.25 ETH/EUR @ limit 150"


def test_the_terms_of_an_order_are_its_authors_text() -> None:
    """The exchange's description re-formats numbers and the pair."""
    assert describe_sent_order(LIMIT, "buy 0.25000000 ETHEUR @ limit 150") == "buy 0.25 ETH/EUR @ limit 150"


def test_a_relative_price_is_what_the_exchange_made_of_it() -> None:
    """Only its description knows the price."""
    descr = "buy 0.25000000 ETHEUR @ limit 147"
    assert describe_sent_order(LIMIT | {"price": "-2%"}, descr) == descr
    words = "buy 0.25 ETH/EUR @ limit -2% relative to the last price"
    assert describe_sent_order(LIMIT | {"price": "-2%"}, None) == words


def test_an_order_that_never_left_has_no_request() -> None:
    """Neither its fields nor a description are known."""
    assert describe_sent_order(None, None) == ""
    assert describe_sent_order(None, "buy 1 ETHEUR @ market") == "buy 1 ETHEUR @ market"
