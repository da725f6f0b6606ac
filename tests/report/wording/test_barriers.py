"""Waits until a group is filled, in words: what is unknown is never said to be nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import BarrierOutcome, FillBarrier, OrderKey, Otherwise, Place
from runner.planning import FillStatus, OrderFill
from runner.report.lines import Style, plain
from runner.report.wording.barriers import (
    SHOWN_FILLS,
    describe_end,
    describe_fills,
    describe_need,
    end_word,
    fill_status_object,
    outcome_span,
    status_notes,
)

UNTIL, BEFORE, LATER = (f"2026-11-22T10:{time}.000000Z" for time in ("15:00", "14:59", "15:01"))
ROW = {"group": "sell", "within": 900, "otherwise": "cancel", "until": UNTIL, "reason": "sell: 0 of 1"}


def fill(id: str = "a", ordered: str | None = "0.5", executed: str | None = "0.3") -> OrderFill:
    """Return how much is filled of an order."""
    amounts = [None if text is None else Decimal(text) for text in (ordered, executed)]
    return OrderFill(key=OrderKey("sell", id), pair="XBT/EUR", ordered=amounts[0], executed=amounts[1])


def status(outcome: BarrierOutcome, **fields: Any) -> FillStatus:
    """A barrier of a status."""
    barrier = FillBarrier("sell", 900, Otherwise.STOP, Place(9, 14))
    usual = {"group": "buy", "barrier": barrier, "until": UNTIL, "reason": "", "fills": (fill(),)}
    return FillStatus(outcome=outcome, **{**usual, **fields})


@pytest.mark.parametrize(
    ("fills", "words"),
    [
        ([fill()], "0.3 of 0.5 XBT/EUR filled"),
        ([fill(ordered="0.50000000", executed="5E-9")], "0.000000005 of 0.5 XBT/EUR filled"),
        ([fill(executed=None)], "an unknown part of 0.5 XBT/EUR filled"),
        ([fill(ordered=None)], "0.3 of an unknown volume XBT/EUR filled"),
        ([fill(executed="0.5"), fill("b")], "1 of 2 orders filled; b 0.3 of 0.5 XBT/EUR"),
        ([fill(executed="0.5"), fill("b", executed="0.5")], "2 of 2 orders filled"),
        (
            [fill(executed=None), fill("b")],
            "0 of 2 orders known to be filled; a an unknown part of 0.5 XBT/EUR, b 0.3 of 0.5 XBT/EUR",
        ),
    ],
)
def test_how_much_is_filled(fills: list[OrderFill], words: str) -> None:
    """One order by its volumes; of several those that are missing."""
    assert describe_fills(fills) == words


def test_many_missing_orders_are_counted() -> None:
    """A line stays a line."""
    words = describe_fills([fill(f"o{number}") for number in range(SHOWN_FILLS + 3)])
    assert words.endswith(f"o{SHOWN_FILLS - 1} 0.3 of 0.5 XBT/EUR and 3 more")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "pending", "until": None}, ""),
        ({"outcome": "filled"}, ""),
        ({"outcome": "waiting"}, "until 2026-11-22 10:15:00 UTC, in a later run too"),
        ({"outcome": "unfilled"}, "sell: 0 of 1"),
        ({"outcome": "unfilled", "otherwise": "proceed"}, "sell: 0 of 1; sent all the same"),
    ],
)
def test_how_a_barrier_ended(fields: dict[str, Any], words: str) -> None:
    """By its row in a manifest."""
    group = {"outcome": "skipped" if fields["outcome"] == "waiting" else "done"}
    assert describe_end(group, ROW | fields) == words
    assert describe_need(ROW) == "needs sell filled within 15m, otherwise cancel"


def test_a_group_that_was_skipped_is_not_called_sent() -> None:
    """A group that proceeds without fills is skipped all the same where the needed one was taken back."""
    row = ROW | {"outcome": "unfilled", "otherwise": "proceed"}
    assert describe_end({"outcome": "skipped", "barriers": [row]}, row) == "sell: 0 of 1"


@pytest.mark.parametrize(
    ("outcome", "other", "word"),
    [
        ("skipped", {"outcome": "waiting"}, "waiting"),  # interrupted
        ("unfinished", {"outcome": "filled"}, "waiting"),
        ("skipped", {"outcome": "unfilled", "otherwise": "proceed"}, "waiting"),
        ("skipped", {"outcome": "unfilled"}, "over"),
        ("done", {"outcome": "filled"}, "over"),  # sent from a file without this wait
    ],
)
def test_a_wait_that_no_run_goes_on_with_is_not_called_waiting(
    outcome: str, other: dict[str, Any], word: str
) -> None:
    """A group that was sent waits for nothing, nor does one that another wait has stopped."""
    row = ROW | {"outcome": "waiting"}
    group = {"outcome": outcome, "barriers": [row, ROW | other]}
    assert end_word(group, row) == word
    assert describe_end(group, row).startswith("until" if word == "waiting" else "no run")


def test_a_wait_in_vain_is_bad_unless_the_group_is_sent_anyhow() -> None:
    """As with the exit code."""
    styles = [outcome_span(BarrierOutcome.UNFILLED, passes=passes).style for passes in (True, False)]
    assert styles == [Style.WARNING, Style.BAD]


@pytest.mark.parametrize(
    ("outcome", "read_at", "notes"),
    [
        ("pending", "", ["0.3 of 0.5 XBT/EUR filled"]),
        ("filled", "", []),
        (
            "waiting",
            BEFORE,
            ["until 2026-11-22 10:15:00 UTC, in a later run too", "0.3 of 0.5 XBT/EUR filled"],
        ),
        (
            "waiting",
            LATER,
            [
                "until 2026-11-22 10:15:00 UTC, which is over: the next run decides",
                "0.3 of 0.5 XBT/EUR filled",
            ],
        ),
        ("unfilled", "", ["why", "now 0.3 of 0.5 XBT/EUR filled"]),
    ],
)
def test_what_a_status_says(outcome: str, read_at: str, notes: list[str]) -> None:
    """The wait, its deadline, and the filled part."""
    shown = status(BarrierOutcome(outcome), reason="why" if outcome == "unfilled" else "")
    assert list(map(plain, status_notes(shown, read_at))) == notes


def test_for_programs() -> None:
    """Volumes are text, and null where they are unknown."""
    content = fill_status_object(status(BarrierOutcome.WAITING, fills=(fill(), fill("b", executed=None))))
    assert content == {
        "group": "buy",
        "needs": "sell",
        "within": 900,
        "otherwise": "stop",
        "outcome": "waiting",
        "until": UNTIL,
        "reason": "",
        "line": 9,
        "orders": [
            {"id": "a", "pair": "XBT/EUR", "ordered": "0.5", "executed": "0.3", "filled": False},
            {"id": "b", "pair": "XBT/EUR", "ordered": "0.5", "executed": None, "filled": False},
        ],
    }
