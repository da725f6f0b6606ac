"""Rows as CSV, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from runner.harmless import neutral, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""

_NEGATIVE: Final = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_SIGNED: Final = frozenset({"slippage", "slippage_percent"})


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV below the names of the columns; a value that is None or absent is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(name, row.get(name)) for name in columns] for row in rows)
    return without_commands(text.getvalue())


def _cell(name: str, value: object) -> str:
    text = "" if value is None else neutral(str(value))
    number = name in _SIGNED and _NEGATIVE.fullmatch(text)
    return f"'{text}" if text.startswith(_FORMULA) and not number else text
