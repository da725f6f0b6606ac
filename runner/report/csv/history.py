"""The runs of all batches as CSV: one row a run and currency, one alone for a run that has traded nothing.

Columns are added at the end, never renamed. An empty cell is unknown, or nothing that there could be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .cells import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.journal import History, PastRun

COLUMNS: Final = (
    *("run", "batch", "run_key", "number", "venue", "account", "exchange", "at", "ended_at", "outcome"),
    *("reason", "user", "actor", "host", "job", "revision", "plan", "approved_by"),
    *("orders", "placed", "currency", "worth", "fees", "known", "unknown", "open", "place"),
)


def history_rows(history: History) -> str:
    """Return the runs as CSV."""
    return csv_text((row for run in history.runs for row in _rows(run)), COLUMNS)


def _rows(run: PastRun) -> Iterator[dict[str, Any]]:
    own = run.row() | {
        "approved_by": " ".join(str(row["by"]) for row in run.approvals),
        "orders": run.orders.get("total"),
        "placed": run.orders.get("placed"),
    }
    for money in [each.row() for each in run.money] or [{}]:
        yield own | money
