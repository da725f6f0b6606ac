"""The course of orders at the exchange, as a table of what the feeds say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.paper import Options
from runner.paper.options.kinds import PostOnlyRefusal, ValidateReply
from runner.paper.options.options import MarketOptions, OrderOptions, RequestOptions
from tests.paper.builders import NOW, Desk, table

SHALLOW = Options(market=MarketOptions(depth=Decimal("0.1")))


def test_the_documents_order() -> None:
    """The reply to the exchange's own example has exactly its shape, with a txid of its form."""
    status = Desk().add()

    assert status.status == "ok"
    assert status.descr == "buy 0.25000000 ETHEUR @ limit 150"
    assert status.txid is not None
    assert [len(part) for part in status.txid.split("-")] == [6, 5, 6]


def test_a_resting_order_is_filled_when_the_market_comes() -> None:
    """It trades at its own price, with the maker's fee."""
    desk = Desk()
    desk.placed("A")
    desk.quote("149.00", "149.10")

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 150.00000
        A open
        A - 0.25000000 at 150.00000, 37.50000 + 0.09375
        A closed 0.25000000 at 150.00000, 37.50000 + 0.09375
    """)


def test_a_crossing_order_takes_the_quote() -> None:
    """It trades at the quote's price, with the taker's fee."""
    desk = Desk()
    desk.placed("A", price="151")

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 151.00000
        A open
        A - 0.25000000 at 150.20000, 37.55000 + 0.15020
        A closed 0.25000000 at 150.20000, 37.55000 + 0.15020
    """)


def test_price_then_time() -> None:
    """The market crosses several orders: the best price goes first, and among equals the older one."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.6"))))
    for name, price in (("A", "148"), ("B", "149"), ("C", "149"), ("D", "147")):
        desk.placed(name, price=price, volume="0.25")
    desk.messages.clear()
    desk.quote("146.00", "146.50")

    assert desk.table() == table("""
        B - 0.25000000 at 149.00000, 37.25000 + 0.09312
        B closed 0.25000000 at 149.00000, 37.25000 + 0.09312
        C - 0.25000000 at 149.00000, 37.25000 + 0.09312
        C closed 0.25000000 at 149.00000, 37.25000 + 0.09312
        A - 0.10000000 at 148.00000, 14.80000 + 0.03700
    """)


def test_partial_fills_are_cumulative() -> None:
    """Each fresh quote gives a little more; updates of fills have no status."""
    desk = Desk(options=SHALLOW)
    desk.placed("A", type="sell", price="150.10", volume="0.25")
    desk.quote("150.20", "150.30")
    desk.quote("150.20", "150.30")

    assert desk.table() == table("""
        A pending sell 0.25000000 ETH/EUR @ limit 150.10000
        A open
        A - 0.10000000 at 150.10000, 15.01000 + 0.06004
        A - 0.20000000 at 150.10000, 30.02000 + 0.09756
        A - 0.25000000 at 150.10000, 37.52500 + 0.11632
        A closed 0.25000000 at 150.10000, 37.52500 + 0.11632
    """)


def test_a_partly_filled_order_ends_canceled() -> None:
    """Its end says how much was executed."""
    desk = Desk(options=SHALLOW)
    txid = desk.placed("A", price="151")
    desk.messages.clear()
    desk.cancel(txid)

    assert desk.table() == "A canceled 0.10000000 at 150.20000, 15.02000 + 0.06008 (User requested)"


def test_ioc() -> None:
    """A part that cannot trade at once is canceled at once."""
    desk = Desk(options=SHALLOW)
    desk.placed("A", price="151", timeinforce="IOC")
    desk.placed("B", timeinforce="IOC")

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 151.00000
        A open
        A - 0.10000000 at 150.20000, 15.02000 + 0.06008
        A canceled 0.10000000 at 150.20000, 15.02000 + 0.06008 (Immediate or cancel)
        B pending buy 0.25000000 ETH/EUR @ limit 150.00000
        B open
        B canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Immediate or cancel)
    """)


def test_market_orders() -> None:
    """They take what is there; the rest is canceled."""
    desk = Desk(options=SHALLOW)
    status = desk.add(ordertype="market", price=None)
    desk.names[str(status.txid)] = "A"
    desk.placed("B", ordertype="market", price=None, type="sell", volume="0.1")

    assert status.descr == "buy 0.25000000 ETHEUR @ market"
    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ market 0.00000
        A open
        A - 0.10000000 at 150.20000, 15.02000 + 0.06008
        A canceled 0.10000000 at 150.20000, 15.02000 + 0.06008 (Insufficient liquidity)
        B pending sell 0.10000000 ETH/EUR @ market 0.00000
        B open
        B - 0.10000000 at 150.10000, 15.01000 + 0.06004
        B closed 0.10000000 at 150.10000, 15.01000 + 0.06004
    """)


def test_a_volume_in_the_quote_currency() -> None:
    """With ``viqc`` a market buy says what it spends; the order is booked in base units, rounded down."""
    status = Desk().add(ordertype="market", price=None, oflags="viqc", volume="100")

    assert status.descr == "buy 0.66577896 ETHEUR @ market"


def test_gtd_expires() -> None:
    """It ends at its own time, however late that is noticed."""
    desk = Desk()
    txid = desk.placed("A", timeinforce="GTD", expiretm="+60")
    desk.messages.clear()

    assert desk.exchange.timer() == NOW + 60
    desk.wait(59)
    assert desk.table() == ""
    desk.wait(11)
    assert desk.table() == "A expired 0.00000000 at 0.00000, 0.00000 + 0.00000 (Expired)"
    assert desk.exchange.state().ended[txid].closetm == NOW + 60
    assert desk.exchange.timer() is None


def test_starttm() -> None:
    """A scheduled order is pending, holds its funds, and starts at its time."""
    desk = Desk()
    txid = desk.placed("A", starttm="+60", price="151")

    assert txid in desk.exchange.state().holds
    desk.wait(60)
    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 151.00000
        A open
        A - 0.25000000 at 150.20000, 37.55000 + 0.15020
        A closed 0.25000000 at 150.20000, 37.55000 + 0.15020
    """)


def test_a_scheduled_market_order_that_became_too_dear() -> None:
    """The price has run away from what was held for it."""
    desk = Desk()
    desk.placed("A", ordertype="market", price=None, volume="600", starttm="+60")
    desk.quote("300.00", "300.10")
    desk.messages.clear()
    desk.wait(60)

    assert desk.table() == table("""
        A open
        A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Insufficient funds)
    """)


def test_post_only_may_be_accepted_and_then_canceled() -> None:
    """The other reading of where a crossing ``post`` order ends."""
    desk = Desk(options=Options(orders=OrderOptions(post_only_refusal=PostOnlyRefusal.CANCEL)))
    desk.placed("A", oflags="post", price="151")

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 151.00000
        A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Post only order)
    """)


@pytest.mark.parametrize(
    ("validate", "shape", "txid"),
    [("true", ValidateReply.WITHOUT_TXID, None), (False, ValidateReply.EMPTY_TXID, "")],
)
def test_validated_orders_are_not_placed(
    validate: str | bool, shape: ValidateReply, txid: str | None
) -> None:
    """Any ``validate`` at all gives a reply with ``descr`` and no txid, and nothing happens."""
    desk = Desk(options=Options(orders=OrderOptions(validate_reply=shape)))
    status = desk.add(validate=validate)

    assert (status.status, status.txid) == ("ok", txid)
    assert status.descr == "buy 0.25000000 ETHEUR @ limit 150"
    assert desk.table() == ""


def test_validate_false_may_mean_no() -> None:
    """The option that reads ``false`` as a person would."""
    options = Options(requests=RequestOptions(validate_false_validates=False))

    assert Desk(options=options).add(validate=False).txid
    assert not Desk(options=options).add(validate="True").txid


RELATIVE = [
    ({"price": "-2%"}, "147.1"),
    ({"price": "#1"}, "149.1"),
    ({"price": "#1", "type": "sell"}, "151.1"),
    ({"price": "+1", "type": "sell"}, "151.1"),
]


@pytest.mark.parametrize(("fields", "limit"), RELATIVE)
def test_relative_prices_are_resolved_at_booking(fields: dict[str, str], limit: str) -> None:
    """They refer to the last trade, which the opening puts at 150.10, and are rounded to the tick."""
    desk = Desk()
    txid = desk.placed(**fields)

    assert desk.exchange.state().live[txid].terms.limit == Decimal(limit)
