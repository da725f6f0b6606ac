"""A batch file as plain data with the line and column of every key and value.

It knows YAML's shapes (mapping, list, text) and nothing of orders. There are hundreds of thousands of
positions, and hardly any is used: each is stored as an offset in characters from the start of the text, and
converted to a ``(line, column)`` tuple, both from 1, on demand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LineColumn = tuple[int, int]
START: Final[LineColumn] = (1, 1)

_SHOWN_CHARACTERS = 40
_LONGEST_PLACEHOLDER = 200
_FEW_ENTRIES = 32
_SHOWN_BEFORE = 60
_SHOWN_AFTER = 140


class NumberText(str):
    """An unquoted number of the file, as the author's text."""

    __slots__ = ()


class Unreadable:
    """A placeholder for a value that the reader refused, so that it is reported only once."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = Unreadable()


SAID: Final = ""
"""The message of a fault that is part of another one, so that its path is not reported again."""


class Lines:
    """The offsets at which the lines of a text begin, computed on first use."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: array[int] | None = None

    def at(self, offset: int) -> LineColumn:
        """Line and column of the character with so many others before it."""
        starts = self._all()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def start_of(self, line: int) -> int:
        """Return the offset where a line begins, the first being 0; behind the last line, the text's end."""
        starts = self._all()
        return starts[line] if line < len(starts) else len(self._text)

    def _all(self) -> array[int]:
        if self._starts is None:
            self._starts = array("I", _line_starts(self._text))
        return self._starts

    def between(self, start: int, end: int) -> str:
        """Return the text from one character to another."""
        return self._text[start:end]

    def placeholder_at(self, offset: int) -> str:
        """Return the placeholder in double braces that begins at a character; empty if there is none."""
        if not self._text.startswith("{{", offset):
            return ""
        end = self._text.find("}}", offset, offset + _LONGEST_PLACEHOLDER)
        return self._text[offset : end + 2] if end > 0 else ""

    def rest_of_line(self, offset: int) -> str:
        """Return the text from a character to the end of its line, cut after the longest placeholder."""
        return self._text[offset : offset + _LONGEST_PLACEHOLDER].partition("\n")[0]

    def excerpt(self, at: LineColumn) -> tuple[str, int]:
        """Return the line of a position, of a long one the shown part, and the place in it, from 0."""
        begins = self.start_of(at[0] - 1)
        offset = begins + at[1] - 1
        start = max(begins, offset - _SHOWN_BEFORE)
        shown = self._text[start : offset + _SHOWN_AFTER].partition("\n")[0].rstrip("\r")
        return shown, offset - start


def _line_starts(text: str) -> Iterator[int]:
    start = 0
    while start >= 0:
        yield start
        start = text.find("\n", start) + 1 or -1


class YamlMap(dict[str, object]):
    """A mapping.

    ``offset`` is its start, ``first_key_at`` the place of its first key. ``incomplete``: some of its entries
    could not be read, so the file may have keys that it lacks.
    """

    __slots__ = ("_indexes", "_lines", "first_key_at", "incomplete", "offset", "offsets")

    def __init__(self, lines: Lines, offset: int, first_key_at: LineColumn) -> None:
        super().__init__()
        self._lines = lines
        self.offset = offset
        self.first_key_at = first_key_at
        self.incomplete = False
        self._indexes: dict[str, int] | None = None
        self.offsets: array[int] | list[int] = []
        """Of the first entry's key and value, of the next one's..., in the order of the entries."""

    @property
    def at(self) -> LineColumn:
        """The line and column where the mapping starts."""
        return self._lines.at(self.offset)

    def put(self, key: str, value: object, key_offset: int, value_offset: int) -> None:
        """Add an entry with its two positions. There must be none with this key."""
        self[key] = value
        self.offsets.append(key_offset)
        self.offsets.append(value_offset)

    def key_at(self, key: str) -> LineColumn:
        """Return the line and column of a key; the mapping's start if it has no such key."""
        return self._lines.at(self.offsets_of(key)[0])

    def value_at(self, key: str) -> LineColumn:
        """Return the line and column of a key's value; the mapping's start if there is no such key."""
        return self._lines.at(self.offsets_of(key)[1])

    def offsets_of(self, key: str) -> tuple[int, int]:
        """Return the offsets of a key and its value; twice the mapping's start if it has no such key."""
        index = self._index_of(key)
        if index is None:
            return self.offset, self.offset
        return self.offsets[2 * index], self.offsets[2 * index + 1]

    def _index_of(self, key: str) -> int | None:
        """Return the place of an entry among the others; where there are many, all places are kept."""
        if key not in self:
            return None
        if len(self) <= _FEW_ENTRIES:
            return next(index for index, other in enumerate(self) if other == key)
        indexes = self._indexes
        if indexes is None or len(indexes) > len(self):
            indexes = self._indexes = {}
        for back, other in enumerate(reversed(self), 1):  # entries are added at the end alone
            if other in indexes:
                break
            indexes[other] = len(self) - back
        return indexes[key]

    def opens_with_brace(self, key: str) -> bool:
        """Return whether the value of a key is written inside braces."""
        return self._lines.between(offset := self.offsets_of(key)[1], offset + 1) == "{"

    def copy(self) -> YamlMap:
        """Return the same entries in the same places."""
        other = YamlMap(self._lines, self.offset, self.first_key_at)
        other.update(self)
        other.offsets = self.offsets[:]
        other.incomplete = self.incomplete
        return other


class YamlList(list[object]):
    """A list. ``offset`` is where it starts."""

    __slots__ = ("_lines", "_offsets", "offset")

    def __init__(self, lines: Lines, offset: int) -> None:
        super().__init__()
        self._lines = lines
        self.offset = offset
        self._offsets: array[int] | list[int] = []

    @property
    def at(self) -> LineColumn:
        """The line and column where the list starts."""
        return self._lines.at(self.offset)

    def put(self, value: object, value_offset: int) -> None:
        """Add one item with its position."""
        self.append(value)
        self._offsets.append(value_offset)

    def item_at(self, index: int) -> LineColumn:
        """Return the line and column of an item."""
        return self._lines.at(self._offsets[index])

    def with_items(self, items: Iterable[object]) -> YamlList:
        """Other items in the places of these."""
        other = YamlList(self._lines, self.offset)
        other.extend(items)
        other._offsets = self._offsets
        return other


class Fault(NamedTuple):
    """A problem without the name of its file. ``subject`` distinguishes problems with the same path.

    ``code`` names the kind of problem, as `order-id-twice`, and is never renamed; reports explain each.

    An expensive ``hint`` is a function, which is called only for problems that are shown.
    """

    at: LineColumn
    path: str
    message: str
    hint: str | Callable[[], str] = ""
    subject: str = ""
    code: str = ""

    @property
    def instead(self) -> str:
        """The hint's text."""
        return self.hint if isinstance(self.hint, str) else self.hint()


def path_text(steps: Iterable[str | int]) -> str:
    """Return the steps from the top of the document as one text: ``groups[0].orders[2].price``."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{shorten(step)}" if text else shorten(step)
    return text


def shorten(text: str) -> str:
    """Return a text that is safe to print on one line: nothing invisible, at most 40 characters."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in cut)


def show(value: object) -> str:
    """Return a value as a message names it: a number as typed, text in quotes, a container by its kind."""
    match value:
        case NumberText():
            return shorten(value)
        case str():
            return f'"{shorten(value)}"'
        case bool():
            return "true" if value else "false"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "nothing"
