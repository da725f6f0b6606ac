"""Problems, with their places."""

from __future__ import annotations

from runner.errors import Refused
from runner.report.diagnostics import (
    Level,
    Remark,
    remarks_of_error,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_result,
    settled_by_earlier_run,
)
from tests.report.builders import FILE, ONE_ORDER, Journal, batch_of, txid
from tests.report.cases import (
    BROKEN,
    changed,
    done,
    filled,
    passed,
    problems_of,
    quickstart,
    unfilled,
    unlucky_cancels,
    unwound,
    waiting,
)
from tests.review.markets import group, order, reviewed


def places(remarks: list[Remark]) -> list[tuple[str, int, int, str, str]]:
    """Each remark by where it is and what it is about."""
    return [
        (remark.level.value, remark.line, remark.column, remark.rule, remark.subject) for remark in remarks
    ]


def test_a_reject_points_at_the_line_of_its_order() -> None:
    """With the exchange's own words."""
    (remark,) = remarks_of_result(unwound().manifest())
    assert (remark.file, remark.line, remark.column) == (FILE, 9, 10)
    assert remark.text == "enter/buy-xbt: rejected: EOrder:Insufficient funds"


def test_cancellations_point_at_theirs() -> None:
    """A mere absence is a warning."""
    assert places(remarks_of_result(unlucky_cancels().manifest())) == [
        ("warning", 16, 9, "cancel-gone", "cancel OQCLML-BW3P3-BUCMWZ"),
        ("error", 17, 9, "cancel-open", "cancel userref 8874657"),
    ]


def test_a_journal_without_columns_points_at_the_first() -> None:
    """One that was written before there were any."""
    journal = Journal(batch_of(ONE_ORDER)).starts()
    for planned in journal.entries[0].groups[0]["orders"]:  # type: ignore[union-attr]
        del planned["column"]
    journal.sent("g/a").rejected("g/a", "no").ends("incomplete")
    assert places(remarks_of_result(journal.manifest())) == [("error", 3, 1, "order-rejected", "g/a")]


def test_a_wait_in_vain_points_at_the_need() -> None:
    """An error where the group is skipped for it, and a warning where it is sent, or still waits."""
    subject = "buy needs sell filled within 15m, otherwise"
    assert places(remarks_of_result(unfilled().manifest())) == [
        ("error", 10, 14, "barrier-unfilled", f"{subject} cancel")
    ]
    assert places(remarks_of_result(waiting().manifest())) == [
        ("warning", 10, 14, "barrier-waiting", f"{subject} cancel")
    ]
    assert places(remarks_of_result(passed().manifest())) == [
        ("warning", 10, 14, "barrier-passed", f"{subject} proceed")
    ]
    assert remarks_of_result(filled().manifest()) == []


def test_an_order_that_was_not_taken_back_is_an_error() -> None:
    """At the line of the order that is still open."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt").placed("enter/buy-eth", 1)
    journal.rejected("enter/buy-xbt", "no").cancels("enter", txid(1), unwind=True)
    journal.settled("enter", "order:enter/buy-eth", "open", sent_as=txid(1), unwind=True).ends("incomplete")
    rejected, left = remarks_of_result(journal.manifest())
    assert rejected.rule == "order-rejected"
    assert (left.rule, left.line, left.level) == ("cancel-open", 8, Level.ERROR)
    assert left.subject == f"taking back enter/buy-eth, {txid(1)}"


def test_a_run_in_which_all_went_well_has_none() -> None:
    """Neither has what an earlier run has seen to."""
    assert remarks_of_result(done().manifest()) == []
    result = {"reqid": None}
    assert settled_by_earlier_run(result, {"outcome": "gone"})
    assert not settled_by_earlier_run(result, {"outcome": "open"})


def test_a_changed_order_and_findings_come_in_the_order_of_the_file() -> None:
    """Under their own rules."""
    (remark,) = remarks_of_plan(changed().plan())
    assert (remark.rule, remark.line, remark.subject) == ("order-changed", 14, "offer/sell-eth")
    review = reviewed(group(order("a", price="160", oflags="post"), order("b", volume="0.001")))
    found = remarks_of_plan(review.plan, review)
    assert [item.line for item in found] == sorted(item.line for item in found)
    assert {item.rule for item in found} >= {"post-crosses", "ordermin"}
    assert [item.message for item in found] == [finding.message for finding in review.findings]


def test_problems_and_errors_are_remarks_too() -> None:
    """A problem with its place, an error without one."""
    problems = problems_of(BROKEN)
    assert [
        (problem.line, problem.column, problem.subject, problem.message, problem.hint)
        for problem in remarks_of_problems(problems)
    ] == [(problem.line, problem.column, problem.path, problem.message, problem.hint) for problem in problems]
    error = remarks_of_error(Refused("no", details=["because"]), "")
    assert (error.text, error.rule) == ("no. because", "command-refused")
