"""From a request to an order in the book, for those who ask and for the exchange itself."""

from __future__ import annotations

import json

import pytest

from runner.kraken import decode_request, fields_of
from runner.paper import Options
from runner.paper.exchange.order_entry import validates
from runner.paper.options.options import RequestOptions
from tests.paper.builders import Desk, order


@pytest.mark.parametrize(
    ("validate", "strict", "lenient"),
    [
        (None, False, False),
        ("true", True, True),
        (True, True, True),
        ("false", False, True),
        ("", False, True),
    ],
)
def test_what_counts_as_validate(validate: str | bool | None, strict: bool, lenient: bool) -> None:
    """By default its presence; by the option what it says."""
    assert validates(validate, Options(requests=RequestOptions(validate_false_validates=False))) is strict
    assert validates(validate, Options()) is lenient


def test_terms_are_those_of_the_request() -> None:
    """Every field of the request that outlives its acceptance is in the order."""
    desk = Desk()
    txid = desk.placed(
        oflags="post",
        timeinforce="GTD",
        expiretm="+60",
        starttm="+5",
        leverage="2",
        stp_type="cancel_both",
        sender_sub_id="desk-7",
        userref="-3",
        close_ordertype="limit",
        close_price="160",
    )
    terms = desk.exchange.state().live[txid].terms

    assert terms.oflags == ("post", "fciq")
    assert (terms.starttm, terms.expiretm) == (desk.now + 5, desk.now + 60)
    assert (terms.leverage, terms.stp_type, terms.sender_sub_id) == ("2", "cancel_both", "desk-7")
    assert (terms.userref, terms.timeinforce) == (-3, "GTD")
    assert terms.close is not None
    assert (terms.close.ordertype, terms.close.price) == ("limit", "160")


def test_a_number_is_used_once() -> None:
    """An order that the exchange places for a fill counts like any other order."""
    desk = Desk()
    desk.placed(price="151", close_ordertype="limit", close_price="160")
    desk.placed()
    state = desk.exchange.state()

    orders = [*state.live.values(), *state.ended.values()]
    assert sorted(order.terms.number for order in orders) == [0, 1, 2]
    assert len({order.txid for order in orders}) == 3


def test_what_a_reply_echoes() -> None:
    """The reqid, although it came before or a user reference is there, and the client's id as it was sent."""
    desk = Desk()
    dashed = "6D1B345E-2821-40E2-AD83-4ECB18A06876"
    replies = [desk.add(reqid=7, userref="3"), desk.add(reqid=7, cl_ord_id=dashed), desk.add(reqid=0)]

    assert [(reply.status, reply.reqid, reply.cl_ord_id) for reply in replies] == [
        ("ok", 7, None),
        ("ok", 7, dashed),
        ("ok", 0, None),
    ]
    assert desk.add().reqid is None


def test_fields_that_v1_does_not_have_change_nothing() -> None:
    """Fields of REST or v2 that the page lacks are ignored."""
    more = {"trigger": "index", "displayvol": "0.1", "trades": True, "broker": "x", "asset_class": "y"}
    wire = {"event": "addOrder", **fields_of(order(reqid=1)), **more, "token": "t"}

    assert decode_request(json.dumps(wire))[0] == order(reqid=1)
