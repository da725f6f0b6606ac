"""The origin of a plan or a run, in the words that every format uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.report.lines import Line, Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.planning import Plan

SHOWN_DIGITS: Final = 12


def provenance_of_plan(plan: Plan) -> dict[str, Any] | None:
    """Return the provenance of a plan as an object for JSON, None if it was not read."""
    return plan.provenance.row() if plan.provenance else None


def describe_provenance(row: Mapping[str, Any] | None) -> str:
    """Return ``commit 0123456789ab, file changed since, by ann in CI (URL)``; empty if nothing is known."""
    if not row:
        return ""
    return ", ".join(filter(None, (_version(row), _actor(row))))


def provenance_line(row: Mapping[str, Any] | None, width: int) -> list[Line]:
    """Return the same as lines of at most ``width`` columns; none if nothing is known."""
    text = describe_provenance(row)
    return hang(line(Span(text, Style.QUIET)), width, 2) if text else []


def _version(row: Mapping[str, Any]) -> str:
    if not row["revision"]:
        return ""
    changed = {True: ", file changed since", False: "", None: ", whether the file is as in it is not known"}
    return f"commit {row['revision'][:SHOWN_DIGITS]}{changed[row['dirty']]}"


def _actor(row: Mapping[str, Any]) -> str:
    if row["ci"]:
        by = f"by {row['actor']} " if row["actor"] else ""
        where = f" ({row['run']})" if row["run"] else ""
        return f"{by}in {row['ci']}{where}"
    return f"by {row['user']} on {row['host']}" if row["user"] and row["host"] else ""
