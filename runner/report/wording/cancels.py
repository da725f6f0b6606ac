"""The outcome of an order that was to be canceled, in words: filled, or canceled, and how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.domain import CancelOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEANINGS: Final = {
    CancelOutcome.CLOSED: "it was filled before it could be canceled",
    CancelOutcome.GONE: "not open, and the exchange's records do not know it",
    CancelOutcome.OPEN: "the exchange refused the cancellation: the order is still open",
    CancelOutcome.UNRESOLVED: "whether the order is still open is unknown",
}


def is_partly_filled(result: Mapping[str, Any]) -> bool:
    """Return whether an order was canceled after some of it had been executed."""
    executed = result["vol_exec"]
    return result["outcome"] == CancelOutcome.CANCELED and executed is not None and Decimal(executed) > 0


def how_much(result: Mapping[str, Any]) -> str:
    """Return the executed part of a volume: ``0.1 of 0.25``; empty if it is unknown."""
    if result["vol_exec"] is None:
        return ""
    executed = _plain(result["vol_exec"])
    ordered = executed if result["vol"] is None else _plain(result["vol"])
    return executed if ordered == executed else f"{executed} of {ordered}"


def meaning(result: Mapping[str, Any]) -> str:
    """Return what an outcome means for the order; empty where the outcome says it all."""
    outcome = CancelOutcome(result["outcome"])
    if result.get("group"):
        return f"{result['group']} had requested it: {left_fate(result)}"
    if is_partly_filled(result):
        return f"it was partly filled before: {how_much(result)}"
    words = _MEANINGS.get(outcome, "")
    if outcome is not CancelOutcome.CLOSED or not how_much(result):
        return words
    because = f" ({result['reason']})" if result["reason"] else ""
    return f"{words}: {how_much(result)}{because}"


def left_fate(result: Mapping[str, Any]) -> str:
    """Return what became of the order of a cancellation that an earlier run left open."""
    words = _LEFT[CancelOutcome(result["outcome"])]
    return f"{words}: {how_much(result)}" if _has_traded(result) else words


_LEFT: Final = {
    CancelOutcome.CANCELED: "it was canceled",
    CancelOutcome.CLOSED: "it was filled before it could be canceled",
    CancelOutcome.GONE: "it is not open, and the exchange's records do not know it",
    CancelOutcome.OPEN: "it is still open",
    CancelOutcome.UNRESOLVED: "whether the order is still open is unknown",
    CancelOutcome.SKIPPED: "its outcome was not looked up",
}


def _has_traded(result: Mapping[str, Any]) -> bool:
    return result["outcome"] == CancelOutcome.CLOSED or is_partly_filled(result)


def _plain(number: str) -> str:
    """Return a number without zeros at its end."""
    return f"{Decimal(number).normalize():f}"
