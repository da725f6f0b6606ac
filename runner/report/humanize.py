"""Numbers with their nouns, spans and times, as people read them."""

from __future__ import annotations


def count(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun: ``1 order``, ``2 orders``, ``no orders``."""
    return f"{number or 'no'} {noun if number == 1 else nouns or noun + 's'}"


def seconds(elapsed_s: float) -> str:
    """Return a span of time for people: ``0.4 s``, ``2 min 05 s``, ``23 h 59 min``."""
    if elapsed_s < 59.95:
        return f"{elapsed_s:.1f} s"
    minutes, rest = divmod(round(elapsed_s), 60)
    hours, left = divmod(minutes, 60)
    return f"{hours} h {left:02d} min" if hours else f"{minutes} min {rest:02d} s"


def moment(text: str) -> str:
    """Return a time of the journal for people, to the second: ``2026-11-22 10:00:00 UTC``."""
    return f"{text[:19].replace('T', ' ')} UTC"
