"""Runs in words."""

from __future__ import annotations

from decimal import Decimal

from runner.journal import RunMoney
from runner.report.wording.history import (
    describe_fees,
    describe_money,
    describe_orders,
    describe_who,
    describe_worth,
)
from tests.report.histories import EUR, FULL, NOT_EVEN_THAT, UNKNOWN, past_run


def test_what_is_not_known_is_said() -> None:
    """And never shown as nothing."""
    assert describe_worth(EUR) == "1,200.50 EUR + 1 unknown"
    assert describe_worth(UNKNOWN) == "unknown XBT (2 orders)"
    assert describe_worth(NOT_EVEN_THAT) == "1 order unknown"
    assert (describe_fees(EUR), describe_fees(UNKNOWN)) == ("3.12 EUR", "")
    assert describe_worth(RunMoney(currency="EUR", known=1)) == "0.00 EUR"
    assert describe_money([EUR, UNKNOWN]) == (
        "1,200.50 EUR + 1 unknown, fees 3.12 EUR, 1 order open when last seen; unknown XBT (2 orders)"
    )
    assert describe_money([]) == "nothing traded"
    assert describe_worth(RunMoney(currency="EUR", worth=Decimal("1e20"), known=1)).startswith(
        "100,000,000,000"
    )


def test_orders_and_people() -> None:
    """By outcome, in the manifest's words; whoever is not known is called unknown."""
    assert describe_orders(FULL.runs[0]) == "3 placed (1 already), 1 unresolved"
    assert describe_orders(FULL.runs[2]) == "no orders"
    assert describe_who(FULL.runs[2]) == "unknown"
    assert (
        describe_who(past_run(actor="bob", job="https://ci.example/7")) == "bob, ci-7, https://ci.example/7"
    )
