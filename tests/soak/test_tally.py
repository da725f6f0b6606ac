"""The judgement of a soak."""

from __future__ import annotations

import pytest

from tests.soak.tally import Tally

GOOD = {"sent": 1000, "answered": 985, "cut_off": 10, "unanswered": 5, "orders": 20, "accepted": 19}
FLAT = [(0, 50), (250, 100), (400, 100), (500, 105), (1000, 100)]


@pytest.mark.parametrize(
    ("memory", "growth"),
    [
        ([(0, 50), (250, 100), (499, 100), (500, 100), (1000, 100)], 0.0),
        ([(249, 200), (250, 100), (300, 90), (400, 110), (500, 100), (700, 120), (1000, 90)], 0.2),
        ([(250, 100), (300, 100), (400, 180), (500, 100), (1000, 105)], 0.05),
        ([(0, 50)], 0.0),
        ([], 0.0),
    ],
)
def test_growth_is_the_worst_of_the_second_half(memory: list[tuple[int, int]], growth: float) -> None:
    """As a share of what is usual in the second quarter; a peak there excuses nothing."""
    assert Tally(memory=memory).growth(1000) == pytest.approx(growth)


def test_what_holds_is_not_complained_about() -> None:
    """Memory within the tenth, answers that add up."""
    assert Tally(**GOOD, memory=FLAT).failures(1000) == []


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"protocol_errors": ["what"]}, "protocol error: what"),
        ({"memory": [*FLAT, (1000, 111)]}, "memory grew by 11.0%"),
        ({"answered": 970, "unanswered": 20}, "20 of 1000 messages were not answered"),
        ({"answered": 984}, "the answers do not add up to the messages"),
        ({"accepted": 2}, "2 of 20 orders were accepted: that is no load"),
    ],
)
def test_what_does_not_hold_is_said(changed: dict[str, object], failure: str) -> None:
    """Each by itself."""
    tally = Tally(**{**GOOD, "memory": FLAT, **changed})  # type: ignore[arg-type]
    assert tally.failures(1000) == [failure]
