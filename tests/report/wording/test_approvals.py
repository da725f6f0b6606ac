"""Approvals in every format: what a plan needs, and what a run had. The words are other people's."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
from msgspec import structs

from runner.domain import ApprovalRule
from runner.report import Format, Output
from runner.report.lines import plain
from runner.report.wording.approvals import (
    approval_lines,
    approvals_of_run,
    controls_of_run,
    required_of_plan,
)
from tests.report.cases import done

RULE = ApprovalRule(policy="desk", least=2, approvers=("alice", "b\x1b[31m<ob>"), within_s=90)
HOSTILE = "fine \x1b[2J::error::x ]]> <script> | `x` ##[error]"
ROW = {"by": "alice", "at": "2026-11-22T07:00:10.000Z", "reason": HOSTILE}
SHOWN = ("text", "json", "markdown", "github", "sarif", "junit", "html")


def shown(format: str, what: Any) -> str:
    """Standard output and standard error of one result in a format."""
    stdout, stderr = io.StringIO(), io.StringIO()
    what(Output(Format(format), stdout=stdout, stderr=stderr, color=False, width=200))
    return stdout.getvalue() + stderr.getvalue()


@pytest.mark.parametrize("format", SHOWN)
def test_each_format_says_what_a_plan_needs(format: str) -> None:
    """Without a control character in it."""
    plan = structs.replace(done().plan(), required=(RULE,))
    text = shown(format, lambda out: out.plan(plan))
    assert "alice" in text
    assert (
        ("required_approvals" in text)
        if format == "json"
        else ("approvals needed: 2 of alice" in unescape(text))
    )
    assert "\x1b" not in text


@pytest.mark.parametrize("format", SHOWN)
def test_each_format_says_who_approved_a_run(format: str) -> None:
    """And why, as text; none of it is a tag."""
    manifest = {**done().manifest(), "approvals": [ROW]}
    text = shown(format, lambda out: out.manifest(manifest, path="", elapsed_s=1.0))
    assert '"by": "alice"' in text if format == "json" else "approved by alice" in text
    assert "\x1b" not in text
    assert "<script> |" not in text if format in ("html", "junit") else True


def test_nothing_is_said_where_none_is_needed() -> None:
    """A run of a policy without approvals, or of an earlier version."""
    assert required_of_plan(done().plan()) == []
    assert approvals_of_run({}) == controls_of_run({"policy": None}).approvals == []
    assert [plain(each) for each in approval_lines(["a " * 30], 20)][1:] != []
