"""The words that are found where they are written, and left alone where they are parts of others."""

from __future__ import annotations

from tests.source_words import old_words, old_words_in
from tests.support.for_each import for_each

FOUND: list[tuple[str, list[str]]] = [
    ("told = []", ["told"]),
    ("def test_a_run_that_nobody_tells(): pass", ["nobody", "tells"]),
    ('"""Nobody asked for it."""', ["Nobody", "asked"]),
    ("class Scribe: pass", ["Scribe"]),
    ("[one.id for one in orders]", ["for one in orders"]),
    ("def f(one: Order) -> None: pass", ["(one: O"]),
    ("intellect = untoldable, masked, withstands, Scenes, one_line", []),
    ("for each one of them: exactly one", []),
]


@for_each(FOUND)
def test_old_words_are_found(text: str, expected: list[str]) -> None:
    """In code, names and texts, and only as whole words."""
    assert old_words(text) == expected


def test_no_old_word_is_used() -> None:
    """Neither in the package nor in its tests; ``tests/source_words.py`` names them."""
    assert list(old_words_in(".", "../tests")) == []
