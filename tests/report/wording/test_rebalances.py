"""The words of a rebalance: shares that say something, and reasons."""

from __future__ import annotations

import pytest

from runner.rebalance import BatchFile, Writing, describe_line
from runner.report.wording.rebalances import (
    describe_file,
    describe_leftovers,
    describe_shortage,
    summary_of,
)
from tests.report.rebalances import blocked, drifted, short_of_money, within


def test_a_smaller_order_says_why() -> None:
    """Beside the order; and the share of all buys that is paid for is said once."""
    ether = short_of_money().lines[0]
    assert describe_line(ether).endswith("(the money is not enough: all buys are smaller in proportion)")
    assert describe_shortage(short_of_money()) == "the money pays for 86.9 % of what the buys should be"
    assert describe_shortage(drifted()) == ""


def test_the_last_line_says_what_follows() -> None:
    """Nothing, orders with their sums, or that none is possible and for which currencies."""
    assert summary_of(within()) == "within its bands: no orders"
    assert summary_of(drifted()) == "outside its bands: 1 sell for 9,334.32 EUR, 1 buy for 5,409.58 EUR"
    assert summary_of(blocked()) == "outside its bands (ETH, XBT), and no order is possible"


def test_what_cannot_be_sold_has_a_way_out() -> None:
    """It would be outside for ever; a currency that is to stay is no leftover."""
    assert describe_leftovers(blocked()).startswith("SOL: what is left is too little")
    assert describe_leftovers(drifted()) == ""


@pytest.mark.parametrize(
    ("writing", "text"),
    [
        (Writing.WRITTEN, "batch core: core.yaml"),
        (Writing.UNCHANGED, "batch core: core.yaml, which is as it was"),
        (Writing.NONE, ""),
        (Writing.FAILED, ""),
    ],
)
def test_what_became_of_the_file(writing: Writing, text: str) -> None:
    """A failure is a message, and no result."""
    assert describe_file(BatchFile(name="core", path="core.yaml", writing=writing)) == text
