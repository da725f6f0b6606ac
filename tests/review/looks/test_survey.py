"""Orders sorted for comparison, and the words for their numbers."""

from __future__ import annotations

from decimal import Decimal

from runner.review.looks.survey import span_words, survey_of
from runner.review.totals import Converter
from tests.review.markets import MARKET, group, order, snapshot


def test_ladders_are_of_one_group_pair_side_and_type() -> None:
    """Each order is in one."""
    orders = (order("a"), order("b", type="sell", price="155"), order("c", price="144"))
    taken = snapshot(group(*orders), group(order("a"), name="two"))
    survey = survey_of(taken, Converter(MARKET, "EUR"))
    assert [len(members) for members in survey.ladders.values()] == [2, 1, 1]


def test_at_stake_is_the_higher_of_its_worth_and_the_markets() -> None:
    """A sell at a tenth of the market moves what the market pays; in the review's currency."""
    taken = snapshot(
        group(order("a", type="sell", price="14", volume="2"), order("b", price="1450", volume="1"))
    )
    survey = survey_of(taken, Converter(MARKET, "USD"))
    assert [order.at_stake for order in survey.orders] == [Decimal("330.22"), Decimal(1595)]


def test_what_is_usual_leaves_the_outermost_out() -> None:
    """Of ten numbers one at each end."""
    assert span_words([Decimal(number) for number in (1, *([1000] * 5), *([2000] * 5), 9)]) == "9 to 2,000"
    assert span_words([Decimal("0.5")] * 3) == "0.5"
