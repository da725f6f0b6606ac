"""The text of a status. It is kept whole in ``golden/status-*.txt``."""

from __future__ import annotations

import pytest

from runner.domain import HaltInForce
from runner.report.base import StatusResult
from runner.report.lines import plain
from runner.report.text.runs.status import status_lines
from tests.report.builders import Journal
from tests.report.cases import changed, done, in_doubt, quickstart, unlucky_cancels, unwound


def text_of(journal: Journal, width: int = 80) -> list[str]:
    """The status as lines."""
    manifest = journal.manifest() if journal.entries else None
    return [plain(line) for line in status_lines(StatusResult(journal.plan(), manifest, None), width)]


@pytest.mark.parametrize(
    ("journal", "summary"),
    [
        (quickstart(), "4 not sent"),
        (done(), "4 placed"),
        (changed(), "3 placed, 1 changed"),
        (unwound(), "1 placed, 1 rejected, 2 not sent"),
        (
            in_doubt(),
            "1 placed, 1 in doubt, 2 not sent; apply looks up what is in doubt before it sends anything",
        ),
    ],
)
def test_the_last_line_counts(journal: Journal, summary: str) -> None:
    """In the words of the rows above it."""
    assert text_of(journal, 120)[-1] == summary


def test_a_batch_that_was_never_applied_says_so() -> None:
    """As far as the journal here knows."""
    assert text_of(quickstart())[1] == "it was never applied, as far as the journal here says"


def test_a_halt_that_holds_is_named_before_the_orders() -> None:
    """What is halted, by whom, since when and why."""
    halt = HaltInForce(
        halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z", place="ledger"
    )
    lines = status_lines(StatusResult(done().plan(), None, None, halt=halt), 120)
    assert plain(lines[2]) == "halted: ledger, by ann on desk since 2026-11-30 09:00:00 UTC, because: odd"


def test_a_switch_that_may_be_armed_is_named() -> None:
    """Until when, as far as that is known; one that is off is not."""
    switch = {"timeout_s": 60, "disarmed_at": None, "may_fire_until": None}
    for changes, words in (
        ({}, "off: it may cancel every order of the account"),
        ({"may_fire_until": "2026-11-30T09:00:00Z"}, "off: until 2026-11-30 09:00:00 UTC it may cancel"),
        ({"disarmed_at": "2026-11-30T09:00:00Z"}, ""),
    ):
        manifest = {**done().manifest(), "dead_man": switch | changes}
        lines = [plain(line) for line in status_lines(StatusResult(done().plan(), manifest, None), 200)]
        assert words in lines[2]
        assert ("the dead man's switch" in lines[2]) is bool(words)


def test_the_last_run_is_named_with_its_end() -> None:
    """Or with its beginning, when it had no end."""
    assert text_of(done())[1] == "last run: done, ended 2026-11-22 10:00:17 UTC"
    assert "started 2026-11-22 10:00:00 UTC" in " ".join(text_of(in_doubt(), 200))


def test_an_order_that_was_taken_back_does_not_look_placed() -> None:
    """Its row says what became of it since."""
    lines = text_of(unwound())
    assert lines[lines.index("enter") + 2].strip() == "taken back: canceled"


def test_cancellations_keep_their_outcome() -> None:
    """Any of them."""
    lines = text_of(unlucky_cancels(), 120)
    assert [line.split()[0] for line in lines if line.startswith("  ") and "placed" not in line] == [
        "gone",
        "open",
        "closed",
    ]
