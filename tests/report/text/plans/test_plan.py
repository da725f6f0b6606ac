"""A plan for the person who reviews it. How it looks is kept in ``golden/plan-*.txt``."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.report.lines import plain, width_of
from runner.report.text.plans.plan import plan_lines
from tests.report.builders import Journal, batch_of, ladder
from tests.report.cases import changed, done, in_doubt, live_plan, quickstart, unwound


def text_of(journal: Journal, width: int = 80) -> list[str]:
    """The plan's lines."""
    return [plain(line) for line in plan_lines(journal.plan(), width)]


@pytest.mark.parametrize(
    ("journal", "summary"),
    [
        (quickstart(), "4 to send, 3 to cancel; this is a plan, nothing was sent"),
        (done(), "nothing to do: 4 already placed, 3 already canceled"),
        (
            in_doubt(),
            "1 to look up first, 2 to send, 1 already placed, 3 to cancel; this is a plan, nothing was sent",
        ),
        (
            changed(),
            "refused: 1 changed after it was placed, 3 already placed, 3 already canceled; "
            "nothing would be sent",
        ),
        (
            unwound(),
            "nothing would be sent: 1 already placed, 1 not tried again, 2 skipped, 3 cancellations skipped",
        ),
    ],
)
def test_the_last_line_counts(journal: Journal, summary: str) -> None:
    """And says that nothing was sent."""
    assert text_of(journal, 200)[-1] == summary


@settings(max_examples=25)
@given(st.integers(60, 140), st.integers(0, 40), st.integers(0, 56))
def test_no_id_is_cut(width: int, orders: int, pad: int) -> None:
    """At any width every id is whole, and lines fit but for long ids."""
    journal = Journal(batch_of(ladder(orders, pad=pad))) if orders else live_plan()
    lines = text_of(journal, width)
    words = " ".join(lines).split()
    assert all(order.key.id in words for order in journal.plan().orders())
    assert all(width_of(line) <= max(width, pad + 20) for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_of_large_batches_samples_are_shown() -> None:
    """A reviewer sees each of 60 orders with its line; of 400 the first, and what the others are like."""
    whole = text_of(Journal(batch_of(ladder(60))))
    assert sum("  send  rung-" in item for item in whole) == 60
    lines = text_of(Journal(batch_of(ladder(400))))
    assert sum("  send  rung-" in line for line in lines) == 1
    assert "399 like it, 8,600 to 8,998 in steps of 1, 0.001 each" in "\n".join(lines)
    assert lines[-1].startswith("400 to send;")
