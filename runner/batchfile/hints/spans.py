"""Hints for the time that a barrier waits: the same span in the units of the format, or the nearest one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from .notation import tidied

SHORTEST_S: Final = 5
LONGEST_S: Final = 86_400

_PART: Final = (
    r"([0-9]{1,9}(?:[.][0-9]{1,6})?) ?"
    r"(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)?(?![a-z])"
)
_ISO: Final = r"P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def span_hint(text: str) -> str:
    """Return the span that was probably meant, from 5 s to 24 h; units to choose from for a bare number."""
    plain = tidied(text)
    if re.fullmatch(r"[0-9]{1,9}", plain):
        return _unit_hint(int(plain))
    seconds = _seconds_of(plain)
    if seconds is None:
        return "write 15m for a quarter of an hour"
    if seconds < SHORTEST_S:
        return "write 5s, the shortest"
    return f"write {_text(int(seconds))}" if seconds <= LONGEST_S else "write 24h, the longest"


def _unit_hint(number: int) -> str:
    spans = [f"{number}{unit}" for unit in "smh" if SHORTEST_S <= number * _UNITS[unit] <= LONGEST_S]
    if not spans:
        return "write 24h, the longest" if number else "write 5s, the shortest"
    *others, last = spans
    return f"give its unit: {' or '.join(filter(None, (', '.join(others), last)))}"


def _seconds_of(text: str) -> Decimal | None:
    """Return the seconds of a span such as ``1h 30 min``, ``0.5h`` or ``PT15M``; None for other texts."""
    if iso := re.fullmatch(_ISO, text, re.IGNORECASE):
        parts = [*zip(iso.groups(), "dhms", strict=True)]
        return sum((Decimal(number) * _UNITS[unit] for number, unit in parts if number), Decimal()) or None
    pieces = re.findall(_PART, text, re.IGNORECASE)
    rest = re.sub(r"[ ,+]|and", "", re.sub(_PART, "", text, flags=re.IGNORECASE), flags=re.IGNORECASE)
    if not pieces or rest or not all(unit for _, unit in pieces):
        return None
    return sum((Decimal(number) * _UNITS[unit[0].lower()] for number, unit in pieces), Decimal())


def _text(seconds: int) -> str:
    unit = next(unit for unit in "hms" if not seconds % _UNITS[unit])
    return f"{seconds // _UNITS[unit]}{unit}"
