"""A batch file as plain data in which every key and value still knows its line and column.

It knows YAML's shapes (mapping, list, text) and nothing of orders. Positions inside this package are
``(line, column)`` tuples that start at 1, because there are hundreds of thousands of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

At = tuple[int, int]
START: Final[At] = (1, 1)

_SHOWN_CHARACTERS = 40


class NumberText(str):
    """A number that stood unquoted in the file, as the text that its author typed."""

    __slots__ = ()


class Unreadable:
    """Stands where a value was refused by the reader, so that nobody complains about it again."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = Unreadable()


class YamlMap(dict[str, object]):
    """A mapping. ``at`` is where it starts, ``places`` the position of each key and of its value."""

    __slots__ = ("at", "places")

    def __init__(self, at: At) -> None:
        super().__init__()
        self.at = at
        self.places: dict[str, tuple[int, int, int, int]] = {}

    def put(self, key: str, value: object, key_at: At, value_at: At) -> None:
        """Add one entry with its two positions."""
        self[key] = value
        self.places[key] = (*key_at, *value_at)

    def key_at(self, key: str) -> At:
        """Where a key stands; the mapping's start if it has no such key."""
        place = self.places.get(key)
        return self.at if place is None else place[:2]

    def value_at(self, key: str) -> At:
        """Where a value stands; the mapping's start if there is no such key."""
        place = self.places.get(key)
        return self.at if place is None else place[2:]

    @property
    def first_key_at(self) -> At:
        """Where the first key stands: that is where a reader sees the mapping begin."""
        return self.key_at(next(iter(self.places), ""))


class YamlList(list[object]):
    """A list. ``at`` is where it starts, ``places`` the position of each item."""

    __slots__ = ("at", "places")

    def __init__(self, at: At) -> None:
        super().__init__()
        self.at = at
        self.places: list[At] = []

    def put(self, value: object, value_at: At) -> None:
        """Add one item with its position."""
        self.append(value)
        self.places.append(value_at)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem before it knows the name of its file. ``subject`` tells apart what shares a path."""

    at: At
    path: str
    message: str
    hint: str = ""
    subject: str = ""


def path_text(steps: Iterable[str | int]) -> str:
    """The steps from the top of the document as one text: ``groups[0].orders[2].price``."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{shorten(step)}" if text else shorten(step)
    return text


def shorten(text: str) -> str:
    """A text that is safe to print on one line: nothing invisible, at most 40 characters."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in cut)


def show(value: object) -> str:
    """A value as a message names it: a number as typed, text in quotes, a container by its kind."""
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
