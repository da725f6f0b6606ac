"""The waits of groups until others are filled, in words: how they ended, and how much is filled now.

It reads the ``barriers`` of a manifest, and the barriers of a status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import (
    BarrierOutcome,
    GroupOutcome,
    Otherwise,
    decimal_text,
    describe_barrier,
    parse_rfc3339,
)
from runner.report.humanize import moment
from runner.report.lines import Span, Style, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.planning import FillStatus, OrderFill
    from runner.report.lines import Line

SHOWN_FILLS: Final = 5
_DECIMALS: Final = 18
_LATER: Final = "in a later run too"
_OVER: Final = "over"
_STILL_TO_SEND: Final = {GroupOutcome.SKIPPED, GroupOutcome.UNRESOLVED, GroupOutcome.UNFINISHED}

_STYLES: Final = {
    BarrierOutcome.PENDING: Style.QUIET,
    BarrierOutcome.WAITING: Style.DOUBT,
    BarrierOutcome.FILLED: Style.GOOD,
    BarrierOutcome.UNFILLED: Style.BAD,
}


def describe_need(barrier: Mapping[str, Any]) -> str:
    """Return the terms of a manifest's barrier: ``needs sell filled within 15m, otherwise cancel``."""
    return f"needs {describe_barrier(barrier['group'], barrier['within'], barrier['otherwise'])}"


def passed_unfilled(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> bool:
    """Return True if a group of a manifest was sent all the same, although it has waited in vain.

    With ``proceed`` it may be skipped too: for another wait, or because the needed group has not gone well.
    """
    in_vain = barrier["outcome"] == BarrierOutcome.UNFILLED
    return in_vain and _proceeds(barrier) and group["outcome"] != GroupOutcome.SKIPPED


def still_waits(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> bool:
    """Return True if a later run goes on with a wait of a manifest's group.

    It does not if the group was sent, as from a file without this wait, or if another of its waits failed.
    """
    failed = (
        row["outcome"] == BarrierOutcome.UNFILLED and not _proceeds(row) for row in group.get("barriers", ())
    )
    waiting = barrier["outcome"] == BarrierOutcome.WAITING
    return waiting and group["outcome"] in _STILL_TO_SEND and not any(failed)


def end_word(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> str:
    """Return the outcome of a wait of a manifest's group, or that no run goes on with it."""
    outcome = str(barrier["outcome"])
    left = outcome == BarrierOutcome.WAITING and not still_waits(group, barrier)
    return _OVER if left else outcome


def end_span(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> Span:
    """Return the same in its style."""
    if (word := end_word(group, barrier)) == _OVER:
        return Span(word, Style.QUIET)
    return outcome_span(BarrierOutcome(word), passes=passed_unfilled(group, barrier))


def outcome_span(outcome: BarrierOutcome, *, passes: bool) -> Span:
    """Return an outcome in its style; ``passes``: the waiting group is sent also if nothing is filled."""
    unfilled = outcome is BarrierOutcome.UNFILLED and passes
    return Span(outcome.value, Style.WARNING if unfilled else _STYLES[outcome])


def describe_end(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> str:
    """Return how a wait of a manifest's group ended, or until when it lasts; empty for all other outcomes."""
    match BarrierOutcome(barrier["outcome"]):
        case BarrierOutcome.WAITING if still_waits(group, barrier):
            return f"until {moment(barrier['until'])}, {_LATER}"
        case BarrierOutcome.WAITING:
            return "no run waits for it any more"
        case BarrierOutcome.UNFILLED if passed_unfilled(group, barrier):
            return f"{barrier['reason']}; sent all the same"
        case BarrierOutcome.UNFILLED:
            return str(barrier["reason"])
        case _:
            return ""


def _proceeds(barrier: Mapping[str, Any]) -> bool:
    return bool(barrier["otherwise"] == Otherwise.PROCEED)


def describe_fills(fills: Sequence[OrderFill]) -> str:
    """Return how much is filled: ``0.3 of 0.5 XBT/EUR filled``, or of each order that is not yet."""
    if len(fills) == 1:
        return f"{_volumes(fills[0])} filled"
    missing = [fill for fill in fills if not fill.filled]
    known = "known to be filled" if any(fill.executed is None for fill in missing) else "filled"
    shown = ", ".join(f"{fill.key.id} {_volumes(fill)}" for fill in missing[:SHOWN_FILLS])
    left = f" and {len(missing) - SHOWN_FILLS} more" if len(missing) > SHOWN_FILLS else ""
    total = f"{len(fills) - len(missing)} of {len(fills)} orders {known}"
    return f"{total}; {shown}{left}" if shown else total


def _volumes(fill: OrderFill) -> str:
    ordered, executed = (
        f"an unknown {what}" if amount is None else decimal_text(amount, _DECIMALS)
        for amount, what in ((fill.ordered, "volume"), (fill.executed, "part"))
    )
    return f"{executed} of {ordered} {fill.pair}"


def status_notes(status: FillStatus, read_at: str) -> list[Line]:
    """Return what a barrier waits for now, until when, and how much of that is filled."""
    over = read_at and status.until and parse_rfc3339(status.until) <= parse_rfc3339(read_at)
    notes = []
    if status.outcome is BarrierOutcome.WAITING and status.until:
        ends = "which is over: the next run decides" if over else _LATER
        notes.append(f"until {moment(status.until)}, {ends}")
    if status.outcome is BarrierOutcome.UNFILLED:
        notes += [status.reason, f"now {describe_fills(status.fills)}"]
    elif status.outcome is not BarrierOutcome.FILLED:
        notes.append(describe_fills(status.fills))
    return [line(note) for note in notes]


def fill_status_object(status: FillStatus) -> dict[str, Any]:
    """Return a barrier of a status for programs; volumes are text, null where they are unknown."""
    barrier = status.barrier
    return {
        "group": status.group,
        "needs": barrier.group,
        "within": barrier.within,
        "otherwise": barrier.otherwise.value,
        "outcome": status.outcome.value,
        "until": status.until,
        "reason": status.reason,
        "line": barrier.place.line or None,
        "orders": [
            {
                "id": fill.key.id,
                "pair": fill.pair,
                "ordered": None if fill.ordered is None else decimal_text(fill.ordered, _DECIMALS),
                "executed": None if fill.executed is None else decimal_text(fill.executed, _DECIMALS),
                "filled": fill.filled,
            }
            for fill in status.fills
        ],
    }
