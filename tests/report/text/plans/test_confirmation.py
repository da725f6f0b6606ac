"""The text that a person reads before real orders leave. It is kept whole in ``golden/confirm.txt``."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.report.lines import plain
from runner.report.text.plans.confirmation import confirmation_lines
from tests.report.builders import Journal, batch_of
from tests.report.cases import filled, in_doubt, quickstart, rebalance, unwound

HEAD = "version: 1\nname: one\ngroups: [{name: g, orders: [{id: a, pair: ETH/EUR, type: buy, volume: 2, "


@pytest.mark.parametrize(
    ("terms", "worth"),
    [
        ("ordertype: limit, price: 150.50", "301"),
        ("ordertype: stop-loss-limit, price: 140, price2: 139.5", "280"),
        ("ordertype: stop-loss-limit, price: 140, price2: '+10'", "280"),
        ("ordertype: market, oflags: viqc", "2"),
        ("ordertype: market", None),
        ("ordertype: limit, price: '-2%'", None),
    ],
)
def test_worth_is_volume_times_price(terms: str, worth: str | None) -> None:
    """In the currency that pays; None where the market decides."""
    (order,) = Journal(batch_of(f"{HEAD}{terms}}}]}}]\n")).plan().orders()
    assert order.terms.named_worth == (None if worth is None else Decimal(worth))


def test_what_is_waited_for_is_said_before_the_question() -> None:
    """The run may take as long; once nothing is left to send, there is nothing to wait for."""
    words = "  buy needs sell filled within 15m, otherwise cancel"
    assert words in [plain(line) for line in confirmation_lines(rebalance().plan(), 80)]
    assert words not in [plain(line) for line in confirmation_lines(filled().plan(), 80)]


def test_the_largest_of_each_currency_is_named() -> None:
    """With its group, so that it can be found."""
    lines = [plain(line) for line in confirmation_lines(quickstart().plan(), 120)]
    assert lines == [
        "about to apply quickstart at paper, from batches/quickstart.yaml",
        "  4 orders to send, 3 cancellations",
        "  largest: 38.75 EUR, offer/sell-eth: sell 0.25 ETH/EUR @ limit 155",
        "  at a price that the market decides: offer/buy-xbt-now",
    ]


def test_orders_in_doubt_are_distinguished() -> None:
    """They are looked up before anything is sent."""
    lines = [plain(line) for line in confirmation_lines(in_doubt().plan(), 120)]
    assert "  2 orders to send, 3 cancellations" in lines
    assert "  1 in doubt from an earlier run, to look up first" in lines


def test_what_will_be_skipped_is_not_counted() -> None:
    """A person says yes to what leaves, and to nothing else."""
    lines = [plain(line) for line in confirmation_lines(unwound().plan(), 120)]
    assert lines[1:] == ["  no orders to send, no cancellations"]
