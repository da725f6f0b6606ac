"""Remarks that say the same of many orders, as one with their number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

T = TypeVar("T")

MANY: Final = 3
"""More that are alike become one line."""

MOST_SPANS: Final = 40

_NUMBER: Final = re.compile(r"[0-9][0-9,.]*")


def merge_alike(items: Iterable[T], key: Callable[[T], tuple[Hashable, str]]) -> list[tuple[T, list[T]]]:
    """Return the first item of each kind with the others of its kind, in the sequence of the first ones.

    ``key`` gives the kind of an item and its message. Messages are alike if they differ in numbers alone.
    """
    groups: dict[tuple[Hashable, str], list[T]] = {}
    for item in items:
        kind, message = key(item)
        groups.setdefault((kind, _NUMBER.sub("#", message)), []).append(item)
    merged: list[tuple[T, list[T]]] = []
    for alike in groups.values():
        merged += [(alike[0], alike[1:])] if len(alike) > MANY else [(item, []) for item in alike]
    return merged


def more_words(lines: Sequence[int]) -> str:
    """``and 46 more like it, lines 9 to 53, 57``."""
    spans: list[tuple[int, int]] = []
    for number in sorted(lines):
        if spans and number <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in spans[:MOST_SPANS]]
    rest = ", ..." if len(spans) > MOST_SPANS else ""
    return f"and {len(lines):,} more like it, lines {', '.join(shown)}{rest}"
