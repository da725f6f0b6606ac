"""The runs of all batches as a JSON object. Its shape is published in ``schemas/history.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner import TOOL

if TYPE_CHECKING:
    from runner.journal import History

HISTORY_VERSION: Final = 1


def history_object(history: History) -> dict[str, Any]:
    """Return runs with what they have traded, each, by day and in all."""
    return {
        "history_version": HISTORY_VERSION,
        "tool": TOOL,
        "runs": [run.row() for run in history.runs],
        "days": [
            {"day": day, "money": [money.row() for money in amounts.values()]}
            for day, amounts in history.by_day().items()
        ],
        "totals": [money.row() for money in history.in_all().values()],
        "unread": list(history.unread),
    }
