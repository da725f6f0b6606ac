"""The chart of what was traded by day: a bar a day, each currency apart. Days without a run are gaps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text
from runner.report.humanize import count
from runner.report.wording.history import describe_worth

from .elements import element

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree import ElementTree as ET

    from runner.journal import RunMoney

WIDTH: Final = 480
HEIGHT: Final = 200
TOP: Final = 26
BOTTOM: Final = 24
SIDE: Final = 8
WIDEST: Final = 28
"""Pixels of a bar where there are few days."""


def days_chart(currency: str, days: Mapping[str, RunMoney]) -> ET.Element:
    """Return the chart of one currency; ``days`` are those on which orders were sent, in their order.

    A ring marks a day of which not all is known: its bar may be too short.
    """
    places = _places(list(days))
    most = max(money.worth for money in days.values())
    base = HEIGHT - BOTTOM
    first, last = next(iter(days)), list(days)[-1]
    return element(
        "figure",
        element(
            "svg",
            element("line", x1=SIDE, x2=WIDTH - SIDE, y1=base, y2=base, class_="axis"),
            *(part for day, money in days.items() for part in _bar(day, money, places[day], most)),
            element("text", f"at most {amount_text(most, currency)}", x=SIDE, y=16, class_="quiet-text"),
            element("text", first, x=SIDE, y=HEIGHT - 7, class_="quiet-text"),
            *([_last_day(last)] if last != first else []),
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=_described(currency, days),
            class_="days",
        ),
        element("figcaption", f"{currency} by day of UTC; a ring: not all of that day is known"),
    )


def _places(days: list[str]) -> dict[str, tuple[int, int]]:
    """Return the left edge and the width of each day's bar; days that are no dates follow one another."""
    try:
        numbers = [date.fromisoformat(day).toordinal() for day in days]
    except ValueError:
        numbers = list(range(len(days)))
    span = numbers[-1] - numbers[0] + 1
    room = WIDTH - 2 * SIDE
    width = max(2, min(WIDEST, room * 3 // (span * 4)))
    return {
        day: (SIDE + (room - width) * (number - numbers[0]) // max(1, span - 1), width)
        for day, number in zip(days, numbers, strict=True)
    }


def _bar(day: str, money: RunMoney, place: tuple[int, int], most: Decimal) -> Iterator[ET.Element]:
    x, width = place
    height = int((HEIGHT - TOP - BOTTOM) * money.worth / most) if most else 0
    top = HEIGHT - BOTTOM - max(height, 1)
    title = element("title", f"{day}: {describe_worth(money)}")
    yield element("rect", title, x=x, y=top, width=width, height=max(height, 1), class_="bar-day")
    if money.unknown or money.open:
        yield element("circle", cx=x + width // 2, cy=top, r=4, class_="outlier")


def _last_day(day: str) -> ET.Element:
    return element("text", day, x=WIDTH - SIDE, y=HEIGHT - 7, text_anchor="end", class_="quiet-text")


def _described(currency: str, days: Mapping[str, RunMoney]) -> str:
    most = max(days, key=lambda day: days[day].worth)
    unsure = sum(bool(money.unknown or money.open) for money in days.values())
    more = f"; of {count(unsure, 'day')} not all is known" if unsure else ""
    return (
        f"{currency} on {count(len(days), 'day')} from {next(iter(days))} to {list(days)[-1]}, "
        f"most on {most}: {describe_worth(days[most])}{more}"
    )
