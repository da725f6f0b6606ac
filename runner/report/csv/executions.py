"""The executions of orders as CSV, one row an order: for a book-keeper, a desk, or a spreadsheet.

Columns are added at the end, never renamed. An empty cell is unknown, or nothing that there could be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.planning import newest_execution
from runner.report.base import Report, RunResult

from .cells import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.journal import History
    from runner.kraken import OpenOrder
    from runner.planning import PlannedOrder
    from runner.report.base import FileResult, PlanResult, SeriesResult, StatusResult

COLUMNS: Final = (
    *("batch", "run_key", "venue", "group", "id", "txid", "outcome", "status"),
    *("pair", "type", "ordertype", "volume", "vol_exec", "avg_price", "cost", "fee", "fee_currency"),
    *("plan_price", "slippage", "slippage_percent", "sent_at", "acked_at", "seen_at"),
)


class CsvReport(Report):
    """The writer of ``--format csv``, which runs and statuses have."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write nothing: a file has no executions."""

    def plan(self, result: PlanResult) -> None:
        """Write nothing: a plan has no executions."""

    def run(self, result: RunResult) -> None:
        """Write the orders of a run."""
        self._write(csv_text(_rows_of_run(result.manifest), COLUMNS))

    def series(self, result: SeriesResult) -> None:
        """Write the orders of several runs below one heading."""
        runs = [outcome.manifest for outcome in result.outcomes if isinstance(outcome, RunResult)]
        self._write(csv_text((row for manifest in runs for row in _rows_of_run(manifest)), COLUMNS))

    def status(self, result: StatusResult) -> None:
        """Write the orders of a file, as the exchange's records have them."""
        plan, shown = result.plan, result.shown or {}
        batch = {"batch": plan.run.batch, "run_key": plan.run.run_key, "venue": plan.venue}
        rows = (_row_of_status(order, shown.get(order.key), result.read_at) for order in plan.orders())
        self._write(csv_text((batch | row for row in rows), COLUMNS))

    def history(self, found: History) -> None:
        """Write runs of all batches, one row a run and currency."""
        from .history import history_rows  # noqa: PLC0415

        self._write(history_rows(found))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write nothing: an error is for standard error alone."""


def _rows_of_run(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    batch = {name: manifest[name] for name in ("batch", "run_key", "venue")}
    rows = (_row_of_run(group, order) for group in manifest["groups"] for order in group["orders"])
    return (batch | row for row in rows)


def _row_of_run(group: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "txid", "outcome", "sent_at", "acked_at")
    own = {name: order[name] for name in names} | {"group": order.get("group", group["name"])}
    return own | _requested(order["request"] or {}) | dict(order.get("execution") or {})


def _row_of_status(order: PlannedOrder, shown: OpenOrder | None, read_at: str) -> dict[str, Any]:
    known, execution = order.known, newest_execution(order, shown, read_at)
    own: dict[str, Any] = {"group": order.key.group, "id": order.key.id}
    if known is not None:
        own |= {"txid": known.txid, "sent_at": known.sent_at, "acked_at": known.acked_at}
        own["outcome"] = known.outcome
    return own | _requested((known.request if known else None) or {}) | dict(execution or {})


def _requested(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: request.get(name) for name in ("pair", "type", "ordertype", "volume")}
