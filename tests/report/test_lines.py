"""Lines as values: nothing unprintable gets in, and folding loses and cuts nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.lines import Line, Span, Style, fold, hang, indent, line, neutral, plain, width_of

words = st.text(alphabet="abcdefghij[]/:", min_size=1, max_size=30)
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
styles = st.sampled_from(list(Style))
lines = st.lists(st.builds(Span, texts, styles), min_size=1, max_size=4).map(tuple)


@given(st.text())
def test_a_span_holds_only_what_prints(text: str) -> None:
    """Escape codes, line breaks, bidirectional marks and lone surrogates become visible escapes."""
    assert Span(text).text.isprintable()


@given(st.text().filter(str.isprintable))
def test_what_prints_stays(text: str) -> None:
    """A harmless text is not touched."""
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\u202egnirts", r"\u202egnirts"),
        ("\udcff", r"\udcff"),
        ("50 € [bold]", "50 € [bold]"),
    ],
)
def test_what_does_not_print_is_shown_as_its_escape(text: str, shown: str) -> None:
    """The reader sees that something was there."""
    assert neutral(text) == shown


@given(lines, st.integers(1, 60))
def test_folding_keeps_every_word(whole: Line, room: int) -> None:
    """No word is lost, cut or moved, and no piece ends in a blank."""
    pieces = [plain(piece) for piece in fold(whole, room)]
    assert " ".join(pieces).split() == plain(whole).split()
    assert all(piece == piece.rstrip() for piece in pieces)


@given(lines, st.integers(1, 60))
def test_pieces_fit_unless_a_word_does_not(whole: Line, room: int) -> None:
    """Only a word that is longer than the room sticks out, and it is alone."""
    pieces = [plain(piece) for piece in fold(whole, room)]
    assert all(width_of(piece) <= room or " " not in piece for piece in pieces)


@given(lines, st.integers(20, 60))
def test_folding_keeps_styles(whole: Line, room: int) -> None:
    """Each character keeps the style that it had."""
    before = [(char, span.style) for span in whole for char in span.text if char != " "]
    after = [(char, span.style) for p in fold(whole, room) for span in p for char in span.text if char != " "]
    assert after == before


@given(lines, st.integers(30, 60), st.integers(0, 8))
def test_hanging_lines_fit_and_keep_every_word(whole: Line, width: int, columns: int) -> None:
    """Further pieces are indented, and nothing is lost."""
    first, *rest = hang(whole, width, columns)
    pieces = [plain(piece) for piece in (first, *rest)]
    assert " ".join(pieces).split() == plain(whole).split()
    assert all(piece.startswith(" " * columns) for piece in pieces[1:])
    assert all(width_of(piece) <= width or " " not in piece.strip() for piece in pieces)


def test_blanks_at_the_beginning_stay() -> None:
    """An indented line that folds is still indented."""
    assert [plain(piece) for piece in hang(line("  one two three"), 9, 4)] == ["  one two", "    three"]


def test_wide_characters_count_twice_and_marks_not_at_all() -> None:
    """Columns are what a terminal shows, not characters."""
    assert [width_of(text) for text in ("abc", "日本", "e\u0301")] == [3, 4, 1]


def test_an_empty_line_is_not_indented() -> None:
    """It would end in blanks."""
    assert indent((), 4) == ()
    assert plain(indent(line("x"), 4)) == "    x"
