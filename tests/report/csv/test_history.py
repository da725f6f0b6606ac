"""The runs of all batches as CSV."""

from __future__ import annotations

import csv
import io

from runner.report.csv.history import COLUMNS, history_rows
from tests.report.histories import FULL


def test_one_row_a_run_and_currency() -> None:
    """Unknown cells are empty; no cell is a formula or a control character."""
    text = history_rows(FULL)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["run"], row["currency"], row["worth"], row["unknown"]) for row in rows] == [
        ("weekly@2026-W47#2", "EUR", "1200.5", "1"),
        ("weekly@2026-W47#2", "XBT", "", "2"),
        ("weekly@2026-W47#3", "EUR", "1200.5", "1"),
        ("weekly@2026-W47#3", "", "", "1"),
        ("ladder#2", "", "", ""),
    ]
    assert rows[0]["approved_by"] == "alice"
    assert (rows[0]["orders"], rows[0]["placed"]) == ("4", "3")
    assert "\x1b" not in text
    assert list(rows[0]) == list(COLUMNS)
