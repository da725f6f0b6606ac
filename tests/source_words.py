"""Words that are used neither in code nor in its texts, since there are plainer ones.

Orders are open, queried and requested, facts are reported and shown, and an unknown fact is called unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.source_tree import place, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = ("told", "tell", "tells", "asked", "unasked", "nobody", "Nobody", "stands", "stood", "prey")
_NAMES = (
    *("Scene", "Splice", "Scribe", "Complaint", "RestComplaint", "Objection", "Goodbye", "Patient", "Keeper"),
    *("OrderDesk", "CancelDesk", "RestDesk", "MostAlike", "MostCancels", "Said", "founding_record"),
    *("in_words", "wants_trades", "look_away", "seen_to_before", "foresee", "unreached"),
)
_OLD = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_WORDS)})(?![a-z])|\b(?:{'|'.join(_NAMES)})\b")
_VARIABLE = re.compile(r"\bfor (?:\w+, )?one(?:, \w+)? in [\w.(]+|[(,] ?one: [A-Za-z]")

_HINTS = (*_WORDS, *_NAMES, "one in ", "one: ")
_OWN = {"source_words.py", "test_source_words.py"}


def old_words(text: str) -> list[str]:
    """Return the words of a text that have a plainer one, also in names, and loop variables called one."""
    return _OLD.findall(text) + _VARIABLE.findall(text)


def old_words_in(*parts: str) -> Iterator[str]:
    """Yield each line with such a word in parts of the package, as ``path:line: word``."""
    for path in sources(*parts):
        text = path.read_text("utf-8") if path.name not in _OWN else ""
        if any(hint in text for hint in _HINTS):  # in a tenth of the time
            for number, line in enumerate(text.splitlines(), 1):
                yield from (f"{place(path)}:{number}: {word}" for word in old_words(line))
