"""Cells that no spreadsheet and no CI system obeys."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.csv.cells import csv_text

COLUMNS = ("id", "outcome", "slippage", "slippage_percent")


def read(text: str) -> list[dict[str, Any]]:
    """The rows of a text."""
    return list(csv.DictReader(io.StringIO(text)))


@given(
    st.lists(st.fixed_dictionaries({name: st.none() | st.text(max_size=8) for name in COLUMNS}), max_size=3)
)
def test_no_cell_is_a_formula_or_a_command(rows: list[dict[str, Any]]) -> None:
    """With any text of the exchange or a file: each row is one line, and no text is obeyed."""
    text = csv_text(rows, COLUMNS)
    assert text.count("\n") == len(rows) + 1
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    for row in read(text):
        for name, cell in row.items():
            assert cell.isprintable()
            negative = name.startswith("slippage") and cell[1:].replace(".", "").isdecimal()
            assert not cell.startswith(("=", "+", "@"))
            assert not cell.startswith("-") or negative


@pytest.mark.parametrize(
    ("value", "cell"), [("-0.5", "-0.5"), ("-A1", "'-A1"), ("=1+1", "'=1+1"), (None, "")]
)
def test_a_negative_number_stays_a_number(value: str | None, cell: str) -> None:
    """In the columns that may hold one."""
    assert read(csv_text([{"slippage": value}], COLUMNS))[0]["slippage"] == cell
