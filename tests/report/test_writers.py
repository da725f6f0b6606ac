"""The writer of each format, and one for several."""

from __future__ import annotations

import io
from typing import TextIO

import pytest

from runner.domain import Problem
from runner.errors import InvalidInput
from runner.report import Format, Output

FOUND = [("no.yaml", None, [Problem("no.yaml", 1, 1, "", "wrong")])]


def shown(format: Format, also: list[tuple[Format, TextIO]]) -> str:
    """Return what an output shows of files with problems."""
    stdout = io.StringIO()
    Output(format, stdout=stdout, stderr=io.StringIO(), also=also).validated(FOUND)
    return stdout.getvalue()


@pytest.mark.parametrize("format", [each for each in Format if each not in (Format.HTML, Format.GITHUB)])
def test_a_further_format_is_written_as_if_it_were_the_only_one(format: Format) -> None:
    """And the first one is as it would be without it."""
    copy = io.StringIO()
    assert shown(Format.TEXT, [(format, copy)]) == shown(Format.TEXT, [])
    assert copy.getvalue() == shown(format, [])


def test_an_error_is_written_in_all_of_them() -> None:
    """Standard error is for the first alone."""
    stdout, stderr, copy = io.StringIO(), io.StringIO(), io.StringIO()
    out = Output(Format.JSON, stdout=stdout, stderr=stderr, also=[(Format.JSON, copy)])
    out.error(InvalidInput("no"))
    assert copy.getvalue() == stdout.getvalue() != ""
    assert stderr.getvalue().count("no") == 1
