"""The orders that are shown of a large plan."""

from __future__ import annotations

from runner.report.text.plans.samples import LARGEST, MOST_TO_LOOK_AT, samples_of
from tests.review.markets import group, order, reviewed


def rungs(number: int, **changed: dict[str, object]) -> list[str]:
    """A ladder, with some other rungs."""
    return [order(f"r{at}", **{"price": 140 - at, **changed.get(f"r{at}", {})}) for at in range(number)]


def test_a_small_plan_is_shown_whole() -> None:
    """Up to the number that fits."""
    review = reviewed(group(*rungs(20)))
    assert samples_of(review.plan, review, 20).shown is None
    assert samples_of(review.plan, review, 19).shown is not None


def test_what_needs_a_look_and_the_largest_and_one_of_each_series_is_shown() -> None:
    """The others are counted below the one that they are like."""
    review = reviewed(group(*rungs(40, r30={"price": "1100"}, r20={"volume": "0.2501"})))
    samples = samples_of(review.plan, review, 30)
    ids = sorted((key.id for key in samples.shown or ()), key=lambda name: int(name[1:]))
    assert "r30" in ids
    assert {f"r{at}" for at in range(LARGEST - 1)} <= set(ids)
    (like,) = samples.like.values()
    assert like.endswith("like it, 101 to 135 in steps of 1, 0.25 to 0.2501")
    shown, counted = len(ids), int(like.split()[0])
    assert shown + counted == 40


def test_what_is_neither_shown_nor_counted_is_said() -> None:
    """No order is lost without a word."""
    odd = [order(f"o{at}", price=str(1000 + at)) for at in range(MOST_TO_LOOK_AT + 7)]
    review = reviewed(group(*odd))
    assert samples_of(review.plan, review, 5).left == "7 more to look at"
    pairs = [order(f"p{at}", pair=f"X{at}/EUR", ordertype="market", price=None) for at in range(90)]
    blind = reviewed(group(*pairs), market=None)
    assert samples_of(blind.plan, blind, 5).left == "50 more orders of 50 other kinds"


def test_without_a_review_series_are_shown() -> None:
    """Offline, and where nothing was looked at."""
    plan = reviewed(group(*rungs(9)), market=None).plan
    samples = samples_of(plan, None, 5)
    assert list(samples.like.values()) == ["8 like it, 132 to 139 in steps of 1, 0.25 each"]
