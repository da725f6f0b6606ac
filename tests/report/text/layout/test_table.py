"""Rows under each other: columns line up, texts fold, and no id is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.report.lines import Span, line, plain, width_of
from runner.report.text.layout.table import Row, layout_of, table

words = st.text(alphabet="abcdefgh-", min_size=1, max_size=40)
rows = st.lists(
    st.builds(
        lambda cells, body, worth, number, note: Row(
            cells=tuple(Span(cell) for cell in cells),
            body=line(" ".join(body)) if body else (),
            worth=worth,
            line=number,
            notes=(line(note),) if note else (),
        ),
        st.lists(words, min_size=1, max_size=3),
        st.lists(words, max_size=8),
        st.sampled_from(["", "36.25 EUR"]),
        st.sampled_from([None, 7, 1234]),
        st.one_of(st.just(""), words),
    ),
    min_size=1,
    max_size=6,
)


def cells(*texts: str) -> tuple[Span, ...]:
    """Cells without a style."""
    return tuple(map(Span, texts))


def drawn(some: list[Row], width: int) -> list[str]:
    """The rows as text."""
    return [plain(item) for item in table(some, layout_of(some, width))]


@given(rows, st.integers(40, 140))
def test_nothing_is_lost_or_cut(some: list[Row], width: int) -> None:
    """Every word of every row is whole in the text, as often as it was given."""
    given_words = [
        word
        for row in some
        for text in (
            *(cell.text for cell in row.cells),
            plain(row.body),
            row.worth,
            row.line_text,
            *map(plain, row.notes),
        )
        for word in text.split()
    ]
    assert sorted(" ".join(drawn(some, width)).split()) == sorted(given_words)


@given(rows, st.integers(40, 140))
def test_no_line_ends_in_a_blank(some: list[Row], width: int) -> None:
    """Padding is between cells, never after them."""
    assert all(text == text.rstrip() != "" for text in drawn(some, width))


def test_columns_line_up_and_tails_too() -> None:
    """Each kind of cell is in one column."""
    some = [
        Row(cells("send", "one"), line("buy 1"), line=8),
        Row(cells("already", "twenty-one"), line("sell 20"), line=12),
        Row(cells("cancel"), line("OQCLML-BW3P3-BUCMWZ"), line=13),
    ]
    assert drawn(some, 80) == [
        "  send     one         buy 1    line 8",
        "  already  twenty-one  sell 20  line 12",
        "  cancel   OQCLML-BW3P3-BUCMWZ  line 13",
    ]


def test_worth_and_distance_line_up_on_the_right() -> None:
    """Each in its column, which a row without them leaves empty; a line that is not known is a dash."""
    some = [
        Row(cells("send"), line("buy"), worth="36.25 EUR", distance="-3.4%", line=8),
        Row(cells("send"), line("sell"), worth="8 EUR", distance="at once", line=0),
        Row(cells("cancel"), line("both"), line=13, was_line=True),
    ]
    assert drawn(some, 80) == [
        "  send    buy   36.25 EUR    -3.4%  line 8",
        "  send    sell      8 EUR  at once  line -",
        "  cancel  both                      was line 13",
    ]


def test_a_long_text_folds_in_its_column() -> None:
    """Its tail stays on the first line."""
    some = [Row(cells("send", "one"), line("buy " + "very " * 12 + "much"), line=8)]
    assert drawn(some, 60) == [
        "  send  one  buy very very very very very very very   line 8",
        "             very very very very very much",
    ]


def test_texts_are_stacked_where_their_column_is_too_narrow() -> None:
    """All of them, so that the eye finds them in one place."""
    some = [
        Row(
            cells("placed", "a-name-of-some-length", "O12345"),
            line("buy 1 XBT/EUR @ limit 9000.00000"),
            line=8,
        ),
        Row(cells("placed", "b", "O12346"), line("buy 2"), line=9),
    ]
    assert drawn(some, 60) == [
        "  placed  a-name-of-some-length  O12345",
        "          buy 1 XBT/EUR @ limit 9000.00000  line 8",
        "  placed  b                      O12346",
        "          buy 2  line 9",
    ]


def test_an_id_that_is_too_long_pushes_the_rest_down() -> None:
    """Its neighbours keep their columns."""
    some = [
        Row(cells("placed", "short", "O12345"), line("buy 1")),
        Row(cells("placed", "x" * 40, "O12346"), line("buy 2")),
    ]
    assert drawn(some, 80) == [
        "  placed  short  O12345  buy 1",
        f"  placed  {'x' * 40}",
        "                 O12346  buy 2",
    ]


def test_no_rows_make_no_lines() -> None:
    """A group may be empty."""
    assert drawn([], 80) == []


def test_lines_fit_when_their_words_do() -> None:
    """At the usual widths nothing sticks out."""
    some = [
        Row(cells("send", f"order-{n}"), line("buy 0.5 XBT/EUR @ limit 8000 " * 5), line=n + 1)
        for n in range(20)
    ]
    for width in (60, 80, 120):
        assert all(width_of(text) <= width for text in drawn(some, width))
