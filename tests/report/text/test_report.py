"""The reports for people, kept as text: each case of ``cases.py`` at 80 and at 120 columns.

``python -m tests.report.text.test_report NAME...`` writes the text of a case as it is today, of all cases
without a name. Read it as its reader would before it is committed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from runner.report import Format, Output
from tests.report.cases import CASES

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (80, 120)


def shown(name: str, width: int) -> str:
    """A case's text, first what goes to standard output, then what goes to standard error."""
    stdout, stderr = io.StringIO(), io.StringIO()
    CASES[name](Output(Format.TEXT, stdout=stdout, stderr=stderr, color=False, width=width))
    return stdout.getvalue() + stderr.getvalue()


def kept(name: str) -> str:
    """Return what is kept of a case: its text at each width."""
    return "".join(f"{'-' * width}\n{shown(name, width)}" for width in WIDTHS)


@pytest.mark.parametrize("name", CASES)
def test_text_is_as_it_was_read(name: str) -> None:
    """Every blank and every word is on purpose."""
    assert kept(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        (GOLDEN / f"{case}.txt").write_text(kept(case), encoding="utf-8")
