"""Several files in one comment."""

from __future__ import annotations

import io

import pytest

from runner.report import Format, Output
from runner.report.markdown.page import COMMENT_BYTES
from runner.report.markdown.report import MarkdownReport
from runner.review import FileEnd, SeriesEnd
from tests.report import series
from tests.report.builders import Journal, batch_of, ladder


def shown(show: object) -> str:
    """The comment of a case."""
    stdout = io.StringIO()
    show(Output(Format.MARKDOWN, stdout=stdout, stderr=io.StringIO()))  # type: ignore[operator]
    return stdout.getvalue()


def test_a_summary_comes_first_and_each_file_has_a_section() -> None:
    """In the order of the files."""
    text = shown(series.applied)
    heads = [line for line in text.splitlines() if line.startswith("### ")]
    assert heads == [
        "### Result of 4 files: 1 done, 2 failed, 1 not applied",
        "### Result of `sell` at paper",
        "### Result of `buy` at paper",
        "### `batches/4-refused.yaml`",
        "### `batches/5-last.yaml`",
    ]
    assert "\x1b" not in text
    planned = shown(series.planned)
    assert "| `EUR` | 0.00\N{NO-BREAK SPACE}EUR | 49.10" in planned.replace(" EUR", "\N{NO-BREAK SPACE}EUR")
    assert "`batches/old.yaml` | renamed to `batches/1-sell.yaml`" in planned


@pytest.mark.parametrize("files", [2, 12, pytest.param(40, marks=pytest.mark.long)])
def test_a_comment_has_room_for_all_of_them(files: int) -> None:
    """The sections share it; the summary is always there."""

    def many(out: Output) -> None:
        out.several("plan")
        for number in range(files):
            out.plan(Journal(batch_of(ladder(400), f"batches/{number}.yaml")).plan())
        ends = (FileEnd(file=f"batches/{number}.yaml", batch="b", exit_code=None) for number in range(files))
        out.finished(SeriesEnd(files=tuple(ends), exit_code=0))  # type: ignore[arg-type]

    text = shown(many)
    assert len(text.encode("utf-8")) <= COMMENT_BYTES
    assert text.startswith(f"### Plan of {files} files")
    assert text.count("### Plan of `ladder`") >= 2


def test_a_small_limit_leaves_sections_out_and_not_the_top() -> None:
    """As in a step's summary that others have filled."""
    parts: list[str] = []
    out = Output(Format.MARKDOWN, stdout=io.StringIO(), stderr=io.StringIO())
    out.__dict__["_report"] = MarkdownReport(parts.append, limit=1500)
    series.applied(out)
    (text,) = parts
    assert len(text.encode("utf-8")) <= 1500
    assert text.startswith("### Result of 4 files")
