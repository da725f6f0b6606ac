"""The bytes of a file as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.yaml.text import decode


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=50))
def test_letters_of_all_scripts_are_text(text: str) -> None:
    """A mark in front, as some editors write it, is not part of the text."""
    assert decode(text.encode()) == (text, [])
    assert decode(b"\xef\xbb\xbf" + text.encode()) == (text, [])


@pytest.mark.parametrize(
    ("content", "at", "message"),
    [
        (b"a\nb\xff", (2, 2), "the byte 0xFF is not UTF-8"),
        ("ä\n ü".encode("latin-1"), (1, 1), "the byte 0xE4 is not UTF-8"),
        (b"a: b\n\tc: d", (2, 1), "a tab is used for indentation"),
        (b"a: b\n  \t c: d", (2, 3), "a tab is used for indentation"),
        (b"a\rb", (1, 2), "a carriage return without a line feed: not every editor shows a new line"),
        (b"a\x00", (1, 2), "the control character U+0000 is not allowed"),
        (b"a\x7f", (1, 2), "the control character U+007F is not allowed"),
        ("a\x85b".encode(), (1, 2), "the invisible character U+0085 (next line) is not allowed"),
        ("é\u2066".encode(), (1, 2), "the invisible character U+2066 (left-to-right isolate) is not allowed"),
        (
            "a\ufeff".encode(),
            (1, 2),
            "the invisible character U+FEFF (zero width no-break space) is not allowed",
        ),
        ("a\uffff".encode(), (1, 2), "the control character U+FFFF is not allowed"),
    ],
)
def test_what_a_reviewer_would_not_see_is_refused(content: bytes, at: tuple[int, int], message: str) -> None:
    """With the line and the column, counted in characters."""
    _, (fault, *_) = decode(content)
    assert (fault.at, fault.message) == (at, message)


@pytest.mark.parametrize("content", [b"a\tb # c\td", b"a\r\nb\r\n", b"\t\n  \t  \n", "🙂\u200d".encode()])
def test_what_does_no_harm_is_let_through(content: bytes) -> None:
    """Tabs inside a line or on an empty one, CR LF, joined emoji."""
    assert decode(content)[1] == []


def test_a_line_is_complained_about_once() -> None:
    """A file in another encoding would fill the screen."""
    _, faults = decode(b"\xff\xff\xff\n\xff\xff")
    assert [fault.at for fault in faults] == [(1, 1), (2, 1)]


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_faulty(content: bytes) -> None:
    """Text without a fault is the text that went in."""
    text, faults = decode(content)
    if not faults:
        assert text.encode() == content.removeprefix(b"\xef\xbb\xbf")
