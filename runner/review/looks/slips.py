"""Slips of the hand in a number: a digit more or less, two digits exchanged, the point moved."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from itertools import zip_longest
from typing import Final

MANY_TIMES: Final = 5
"""From here on a digit more or less makes another order of magnitude."""


class Slip(Enum):
    """The kind of a slip. MAGNITUDE: the point is elsewhere, or a digit more or less has the same effect."""

    MAGNITUDE = auto()
    SWAPPED = auto()
    DIGIT = auto()


def slip(meant: str, typed: str) -> Slip | None:
    """Return how one number became another by a slip; None if it did not, or if one of them is no number."""
    try:
        was, now = Decimal(meant), Decimal(typed)
    except InvalidOperation:
        return None  # A relative price.
    if not was or not now or was == now:
        return None
    if _digits(was) == _digits(now):
        return Slip.MAGNITUDE
    if _swapped(meant, typed):
        return Slip.SWAPPED
    if _one_more(meant, typed) or _one_more(typed, meant):
        return Slip.MAGNITUDE if max(was, now) >= MANY_TIMES * min(was, now) else Slip.DIGIT
    return None


def _digits(number: Decimal) -> tuple[int, ...]:
    return number.normalize().as_tuple().digits


def _swapped(meant: str, typed: str) -> bool:
    """Return whether two texts are the same but for two digits side by side, a point between them or not."""
    if len(meant) != len(typed):
        return False
    differ = [at for at, (old, new) in enumerate(zip(meant, typed, strict=True)) if old != new]
    if len(differ) != 2:
        return False
    first, second = differ
    beside = second - first == 1 or meant[first + 1 : second] == "."
    return beside and (meant[first], meant[second]) == (typed[second], typed[first])


def _one_more(shorter: str, longer: str) -> bool:
    """Return whether a text is another with one digit put in."""
    if len(longer) != len(shorter) + 1:
        return False
    at = next(i for i, (digit, other) in enumerate(zip_longest(shorter, longer)) if digit != other)
    return longer[at] != "." and longer[:at] + longer[at + 1 :] == shorter
