"""A sign before each word of a status, since markdown has no colours."""

from __future__ import annotations

from typing import Final

from runner.report.lines import Span, Style

_MARKS: Final = {
    Style.GOOD: "🟢",
    Style.KNOWN: "🔵",
    Style.WARNING: "🟡",
    Style.BAD: "🔴",
    Style.DOUBT: "🟣",
}


def marked(span: Span) -> str:
    """Return a word with its sign, which no line break parts from it."""
    return f"{_MARKS.get(span.style, '⚪')} {span.text}".replace(" ", "\N{NO-BREAK SPACE}")
