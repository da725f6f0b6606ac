"""Problems of single orders. Each check has its files in `tests/acceptance/reviews`."""

from __future__ import annotations

import pytest

from runner.domain import Market
from runner.review import Severity
from runner.review.findings import FindingRule
from tests.review.markets import INSTRUMENTS, NOW, QUOTES, found, group, instrument, order, reviewed


def test_offline_nothing_is_said_of_a_market_that_was_not_read() -> None:
    """Without a market only times can be wrong."""
    orders = (order("a", price="145.123", volume="0.0001"), order("b", expiretm="1795341500"))
    assert found(reviewed(group(*orders), market=None)) == ["expiretm one/b"]


def test_a_pair_without_a_quote_is_checked_as_far_as_it_can_be() -> None:
    """Steps and minimums need no price."""
    market = Market(instruments=INSTRUMENTS, at=NOW)
    orders = (order("a", price="145.123"), order("b", ordertype="market", price=None, volume="0.001"))
    assert found(reviewed(group(*orders), market=market)) == [
        "tick-size one/a",
        "empty-book one/a",
        "ordermin one/b",
    ]


def test_what_the_exchange_does_not_say_is_no_limit() -> None:
    """Without a minimum nothing is below it."""
    free = {"ETH/EUR": instrument("ETH/EUR", ordermin=None, costmin=None)}
    market = Market(instruments=free, quotes=QUOTES, at=NOW)
    assert found(reviewed(group(order(volume="0.00001")), market=market)) == []


@pytest.mark.parametrize("on_reject", ["stop", "unwind", "continue"])
def test_what_the_next_moment_may_undo_weighs_less_where_a_reject_is_no_harm(on_reject: str) -> None:
    """A crossing ``post`` is an error, and a warning where the group goes on after a reject."""
    (finding,) = reviewed(group(order(price="151", oflags="post"), on_reject=on_reject)).findings
    assert finding.severity is (Severity.WARNING if on_reject == "continue" else Severity.ERROR)


def test_a_position_may_be_smaller_than_an_order() -> None:
    """An order that settles it is compared with no minimum."""
    checked = order(ordertype="settle-position", price=None, volume="0.001", leverage="2")
    assert found(reviewed(group(checked))) == []


def test_a_finding_says_where_and_what_to_write() -> None:
    """Line and column are the order's."""
    (finding,) = reviewed(group(order("fine"), order("a", price="145.123"))).findings
    assert (finding.place.line, finding.place.column) == (7, 10)
    assert finding.hint == "write 145.12 or 145.13"


@pytest.mark.parametrize("price", ["140", "-2%"])
def test_the_second_price_is_held_against_the_tick_size_by_itself(price: str) -> None:
    """Also where the first one is right, or is relative."""
    checked = order(type="sell", ordertype="stop-loss-limit", price=price, price2="130.995")
    (finding,) = (found for found in reviewed(group(checked)).findings if found.rule is FindingRule.TICK_SIZE)
    assert finding.message.startswith("price2 130.995 is not a multiple")
