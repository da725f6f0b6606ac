"""An order's life: the steps that it may take, and no others."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.orders import BookedOrder, Status, Terms
from tests.support.for_each import for_each

LEGAL = {
    ("pending", "open"),
    ("pending", "canceled"),
    ("pending", "expired"),
    ("open", "closed"),
    ("open", "canceled"),
    ("open", "expired"),
}


def booked(status: Status = Status.PENDING, txid: str = "A") -> BookedOrder:
    """An order of one unit."""
    terms = Terms(
        txid=txid,
        number=0,
        instrument=INSTRUMENTS["ETH/EUR"],
        type="buy",
        ordertype="limit",
        volume=Decimal(1),
        opentm=0.0,
        userref=7,
    )
    return BookedOrder(terms=terms, status=status)


@for_each(list(product(Status, Status)))
def test_steps(before: Status, after: Status) -> None:
    """A step that is not in the table is our own mistake."""
    if (before, after) in LEGAL:
        assert booked(before).stepped(after, 5.0).status is after
    else:
        with pytest.raises(AssertionError):
            booked(before).stepped(after, 5.0)


def test_only_an_open_order_is_filled_and_never_too_far() -> None:
    """Volume, cost and fee add up."""
    order = booked(Status.OPEN).filled(Decimal("0.4"), Decimal(40), Decimal(1), 1.0)

    assert (order.executed, order.remaining, order.cost, order.fee) == (Decimal("0.4"), Decimal("0.6"), 40, 1)
    with pytest.raises(AssertionError):
        order.filled(Decimal("0.7"), Decimal(70), Decimal(1), 2.0)
    with pytest.raises(AssertionError):
        booked().filled(Decimal(1), Decimal(1), Decimal(0), 0.0)
