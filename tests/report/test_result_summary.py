"""The end of a report: complaints, advice, and one line that counts."""

from __future__ import annotations

import pytest

from runner.report.lines import plain
from runner.report.result_summary import advice_lines, failure_lines, summary_line
from tests.report.builders import Journal, batch_of, ladder, txid
from tests.report.cases import (
    again,
    done,
    in_doubt,
    quickstart,
    stopped,
    unlucky_cancels,
    unreachable,
    unresolved,
    unwound,
)


def only_cancels(*outcomes: str) -> Journal:
    """A run in which the third group's cancellation ended so."""
    journal = quickstart().starts().cancels("tidy", txid(2))
    for outcome in outcomes:
        journal.settled("tidy", "order:enter/buy-xbt", outcome, sent_as=txid(2))
    return journal


def validated() -> Journal:
    """A run that only validated its orders at the exchange."""
    descr = "buy 0.25000000 ETHEUR @ limit 145"
    return quickstart().starts().sent("enter/buy-eth").validated("enter/buy-eth", descr).ends("done")


@pytest.mark.parametrize(
    ("journal", "summary"),
    [
        (done(), "done: 4 placed, 3 canceled in 0.4 s"),
        (again(done()), "nothing to do: 4 orders already placed, 3 cancellations already settled"),
        (
            unwound(),
            "incomplete: 1 placed, 1 of them taken back, 1 rejected, 2 skipped, "
            "3 cancellations skipped in 0.4 s",
        ),
        (unresolved(), "unresolved: 3 placed, 1 unresolved, 3 cancellations skipped in 0.4 s"),
        (
            unlucky_cancels(),
            "incomplete: 4 placed, 1 filled before it was canceled, 1 gone, 1 still open in 0.4 s",
        ),
        (
            stopped(),
            "interrupted (SIGTERM): 2 placed, 2 skipped, 3 cancellations skipped in 0.4 s",
        ),
        (unreachable(), "unreachable (the exchange refused the connection): nothing was sent"),
        (
            validated(),
            "done: 1 validated and not placed, 3 skipped, 3 cancellations skipped in 0.4 s",
        ),
    ],
)
def test_the_summary_counts(journal: Journal, summary: str) -> None:
    """In the words of the manifest."""
    assert plain(summary_line(journal.manifest(), 0.42)) == summary


def test_what_an_earlier_run_did_is_counted_apart() -> None:
    """Placed and canceled before, beside what is new."""
    journal = in_doubt().cancels("tidy", "x").settled("tidy", "order:enter/buy-xbt", "canceled", sent_as="x")
    journal.starts().placed("enter/buy-xbt", 2).ends("incomplete")
    summary = plain(summary_line(journal.manifest(), 1.0))
    assert summary == (
        "incomplete: 2 placed (2 already), 2 skipped, 1 canceled (1 already), "
        "2 cancellations skipped in 1.0 s"
    )


def test_complaints_can_be_jumped_to() -> None:
    """``file:line: what: outcome: why``, one line each."""
    assert [plain(line) for line in failure_lines(unlucky_cancels().manifest())] == [
        "batches/quickstart.yaml:16:9: cancel OQCLML-BW3P3-BUCMWZ: "
        "warning: gone: it is not open, and the exchange's records do not know it",
        "batches/quickstart.yaml:17:9: cancel userref 8874657: "
        "open: the exchange refused the cancellation, and the order is still open",
    ]

    journal = quickstart().starts().cancels("tidy", txid(2))
    much = ("0.00040000", "0.00100000")
    journal.settled("tidy", "order:enter/buy-xbt", "canceled", sent_as=txid(2), executed=much)
    (partly,) = failure_lines(journal.manifest())
    assert plain(partly).endswith(
        f"cancel enter/buy-xbt, {txid(2)}: warning: canceled: it was partly filled before, 0.0004 of 0.001"
    )


def test_many_equal_rejects_are_one_line() -> None:
    """With their number and their lines; of those in doubt each has its own."""
    names = [f"ladder/rung-{number:03}" for number in range(1, 7)]
    rejected = Journal(batch_of(ladder(6))).starts().sent(*names)
    for name in names:
        rejected.rejected(name, "EOrder:Insufficient funds")
    (only,) = failure_lines(rejected.group("ladder", "stopped").ends("incomplete").manifest())
    assert "EOrder:Insufficient funds; and 5 more like it, lines " in plain(only)
    doubted = Journal(batch_of(ladder(6))).starts().sent(*names)
    for name in names:
        doubted.unresolved(name, "no reply until the deadline")
    assert len(failure_lines(doubted.group("ladder", "unresolved").ends("unresolved").manifest())) == 6


def test_a_good_run_has_no_complaints_and_no_advice() -> None:
    """Silence is the good news."""
    assert failure_lines(done().manifest()) == []
    assert advice_lines(done().manifest(), 80) == []


def test_a_warning_is_not_given_twice() -> None:
    """An order that was gone in an earlier run was reported then."""
    journal = only_cancels("gone").ends("done")
    assert len(failure_lines(journal.manifest())) == 1
    assert failure_lines(journal.starts().ends("done").manifest()) == []


def test_unresolved_says_where_to_look_and_what_not_to_do() -> None:
    """By the ids that the exchange knows the order by."""
    text = " ".join(plain(line).strip() for line in advice_lines(unresolved().manifest(), 80))
    order = unresolved().manifest()["groups"][1]["orders"][1]
    assert "does not mean failed" in text
    assert "Do not place anything again" in text
    assert "Run the same command again: it looks up" in text
    assert f"offer/sell-eth: cl_ord_id {order['cl_ord_id']}, sent 2026-11-22 10:00:07 UTC" in text


def test_an_unknown_cancellation_is_to_be_looked_at() -> None:
    """It matters whether the order is still open."""
    text = " ".join(
        plain(line) for line in advice_lines(only_cancels("unresolved").ends("unresolved").manifest(), 200)
    )
    assert "whether the orders are still open" in text


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        ("the exchange refused the connection", "Run the same command again later."),
        ("/0/private/GetWebSocketsToken: EGeneral:Permission denied", "the permission that it lacks."),
    ],
)
def test_a_run_that_reached_nothing_says_what_helps(reason: str, cure: str) -> None:
    """By the kind of error."""
    manifest = quickstart().starts().ends("unreachable", reason).manifest()
    (advice,) = advice_lines(manifest, 200)
    assert plain(advice).endswith(cure)


def test_an_order_without_an_answer_is_unresolved_in_words() -> None:
    """The process died, and so there is no reason from anyone."""
    (complaint,) = failure_lines(in_doubt().manifest())
    assert (
        plain(complaint)
        == "batches/quickstart.yaml:9:10: enter/buy-xbt: unresolved: no answer to it is known"
    )
