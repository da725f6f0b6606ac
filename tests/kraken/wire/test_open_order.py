"""An order as the feed has shown it: readable whatever the feed has shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Executed
from runner.kraken import Description, ListedOrder, OpenOrder, executed_of
from runner.kraken.wire.open_order import OrderNews


@pytest.mark.parametrize(
    ("status", "terminal"),
    [
        ("pending", False),
        ("open", False),
        ("closed", True),
        ("canceled", True),
        ("expired", True),
        ("new", False),
    ],
)
def test_an_order_ends_in_one_of_three_ways(status, terminal):
    """Only closed, canceled and expired are ends; a new word is none."""
    order = OpenOrder.read("O", {"status": status})
    assert (order.status, order.terminal) == (status, terminal)


@pytest.mark.parametrize("fields", [{}, {"status": None}, {"status": ["closed"]}])
def test_a_status_that_was_never_said_is_empty(fields):
    """Fill updates have no status."""
    order = OpenOrder.read("O", fields)
    assert (order.status, order.terminal) == ("", False)


@pytest.mark.parametrize(
    ("value", "userref"),
    [(None, None), (0, None), ("0", None), ("", None), (17, "17"), (-3, "-3"), ("17", "17"), ([17], None)],
)
def test_a_userref_of_zero_is_none(value, userref):
    """The feed says 0 where none was given."""
    assert OpenOrder.read("O", {"userref": value}).userref == userref
    assert OpenOrder("O").userref is None


@pytest.mark.parametrize(("value", "cl_ord_id"), [("a-b", "a-b"), (None, None), (5, None)])
def test_a_cl_ord_id_is_text_or_none(value, cl_ord_id):
    """Anything else is not a client order id."""
    assert OpenOrder.read("O", {"cl_ord_id": value}).cl_ord_id == cl_ord_id


@pytest.mark.parametrize(
    ("value", "executed"),
    [
        ("0.00010000", "0.00010000"),
        (2, "2"),
        (Decimal("0.5"), "0.5"),
        (None, "0"),
        ("", "0"),
        ("NaN", "0"),
        ("-Infinity", "0"),
        ("much", "0"),
        ({}, "0"),
    ],
)
def test_executed_is_a_number_always(value, executed):
    """Its digits are kept; what is no number counts as nothing executed."""
    assert str(OpenOrder.read("O", {"vol_exec": value}).executed) == executed


@pytest.mark.parametrize(
    ("fields", "filled"),
    [
        ({"status": "closed", "vol": "1", "vol_exec": "1.00000000"}, True),
        ({"status": "closed", "vol": "1", "vol_exec": "0.9"}, False),
        ({"status": "canceled", "vol": "1", "vol_exec": "1"}, False),
        ({"status": "closed"}, True),
        ({"status": "closed", "vol": "?"}, True),
        ({"status": "closed", "cancel_reason": "Liquidation"}, False),
        ({"vol": "1", "vol_exec": "1"}, False),
    ],
)
def test_an_order_is_filled_when_its_volume_was_executed(fields, filled):
    """Closed alone does not say it; without a volume the lack of a reason has to do."""
    assert OpenOrder.read("O", fields).filled is filled


ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.lists(st.integers()))
NAMES = [*OrderNews.__struct_fields__, "avg_price"]
DESCR = st.dictionaries(st.sampled_from(["pair", "type", "order", "close"]), ODD)


@given(st.dictionaries(st.sampled_from(NAMES), ODD | DESCR))
def test_an_odd_field_takes_no_other_with_it(fields):
    """A field of another type means nothing; all else is read as if it were alone."""
    whole = OrderNews.of(fields)
    for name in OrderNews.__struct_fields__:
        alone = OrderNews.of({name: fields[name]} if name in fields else {})
        assert getattr(whole, name) == getattr(alone, name)


def test_a_description_is_read_as_far_as_it_is_one():
    """Text is taken, the rest is left; what is no object describes nothing."""
    order = OpenOrder.read("O", {"descr": {"pair": "XBT/EUR", "price": 5, "type": None}})
    assert (order.pair, order.descr) == ("XBT/EUR", Description(pair="XBT/EUR"))
    assert OpenOrder.read("O", {"descr": "buy 1 XBT/EUR"}).descr is None


def test_nothing_that_is_known_is_taken_back():
    """A null and a user reference of 0 say nothing; an empty text says that there is none any more."""
    known = OpenOrder.read("O", {"status": "open", "userref": 17, "vol": "1", "cancel_reason": "why"})
    assert known.after(OrderNews.of({"status": None, "userref": 0, "vol": None})) == known
    assert known.after(OrderNews(cancel_reason="", amended=False)).cancel_reason == ""


AT = "2026-11-22T07:00:10.000000Z"
FIGURES = {"vol_exec": "0.00010000", "cost": "2.64252", "fee": "0.00687", "avg_price": "26425.20000"}


def test_what_was_executed_is_what_the_feed_showed():
    """To the last digit, over sparse updates; the status comes last."""
    order = OpenOrder.read("O", {"status": "open", "vol_exec": "0.00000000", "avg_price": "0.00000"})
    order = order.after(OrderNews.of(FIGURES)).after(OrderNews.of({"status": "closed"}))
    assert executed_of(order, AT) == Executed(status="closed", seen_at=AT, **FIGURES)


def test_a_record_has_the_average_price_under_another_name():
    """REST calls it ``price``; the price of the order's terms is elsewhere."""
    fields = {**FIGURES, "status": "closed", "price": FIGURES["avg_price"], "limitprice": "1.0"}
    del fields["avg_price"]
    assert executed_of(OpenOrder.read("O", fields), AT) == Executed(status="closed", seen_at=AT, **FIGURES)


def test_the_price_of_nothing_is_none():
    """Zero is not a price."""
    nothing = {
        "status": "open",
        "vol_exec": "0.00000000",
        "cost": "0.00000",
        "fee": "0.00000",
        "price": "0.0",
    }
    shown = executed_of(OpenOrder.read("O", nothing), AT)
    assert (shown.vol_exec, shown.cost, shown.fee, shown.avg_price) == (
        "0.00000000",
        "0.00000",
        "0.00000",
        None,
    )


@pytest.mark.parametrize("value", [None, "", "-1", "1E+999999", "NaN", "9" * 31, "1.", [1], True, "\u0661"])
def test_an_amount_that_is_no_plain_decimal_is_unknown(value):
    """Any other content in its place is never taken for a number."""
    assert executed_of(OpenOrder.read("O", {"status": "closed", "cost": value}), AT).cost is None


def test_a_number_is_taken_as_it_was_written():
    """Older captures have numbers in place of text."""
    assert executed_of(OpenOrder.read("O", {"cost": Decimal("2.50")}), AT).cost == "2.50"


def test_a_listed_order_may_name_the_order_that_has_opened_it():
    """As a conditional close does; what is no text is none."""
    for refid, found in (("O2", "O2"), (None, None), ("", None), (5, None)):
        listed = ListedOrder.read("O1", {"status": "open", "refid": refid})
        assert (listed.order.txid, listed.refid) == ("O1", found)


def test_a_stop_limits_a_loss():
    """It is unknown before the order was described."""
    assert not OpenOrder("O1").protective
    for ordertype, protective in (("stop-loss", True), ("trailing-stop-limit", True), ("take-profit", False)):
        order = OpenOrder.read("O1", {"descr": {"ordertype": ordertype}})
        assert order.protective is protective
