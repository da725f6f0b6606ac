"""Find the most similar word. Used only for problems that are shown, because comparing words is slow."""

from __future__ import annotations

from bisect import bisect
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_WORD: Final = 64
_NEIGHBOURS: Final = 6
"""Number of neighbouring words compared on each side, sorted by the alphabet and by their ends."""


def nearest(word: str, choices: Iterable[str], likeness: float = 0.6) -> str:
    """Return the choice that looks most like a word; a different case counts as nothing.

    Where there are many choices, only those that begin or end as the word does are looked at.
    """
    if len(word) > LONGEST_WORD:
        return ""
    word = word.lower()
    folded, forward, backward = _sort_choices(tuple(choices))
    if word in folded:
        return folded[word]
    import difflib  # noqa: PLC0415 - most files have no word that is not known

    found = difflib.get_close_matches(word, _around(word, forward, backward), n=1, cutoff=likeness)
    return folded[found[0]] if found else ""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the choice that looks most like a word, as a question; empty if none does."""
    best = nearest(word, choices)
    return f"did you mean `{best}`?" if best else ""


@lru_cache(maxsize=8)
def _sort_choices(choices: tuple[str, ...]) -> tuple[Mapping[str, str], list[str], list[str]]:
    """Return the choices by their words in small letters; these words in order, and turned round in order."""
    folded = {choice.lower(): choice for choice in choices if len(choice) <= LONGEST_WORD}
    return folded, sorted(folded), sorted(word[::-1] for word in folded)


def _around(word: str, forward: list[str], backward: list[str]) -> list[str]:
    """Return the neighbours of a word in both sort orders; all words if there are few."""
    if len(forward) <= 4 * _NEIGHBOURS:
        return forward
    near = _beside(word, forward) + [turned[::-1] for turned in _beside(word[::-1], backward)]
    return list(dict.fromkeys(near))


def _beside(word: str, ordered: list[str]) -> list[str]:
    place = bisect(ordered, word)
    return ordered[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
