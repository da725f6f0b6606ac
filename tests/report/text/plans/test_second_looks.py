"""Second looks on top of a plan, a prompt and a comment."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from runner.report import Format, Output
from runner.report.lines import plain, width_of
from runner.report.text.plans.plan import plan_lines
from runner.report.text.plans.second_looks import ROOM_LINES, look_lines
from tests.review.markets import group, order, reviewed
from tests.review_recall.measuring import verdict

if TYPE_CHECKING:
    from runner.review import Review

FIRST_SCREEN = 40


def text(review: Review, width: int) -> list[str]:
    """The lines of second looks."""
    return [plain(line) for line in look_lines(review, width)]


def markdown(review: Review) -> str:
    """The comment."""
    stdout = io.StringIO()
    Output(Format.MARKDOWN, stdout=stdout, stderr=io.StringIO()).plan(review.plan, review)
    return stdout.getvalue()


def test_an_order_is_named_with_its_line_and_its_reasons() -> None:
    """And with what is at stake."""
    assert text(reviewed(group(order("a"), order("b", price="1450"))), 120) == [
        "worth a second look: 1 order",
        "  one/b, line 7: buy 0.25 ETH/EUR @ limit 1450; 398.75 USD at stake",
        "    it trades at once: buy at 1,450, 865.4 % through the ask of 150.2 [trades-at-once]",
    ]
    assert text(reviewed(group(order("a"))), 120) == []


def test_they_leave_the_rest_of_the_screen_free() -> None:
    """Orders without room are counted."""
    review = reviewed(group(*(order(f"o{at}", price=str(1000 + at)) for at in range(50))))
    lines = text(review, 80)
    assert len(lines) <= ROOM_LINES + 1
    assert lines[-1].endswith("more orders, which --format json shows")
    assert all(width_of(line) <= 80 for line in lines)


@pytest.mark.parametrize("seed", range(12))
def test_a_mistake_is_on_the_first_screen(seed: int) -> None:
    """Of the text at 80 and at 120 columns, and of the comment, however many orders there are."""
    mistake, review = verdict(seed, 20, 400)
    if not mistake.flagged:
        pytest.skip("this one is found by a check, or not at all")
    for width in (80, 120):
        first = [plain(line) for line in plan_lines(review.plan, width, review)][:FIRST_SCREEN]
        assert any(mistake.order in line for line in first)
    top = markdown(review).partition("<details")[0]
    assert mistake.order in top


def test_nothing_of_what_needs_a_look_is_dimmed() -> None:
    """Neither in its own row."""
    review = reviewed(group(order("a"), order("b", price="1450")))
    rows = [line for line in plan_lines(review.plan, 120, review) if "1,450" in plain(line)]
    assert len(rows) == 2
    assert all(span.style != "dim" or "trades-at-once" in span.text for line in rows for span in line)
