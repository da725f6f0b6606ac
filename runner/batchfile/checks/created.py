"""The date under ``created``: a day that exists and has begun. No order of a batch can be older."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.batchfile.document.values import Fault, show
from runner.domain import parse_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.batchfile.document.values import YamlMap

_KEY = "created"
_DATE_LENGTH = len("2026-11-29")


def created_faults(document: YamlMap, now: float | None) -> Iterator[Fault]:
    """Yield the faults of the date; ``now`` is Unix seconds, None if the date may be in the future."""
    text = document.get(_KEY)
    if not isinstance(text, str) or len(text) != _DATE_LENGTH:
        return
    begins = _midnight(text)
    if begins is None:
        message = f"there is no such date: {show(text)}"
        yield Fault(
            document.value_at(_KEY),
            _KEY,
            message,
            "write the day on which the batch was made",
            code="time-unknown",
        )
    elif now is not None and begins > now:
        message = f"{show(text)} is in the future: that day has not begun, in UTC"
        hint = "write the day on which the batch was made: no order of it is looked for before that"
        yield Fault(document.value_at(_KEY), _KEY, message, hint, code="created-in-future")


def created_at(document: YamlMap) -> float | None:
    """Return the start of the day, in Unix seconds, for a document without faults; None if it names none."""
    text = document.get(_KEY)
    return None if text is None else _midnight(str(text))


def _midnight(text: str) -> float | None:
    try:
        return parse_rfc3339(f"{text}T00:00:00Z")
    except (ValueError, OverflowError):
        return None
