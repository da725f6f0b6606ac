"""An order as the feed has shown it: readable whatever the feed has shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.protocol import OpenOrder


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
    order = OpenOrder("O", {"status": status})
    assert (order.status, order.terminal) == (status, terminal)


@pytest.mark.parametrize("fields", [{}, {"status": None}, {"status": ["closed"]}])
def test_a_status_that_was_never_said_is_empty(fields):
    """Fill updates have no status."""
    order = OpenOrder("O", fields)
    assert (order.status, order.terminal) == ("", False)


@pytest.mark.parametrize(
    ("value", "userref"),
    [(None, None), (0, None), ("0", None), ("", None), (17, "17"), (-3, "-3"), ("17", "17"), ([17], None)],
)
def test_a_userref_of_zero_is_none(value, userref):
    """The feed says 0 where none was given."""
    assert OpenOrder("O", {"userref": value}).userref == userref
    assert OpenOrder("O").userref is None


@pytest.mark.parametrize(("value", "cl_ord_id"), [("a-b", "a-b"), (None, None), (5, None)])
def test_a_cl_ord_id_is_text_or_none(value, cl_ord_id):
    """Anything else is not a client order id."""
    assert OpenOrder("O", {"cl_ord_id": value}).cl_ord_id == cl_ord_id


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
    assert str(OpenOrder("O", {"vol_exec": value}).executed) == executed


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
    assert OpenOrder("O", fields).filled is filled
