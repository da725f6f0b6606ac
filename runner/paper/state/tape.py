"""Recorded prices as text: trades or OHLC bars in CSV, as the exchange offers them for download.

A row is ``time,price,volume`` or ``time,open,high,low,close`` and whatever follows; a first line may name the
columns. Every problem is reported with its place. Files are read elsewhere.
Source: https://support.kraken.com/hc/en-us/articles/360047124832-Downloadable-historical-OHLCVT-data
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import Problem, parse_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .instruments import Instrument, Instruments

ROWS_MAX = 1_000_000
PROBLEMS_MAX = 20

_TRADE = ("time", "price", "volume")
_BAR = ("time", "open", "high", "low", "close")
_SYNONYMS = {"timestamp": "time", "vol": "volume", "trades": "count"}
_DIGITS_MAX = 24
_LAST_BAR_S = Decimal(60)  # a bar lasts until the next one; how long the only one lasts is not written


@dataclass(frozen=True, slots=True)
class Print:
    """A price that was paid; ``time`` in Unix seconds, ``volume`` in base units or None."""

    time: Decimal
    price: Decimal
    volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tape:
    """The prices paid for a pair, in the order of time; never empty."""

    instrument: Instrument
    prints: tuple[Print, ...]


def instrument_of_file(name: str, instruments: Instruments) -> Instrument | None:
    """Return the pair of a file by its name as downloaded: ``XBTUSD.csv``, ``ETHEUR_60.csv``."""
    word = re.split(r"[_.]", name, maxsplit=1)[0].upper()
    return next(
        (instrument for instrument in instruments.values() if instrument.altname.upper() == word), None
    )


def parse_tape(text: str, *, file: str, instrument: Instrument) -> Tape | list[Problem]:
    """Return the tape that a CSV text holds, or everything that is wrong with it (the first 20 problems)."""
    rows = [(number, line.split(",")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows:
        return [Problem(file, 1, 1, "", "there is no row", "one line each: time,price,volume")]
    if len(rows) > ROWS_MAX:
        return [Problem(file, ROWS_MAX, 1, "", f"more than {ROWS_MAX} rows", "give a part of it")]
    names = _names(rows[0][1])
    if names:
        rows = rows[1:]
    reader = _Reader(file, names or _guess_columns(rows[0][1]))
    for number, cells in rows:
        reader.take(number, cells)
        if len(reader.problems) >= PROBLEMS_MAX:
            break
    if reader.problems or not reader.rows:
        return reader.problems or [Problem(file, 1, 1, "", "there is no row below the names")]
    return Tape(instrument, tuple(reader.prints()))


class _Reader:
    """Reads row after row, and collects what is wrong."""

    def __init__(self, file: str, columns: tuple[str, ...]) -> None:
        self.problems: list[Problem] = []
        self.rows: list[tuple[Decimal, ...]] = []
        self._file = file
        self._columns = columns
        self._bars = set(_BAR) <= set(columns)
        self._wanted = _BAR if self._bars else _TRADE

    def take(self, number: int, cells: list[str]) -> None:
        """One more row."""
        values = []
        for name in self._wanted:
            value = self._value(number, cells, name)
            if value is None:
                return
            values.append(value)
        if self.rows and values[0] < self.rows[-1][0]:
            self._complain(number, cells, 0, f"{cells[0].strip()} is before the row above", "sort by time")
        elif self._bars and not _encloses(*values[1:]):
            hint = ",".join(_BAR)
            self._complain(number, cells, 1, "high and low do not enclose open and close", hint)
        else:
            self.rows.append(tuple(values))

    def prints(self) -> Iterator[Print]:
        """Yield the prices paid: each trade, and of each bar its open, its two ends and its close."""
        if not self._bars:
            yield from (Print(time, price, volume) for time, price, volume in self.rows)
            return
        for index, (time, first, high, low, last) in enumerate(self.rows):
            later = self.rows[index + 1][0] if index + 1 < len(self.rows) else time + _LAST_BAR_S
            ends = (low, high) if last >= first else (high, low)
            for part, price in enumerate((first, *ends, last)):
                yield Print(time + (later - time) * part / 4, price)

    def _value(self, number: int, cells: list[str], name: str) -> Decimal | None:
        index = self._columns.index(name) if name in self._columns else len(cells)
        if index >= len(cells):
            self._complain(number, cells, len(cells), f"{name} is missing", ",".join(self._wanted))
            return None
        text = cells[index].strip()
        try:
            value = parse_decimal(text[: _DIGITS_MAX + 1])
        except ValueError:
            self._complain(number, cells, index, f"{name} is not a plain number: {text[:_DIGITS_MAX]!r}", "")
            return None
        if len(text) > _DIGITS_MAX or (not value and name not in ("time", "volume")):
            self._complain(number, cells, index, f"{name} cannot be {text[:_DIGITS_MAX]}", "")
            return None
        return value

    def _complain(self, number: int, cells: list[str], index: int, message: str, hint: str) -> None:
        column = min(1 + sum(len(cell) + 1 for cell in cells[:index]), len(",".join(cells)) + 1)
        self.problems.append(Problem(self._file, number, column, "", message, hint))


def _names(cells: list[str]) -> tuple[str, ...]:
    """Return the columns that a first line names, in our words; empty when it is a row like the others."""
    words = [cell.strip().strip('"').lower() for cell in cells]
    return tuple(_SYNONYMS.get(word, word) for word in words) if words[0].isalpha() else ()


def _encloses(first: Decimal, high: Decimal, low: Decimal, last: Decimal) -> bool:
    return low <= min(first, last) <= max(first, last) <= high


def _guess_columns(cells: list[str]) -> tuple[str, ...]:
    return _BAR if len(cells) > len(_TRADE) else _TRADE
