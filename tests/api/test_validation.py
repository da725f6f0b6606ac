"""The check of files as values."""

from __future__ import annotations

import io
from pathlib import Path

from runner import api
from runner.report import Format, Output
from tests.app.policies import MANDATE, policy
from tests.app.shell import batch, order


def test_all_problems_of_all_files_come_as_values() -> None:
    """Each with its line; a good file has its batch."""
    good, bad = batch(order("a")), batch(order("a", volume="-1"), name="two")
    found = api.validate([good, bad, Path("gone.yaml")])
    assert found.exit_code is api.ExitCode.INVALID
    assert [file.file for file in found.files] == ["one.yaml", "two.yaml", "gone.yaml"]
    assert [file.content is None for file in found.files] == [False, True, True]
    assert found.files[1].problems[0].line == 6
    assert api.validate([good]) == api.Validation((found.files[0],), api.ExitCode.DONE)


def test_what_a_policy_denies_is_refused() -> None:
    """A rule beside the batch, or one that is named."""
    file = batch(order("a"))
    assert api.validate([file]).exit_code is api.ExitCode.DONE
    named = api.validate([file], policy=policy(MANDATE, path="other.yaml"))
    assert named.exit_code is api.ExitCode.REFUSED
    assert named.files[0].problems[0].rule == "policy-deny"
    policy(MANDATE)
    assert api.validate([file]) == named


def test_a_console_is_shown_the_same() -> None:
    """As the command line has it."""
    stdout = io.StringIO()
    out = Output(Format.TEXT, stdout=stdout, stderr=io.StringIO())
    api.validate([batch(order("a", volume="-1"))], console=out)
    assert stdout.getvalue().startswith("one.yaml:6:")
