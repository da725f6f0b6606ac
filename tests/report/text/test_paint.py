"""Lines onto streams: colours where they are wanted, plain text everywhere else."""

from __future__ import annotations

import io
import re

import pytest

from runner.report.lines import Span, Style, line
from runner.report.text.paint import UNFOLDED_WIDTH, PlainPainter, console_of, encodable, painter
from tests.report.builders import Terminal

LINES = [line(Span("rejected", Style.BAD), "  [bold]not markup[/bold] :smile:"), (), line("end  ")]
TEXT = "rejected  [bold]not markup[/bold] :smile:\n\nend\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that rich reads, as in a usual terminal."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def painted(stream: io.StringIO, **options: bool) -> str:
    """Return what a painter writes."""
    painter(stream, **options).paint(LINES)
    return stream.getvalue()


def without_codes(text: str) -> str:
    """The text without its escape codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_pipe_gets_plain_text() -> None:
    """Without escape codes and without blanks at the end of a line."""
    assert painted(io.StringIO()) == TEXT


def test_a_terminal_gets_colours() -> None:
    """And the same text."""
    text = painted(Terminal())
    assert "\x1b[1;31mrejected\x1b[0m" in text
    assert without_codes(text).replace("end  ", "end") == TEXT


def test_no_color_means_no_escape_codes() -> None:
    """Not even for bold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "1")
        assert painted(Terminal()) == TEXT


def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """It understands no codes."""
    monkeypatch.setenv("TERM", "dumb")
    assert painted(Terminal()) == TEXT


def test_colours_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable that CI sets, or by the caller."""
    assert "\x1b[" in painted(io.StringIO(), color=True)
    assert painted(Terminal(), color=False) == TEXT
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in painted(io.StringIO())


def test_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is given."""
    monkeypatch.setenv("COLUMNS", "97")
    assert painter(Terminal()).width == 97
    assert painter(Terminal(), width=60).width == 60
    assert PlainPainter(io.StringIO()).width == 80


@pytest.mark.parametrize("columns", ["97", "wide", None])
def test_a_pipe_is_folded_only_where_somebody_says_so(
    columns: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As rich reads ``COLUMNS``; else whoever reads the pipe folds it, or searches it line by line."""
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    wanted = console_of(io.StringIO()).width if columns == "97" else UNFOLDED_WIDTH
    assert painter(io.StringIO()).width == wanted


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_pipe_that_takes_colours_gets_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both variables say that it does."""
    monkeypatch.setenv(name, "1")
    assert "\x1b[" in painted(io.StringIO())


@pytest.mark.parametrize("color", [True, False])
def test_a_stream_that_cannot_write_a_character_gets_its_escape(color: bool) -> None:
    """A report never fails for want of a character."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii", newline="\n")
    painter(stream, color=color).paint([line("50 €")])
    assert without_codes(buffer.getvalue().decode("ascii")) == "50 \\u20ac\n"
    assert encodable("50 €", io.StringIO()) == "50 €"


def test_long_lines_are_not_broken_by_the_painter() -> None:
    """Text that must stay on one line does, at any width."""
    stream = io.StringIO()
    painter(stream, color=True, width=40).paint([line("x " * 100 + "y")])
    assert without_codes(stream.getvalue()) == "x " * 100 + "y\n"
