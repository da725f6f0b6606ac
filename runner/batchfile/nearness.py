"""The word that looks most like another. It is asked for what is shown alone: comparing words costs time."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WORD: Final = 64
_MOST_CHOICES: Final = 200


def nearest(word: str, choices: Sequence[str], likeness: float = 0.6) -> str:
    """The choice that looks most like a word; a different case counts as nothing."""
    if len(word) > LONGEST_WORD:
        return ""
    folded = {choice.lower(): choice for choice in choices[:_MOST_CHOICES] if len(choice) <= LONGEST_WORD}
    if word.lower() in folded:
        return folded[word.lower()]
    found = difflib.get_close_matches(word.lower(), list(folded), n=1, cutoff=likeness)
    return folded[found[0]] if found else ""
