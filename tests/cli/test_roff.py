"""Text that a manual page shows as it is, whatever is in it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.cli.roff import escaped, heading, item, paragraphs, prose, verbatim

HOSTILE = [
    ".TH a request",
    "'br another one",
    r"\fBnot bold\fP \n(yr \*[x] \" no comment",
    "--option `code` ^ ~ \" ' | {}",
    "grün, ± 5 %",
    "....",
    "`.so etc/passwd`",
    "'",
    "\\",
]


def rendered(lines: list[str]) -> str:
    """What a person sees of a page, on one line."""
    source = "\n".join(['.TH "X" "1" "" "x" "x"', ".ad l", ".nh", *lines, ""])
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-wall", "-P-cbou", "-K", "utf8"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "", done.stderr
    return " ".join(done.stdout.split())


@given(st.text())
def test_no_line_begins_as_a_request(text: str) -> None:
    """And no backslash is left that is not ours."""
    for line in (escaped(text), prose(text)):
        assert not line.startswith((".", "'"))
        assert "\n" not in line
        assert all(line[at + 1] in "e-([&f" for at, char in enumerate(line) if char == "\\")


def test_what_is_in_backticks_is_bold() -> None:
    """Its hyphens can be copied."""
    assert prose("see `a --b` and\n c") == r"see \fBa \-\-b\fP and c"
    assert escaped("`x`") == r"\(gax\(ga"
    assert prose("one ` alone") == r"one \(ga alone"


def test_parts_of_a_page() -> None:
    """Each in its own requests."""
    assert heading("A-b") == r'.SH "A\-B"'
    assert heading("x", within=True) == '.SS "x"'
    assert item("--x", "text") == [".TP", r"\fB\-\-x\fP", "text"]
    assert item("x", "")[2] == r"\&"
    assert paragraphs("one\ntwo\n\nthree") == [".PP", "one two", ".PP", "three"]
    assert verbatim(["a", ".b"]) == [".RS 4", ".nf", "a", r"\&.b", ".fi", ".RE"]


def test_hostile_text_is_shown_as_it_is() -> None:
    """By groff itself, and without a warning."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    for text in HOSTILE:
        shown = rendered([".PP", f"BEGIN {escaped(text)} END", *verbatim([text])])
        assert f"BEGIN {text} END" in shown
        assert shown.count(" ".join(text.split())) >= 2, shown
