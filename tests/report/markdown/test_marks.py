"""A sign for each style of a word."""

from __future__ import annotations

from runner.report.lines import Span, Style
from runner.report.markdown.marks import marked


def test_a_word_stays_beside_its_sign() -> None:
    """What has no sign of its own has one as well."""
    assert marked(Span("not filled", Style.WARNING)) == "🟡\N{NO-BREAK SPACE}not\N{NO-BREAK SPACE}filled"
    signs = [marked(Span("a", style))[0] for style in Style]
    assert signs.count("⚪") == len(signs) - 5
    assert len(set(signs)) == 6
