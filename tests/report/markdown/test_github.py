"""Workflow annotations: ten of a kind beside their lines, the rest in the step's summary."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner.errors import Refused
from runner.report import Format, Output
from runner.report.diagnostics import Level, Remark
from runner.report.markdown.github import GITHUB_TAKES_BYTES, MAX_OF_A_KIND, annotation
from runner.report.markdown.page import STEP_SUMMARY_BYTES
from tests.report.builders import NASTY, Journal, batch_of, ladder
from tests.report.cases import CASES, crowd, plan_of, result_of


def shown(name: str, summary: Path | None = None) -> str:
    """Return what a case writes to standard output."""
    stdout = io.StringIO()
    CASES[name](Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO(), step_summary=summary))
    return stdout.getvalue()


def test_a_reject_is_an_annotation_at_its_line() -> None:
    """And the log has one line that counts."""
    assert shown("result-unwound") == (
        "::error file=batches/quickstart.yaml,line=9,col=10,title=order-rejected::"
        "enter/buy-xbt: rejected: EOrder:Insufficient funds\n"
        "- incomplete: 1 placed, 1 of them taken back, 1 rejected, 2 skipped, "
        "3 cancellations skipped in 0.4 s\n"
        "- no policy\n"
    )


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_written_in_lines_that_are_commands_or_not(name: str, tmp_path: Path) -> None:
    """A line begins with a command or with a dash, whatever is said."""
    summary = tmp_path / "summary.md"
    lines = shown(name, summary).splitlines()
    assert all(line.startswith(("::error ", "::warning ", "- ")) for line in lines)
    if name != "confirm":
        assert summary.read_text("utf-8").startswith("### ")


def many(rungs: int) -> Journal:
    """A ladder of which every rung is rejected."""
    journal = Journal(batch_of(ladder(rungs), "l.yaml")).starts()
    names = [str(order.key) for order in journal.plan().orders()]
    journal.sent(*names)
    for name in names:
        journal.rejected(name, "EOrder:Insufficient funds")
    return journal.group("ladder", "partial").ends("incomplete")


@pytest.mark.parametrize("with_summary", [True, False])
def test_ten_of_a_kind_are_annotations(with_summary: bool, tmp_path: Path) -> None:
    """The rest is in the summary; where there is none, in the log. None is lost."""
    stdout, summary = io.StringIO(), tmp_path / "summary.md"
    out = Output(
        Format.GITHUB, stdout=stdout, stderr=io.StringIO(), step_summary=summary if with_summary else None
    )
    result_of(many(25))(out)
    lines = stdout.getvalue().splitlines()
    assert sum(line.startswith("::error ") for line in lines) == MAX_OF_A_KIND
    everywhere = stdout.getvalue() + (summary.read_text("utf-8") if with_summary else "")
    together = with_summary and "and 24 more like it, lines 9 to 32" in everywhere
    assert together or all(
        f"l.yaml:{line}:10" in everywhere or f"line={line},col=10" in everywhere for line in range(8, 33)
    )
    assert ("- 15 more errors: see the summary of this step" in lines) is with_summary


def test_a_summary_is_added_to(tmp_path: Path) -> None:
    """Other commands of the step have written there as well."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    shown("plan-first", summary)
    shown("plan-20", summary)
    text = summary.read_text("utf-8")
    assert text.startswith("before\n### Plan of `quickstart`")
    assert "### Plan of `ladder`" in text


def test_what_others_say_is_no_command() -> None:
    """Neither in an annotation nor in the log."""
    bad = f"{NASTY}\n::set-output name=x::y\r\n::stop-commands::z%0A"
    remark = Remark(
        file=bad,
        line=1,
        column=2,
        level=Level.ERROR,
        rule="refused",
        subject=bad,
        message=bad,
        hint=bad,
    )
    assert len(annotation(remark).splitlines()) == 1
    journal = (
        Journal(batch_of(ladder(1), "l.yaml"))
        .starts()
        .sent("ladder/rung-001")
        .rejected("ladder/rung-001", bad)
    )
    journal.group("ladder", "stopped", bad).ends("incomplete", bad)
    stdout = io.StringIO()
    result_of(journal)(Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO()))
    assert [line[:8] for line in stdout.getvalue().splitlines()] == ["::error ", "- incomp", "- no pol"]


def test_an_error_without_a_place_is_an_annotation_without_one() -> None:
    """GitHub shows it at the top."""
    stdout = io.StringIO()
    error = Refused("no", details=["It was:", "why?", "Do this"])
    Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO()).error(error)
    assert stdout.getvalue() == "::error title=command-refused::no. It was: why? Do this\n"


def test_annotations_name_files_from_the_root() -> None:
    """The log names them as they were given."""
    stdout = io.StringIO()
    out = Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO(), rooted_path="sub/{}".format)
    result_of(many(12))(out)
    assert stdout.getvalue().count("::error file=sub/l.yaml,line=") == MAX_OF_A_KIND
    assert stdout.getvalue().count("- error: l.yaml:") == 2


def test_a_summary_never_passes_what_github_takes(tmp_path: Path) -> None:
    """The summary says where the whole is; the log names the remaining errors."""
    summary = tmp_path / "summary.md"
    summary.write_text("x" * (STEP_SUMMARY_BYTES - 5_000), "utf-8")
    stdout, stderr = io.StringIO(), io.StringIO()
    out = Output(Format.GITHUB, stdout=stdout, stderr=stderr, step_summary=summary)
    result_of(many(200))(out)
    assert STEP_SUMMARY_BYTES - 5_000 < summary.stat().st_size <= STEP_SUMMARY_BYTES
    assert "shown here: `.order-batch/paper/ladder/manifest.json` has them all._" in summary.read_text()
    assert stdout.getvalue().count("- error: l.yaml:") == 190
    for _ in range(100):
        result_of(many(2))(out)
    assert summary.stat().st_size <= GITHUB_TAKES_BYTES
    assert summary.read_text().count("### Result of `ladder`") > 50
    assert "no room left" not in stderr.getvalue()
    summary.write_text("x" * GITHUB_TAKES_BYTES, "utf-8")
    result_of(many(2))(out)
    assert summary.stat().st_size == GITHUB_TAKES_BYTES
    assert "The summary of this step has no room left" in stderr.getvalue()


def test_a_crowd_is_annotated_where_it_failed() -> None:
    """Line by line."""
    stdout = io.StringIO()
    result_of(crowd(400))(Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO()))
    assert [line.split(",")[1] for line in stdout.getvalue().splitlines()[:-2]] == ["line=144", "line=281"]
    plan_of(crowd(3))(Output(Format.GITHUB, stdout=stdout, stderr=io.StringIO()))


def test_a_currency_that_gets_no_order_is_annotated(tmp_path: Path) -> None:
    """At the targets file; drift that orders answer is in the log and in the summary alone."""
    lines = shown("rebalance-blocked", tmp_path / "summary").splitlines()
    assert [line.partition(",title=")[2].partition(": ")[0] for line in lines[:2]] == [
        f"currency-blocked::{name}" for name in ("ETH", "XBT")
    ]
    assert lines[2].startswith("- outside its bands (ETH, XBT)")
    assert "Rebalance of `core`" in (tmp_path / "summary").read_text("utf-8")
    assert "::" not in shown("rebalance-orders")
