"""Times as numbers and as text. ``now`` everywhere is Unix seconds, handed in from above."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal


RECORDS_LAG_S: Final = 75
"""The longest time for which the exchange's records may lack an order that was opened or has ended, in
seconds; up to a minute has been seen."""

_DURATION: Final = r"([1-9][0-9]{0,6})([smhd])"
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@lru_cache(maxsize=16)  # All that a turn notes bears the same time.
def rfc3339(unix_s: float, *, digits: int = 6) -> str:
    """Unix seconds as RFC 3339 in UTC, with ``digits`` (3 or 6) digits of the second."""
    moment = datetime.fromtimestamp(unix_s, UTC)
    text = moment.isoformat(timespec="microseconds" if digits == 6 else "milliseconds")
    return text.removesuffix("+00:00") + "Z"


def time_of_day(unix_s: float) -> str:
    """Unix seconds as a clock in UTC shows them: ``12:03:10 UTC``."""
    return f"{rfc3339(unix_s, digits=3)[11:19]} UTC"


def since_text(unix_s: float | None) -> str:
    """Return from when on something is, to follow a noun: `` since 2026-11-29T12:03:10Z``; empty for None."""
    return "" if unix_s is None else f" since {rfc3339(unix_s, digits=3)[:19]}Z"


def parse_rfc3339(text: str) -> float:
    """RFC 3339 with an offset or ``Z`` as Unix seconds. Raises ``ValueError``."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no offset from UTC: {text!r}")
    return moment.timestamp()


def parse_duration(text: str) -> int:
    """Parse a span such as ``90s``, ``30m``, ``24h`` or ``7d`` into seconds. Raises ``ValueError``."""
    match = re.fullmatch(_DURATION, text)
    if match is None:
        raise ValueError(f"not a span of time: {text!r}")
    return int(match.group(1)) * _SECONDS[match.group(2)]


def duration_text(seconds: int) -> str:
    """Return a span of whole seconds as files write it, in its largest unit: ``15m``, ``90s``, ``24h``."""
    unit = next(unit for unit in "hms" if not seconds % _SECONDS[unit])
    return f"{seconds // _SECONDS[unit]}{unit}"


def seconds(time: Decimal | int) -> float:
    """Return a moment or a span of time as the clock counts it, to the microsecond."""
    return int(time * 1_000_000) / 1_000_000
