"""The table of all orders: the first rows are open, the others in folds, so that a long page opens at once.

Each cell has few bytes: ten thousand orders are a page of less than three megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .elements import element, section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree import ElementTree as ET

CHUNK: Final = 500
"""Rows that are laid out together."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its class, empty for plain text."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The cells of an order. ``anchor`` is the id of a row that is worth a second look, else empty."""

    cells: tuple[Cell, ...]
    anchor: str = ""


def orders_section(head: Sequence[str], rows: Sequence[OrderRow], numbers: Sequence[int]) -> ET.Element:
    """Return the section of all orders; ``numbers`` are the columns of numbers."""
    columns = " ".join(f"n{number}" for number in numbers)
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)] or [rows]
    children: list[ET.Element] = []
    for number, chunk in enumerate(chunks):
        found = _table(head, chunk, columns)
        if number:
            first = number * CHUNK + 1
            label = element("summary", f"orders {first:,} to {first + len(chunk) - 1:,}")
            found = element("details", label, found)
        children.append(found)
    return section(f"Every order: {len(rows):,}", *children, id="orders")


def _table(head: Sequence[str], rows: Sequence[OrderRow], columns: str) -> ET.Element:
    top = element("tr", *(element("th", name, scope="col") for name in head))
    body = element("tbody", *map(_row, rows))
    return element("div", element("table", element("thead", top), body, class_=columns), class_="wide")


def _row(row: OrderRow) -> ET.Element:
    attributes = {"class_": "look", "id": row.anchor} if row.anchor else {}
    return element("tr", *map(_cell, row.cells), **attributes)


def _cell(cell: Cell) -> ET.Element:
    return element("td", cell.text, class_=cell.kind) if cell.kind else element("td", cell.text)
