"""A page of markdown never grows past its limit, and says what it left out."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from runner.report.markdown.page import Section, is_cut, page_of, size

MORE = "see there"
SECTIONS = st.lists(
    st.builds(
        Section,
        title=st.sampled_from(["", "title", "ü" * 300]),
        opened=st.booleans(),
        head=st.sampled_from([(), ("| a |", "|---|")]),
        rows=st.lists(st.sampled_from(["| x |", "| " + "ü" * 700 + " |"]), max_size=80).map(tuple),
        foot=st.sampled_from([(), ("foot",)]),
    ),
    max_size=5,
)


@given(SECTIONS, st.integers(1_000, 40_000))
def test_no_page_is_longer_than_its_limit(sections: list[Section], limit: int) -> None:
    """Its bytes of UTF-8 count, with any content; folds are closed again."""
    page = page_of(["# top"], sections, limit=limit, more=MORE)
    assert page.startswith("# top\n")
    assert size(page) <= limit
    assert page.count("<details") == page.count("</details>")


@given(SECTIONS)
def test_what_is_left_out_is_counted(sections: list[Section]) -> None:
    """Rows that are there and rows that are said to be missing are all rows of what is shown."""
    page = page_of([], sections, limit=20_000, more=MORE)
    shown = len(re.findall(r"^\| (?:x|ü+) \|$", page, re.MULTILINE))
    missing = sum(int(number.replace(",", "")) for number in re.findall(r"_([\d,]+) more rows", page))
    assert shown + missing <= sum(len(section.rows) for section in sections)
    if len(sections) <= 1:
        assert shown + missing == sum(len(section.rows) for section in sections)


def test_a_short_page_leaves_nothing_out() -> None:
    """Sections keep their order, folded where they have a title."""
    sections = [
        Section(title="one", opened=True, head=("h",), rows=("a", "b"), foot=("f",)),
        Section(title="two", rows=("c",)),
        Section(rows=("d",)),
    ]
    assert page_of(["top"], sections, limit=10_000, more=MORE) == (
        "top\n\n<details open><summary>one</summary>\n\nh\na\nb\nf\n\n</details>\n"
        "\n<details><summary>two</summary>\n\nc\n\n</details>\n\nd\n"
    )


def test_later_sections_keep_a_word() -> None:
    """A first section of ten thousand rows does not push out what follows, and another gets as much room."""
    long = Section(title="long", rows=("x" * 50,) * 10_000)
    sections = [long, long, Section(title="short", rows=("y", "z"))]
    page = page_of([], sections, limit=20_000, more=MORE)
    assert "\ny\nz\n" in page
    first, second, _ = (part.count("x" * 50) for part in page.split("</details>")[:3])
    assert abs(first - second) < 10
    assert first > 150
    assert re.search(r"_9,\d\d\d more rows are not shown here: see there\._", page)


def test_a_section_without_room_is_spoken_of() -> None:
    """One that is dropped as a whole is not dropped unsaid."""
    long = Section(title="t" * 900, rows=("x",))
    page = page_of(["top"], [long], limit=500, more=MORE)
    assert page == "top\n\n_Some of this is not shown here: see there._\n"
    assert is_cut(page)
    assert not is_cut(page_of(["top"], [long], limit=5_000, more=MORE))


def test_a_top_without_room_is_cut_to_its_first_line() -> None:
    """And a page without room for that is empty."""
    top = ["first", "x" * 900]
    assert page_of(top, [], limit=500, more=MORE) == "first\n\n_Some of this is not shown here: see there._\n"
    assert page_of(top, [], limit=20, more=MORE) == ""
    assert is_cut("")
