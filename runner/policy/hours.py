"""The windows in which something may happen, by the clocks and days of a rule's time zone.

A local clock shows some times twice and others never. A window then begins at the later and ends at the
earlier of what its time could be, so that nothing is inside that could be outside as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from runner.domain import UNPRICED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import AllowedTimes, Window

    from .context import OrderContext

_DAYS_BACK: Final = (0, 1)
"""A window is no longer than a day: what began two days ago is over."""


def outside(times: AllowedTimes, moment: float) -> bool:
    """Return whether a moment, in Unix seconds, is in none of the windows."""
    return _closes(times, moment) is None


def wrong_hours(times: AllowedTimes, context: OrderContext) -> Iterator[str]:
    """Yield what is wrong with the times at which an order leaves, begins and ends."""
    now, terms = context.now, context.terms
    if outside(times, now):
        yield f"it is {on_the_wall(times, now)}"
    begin = terms.starts_at(now) if terms.starts_later(now) else None
    if begin is not None and outside(times, begin):
        yield f"it starts on {on_the_wall(times, begin)}"
    closes = _closes(times, now if begin is None else begin)
    if times.rest or closes is None:
        return
    end = _over_by(context)
    if end is None:
        yield f"it may rest after {on_the_wall(times, closes)}"
    elif end > closes:
        yield f"it may rest until {on_the_wall(times, end)}, after {on_the_wall(times, closes)}"


def on_the_wall(times: AllowedTimes, moment: float) -> str:
    """Return a moment as the clocks of a rule show it, with their zone."""
    return f"{datetime.fromtimestamp(moment, times.zone):%Y-%m-%d %H:%M} {times.zone}"


def _over_by(context: OrderContext) -> float | None:
    """Return when an order is over in any case, in Unix seconds; None if it may rest without an end."""
    terms = context.terms
    if terms.close is not None:
        return None
    if terms.ordertype in UNPRICED or (terms.timeinforce == "IOC" and terms.ordertype == "limit"):
        return context.now
    return terms.expires_at(context.now) if terms.timeinforce == "GTD" else None


def _closes(times: AllowedTimes, moment: float) -> float | None:
    """Return when the last window that holds a moment closes, in Unix seconds; None if it is in none."""
    today = datetime.fromtimestamp(moment, times.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today.replace(tzinfo=None) - timedelta(days=back) for back in _DAYS_BACK]
    spans = [
        _span(window, day, times) for window in times.windows for day in days if day.weekday() in window.days
    ]
    return max((end for begin, end in spans if begin <= moment < end), default=None)


def _span(window: Window, day: datetime, times: AllowedTimes) -> tuple[float, float]:
    """Return when a window that belongs to a day begins and ends, in Unix seconds."""
    begin = day + timedelta(minutes=window.begin)
    end = day + timedelta(minutes=window.end, days=window.end <= window.begin)
    return max(_could_be(begin, times)), min(_could_be(end, times))


def _could_be(shown: datetime, times: AllowedTimes) -> tuple[float, float]:
    """Return both moments, in Unix seconds, that a local time can mean; equal unless clocks are set then."""
    either = shown.replace(tzinfo=times.zone)
    return either.replace(fold=0).timestamp(), either.replace(fold=1).timestamp()
