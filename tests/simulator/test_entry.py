"""From a request to an order in the book, for those who ask and for the exchange itself."""

from __future__ import annotations

import pytest

from runner.simulator import Options
from runner.simulator.entry import validates
from tests.simulator.builders import Desk


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
    assert validates(validate, Options(validate_false_validates=False)) is strict
    assert validates(validate, Options()) is lenient


def test_terms_are_what_was_asked_for() -> None:
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
    """What the exchange places for a fill counts like any other order."""
    desk = Desk()
    desk.placed(price="151", close_ordertype="limit", close_price="160")
    desk.placed()
    state = desk.exchange.state()

    orders = [*state.live.values(), *state.ended.values()]
    assert sorted(order.terms.number for order in orders) == [0, 1, 2]
    assert len({order.txid for order in orders}) == 3
