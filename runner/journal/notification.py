"""The message about the end of a command: what happened, and the orders that need a look.

It is made of manifests alone, and says nothing that they do not. Of the schema ``notification``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from runner.domain import RunOutcome
from runner.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VERSION: Final = 1
ORDERS_SHOWN: Final = 20
"""Of more orders than that only the number is named: receivers cut what is long."""

_WORTH_A_LOOK: Final = ("unresolved", "rejected", "refused", "skipped")
"""The outcomes of orders that are named, the most urgent first."""


_COUNTED: Final = (*_WORTH_A_LOOK, "placed", "already")


class NotificationEvent(StrEnum):
    """The end of a command in one word."""

    DONE = "done"
    REJECTED = "rejected"
    UNRESOLVED = "unresolved"
    HALTED = "halted"
    FAILED = "failed"


def notification(
    manifests: Sequence[Mapping[str, Any]],
    *,
    code: ExitCode,
    tool: str,
    at: str,
    error: str = "",
    halted: bool = False,
) -> dict[str, Any]:
    """Return the message about the runs of a command, one manifest each; ``at`` is RFC 3339.

    ``error`` is why there is no result, empty where there is one; ``halted``: because
    the account is halted, as a run says itself that was under way.
    """
    halted = halted or any(manifest["outcome"] == RunOutcome.HALTED for manifest in manifests)
    event = NotificationEvent.HALTED if halted else _event_of(code)
    named = [order for manifest in manifests for order in _orders(manifest)]
    named.sort(key=lambda order: _WORTH_A_LOOK.index(order["outcome"]))
    return {
        "notification_version": VERSION,
        "tool": tool,
        "event": event.value,
        "exit_code": int(code),
        "text": _text(event, manifests, error),
        "at": at,
        "error": error or None,
        "runs": [_run(manifest) for manifest in manifests],
        "orders": named[:ORDERS_SHOWN],
        "orders_left_out": max(0, len(named) - ORDERS_SHOWN),
    }


def _event_of(code: ExitCode) -> NotificationEvent:
    match code:
        case ExitCode.DONE:
            return NotificationEvent.DONE
        case ExitCode.INCOMPLETE:
            return NotificationEvent.REJECTED
        case ExitCode.UNRESOLVED:
            return NotificationEvent.UNRESOLVED
        case _:
            return NotificationEvent.FAILED


def _run(manifest: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("batch", "run_key", "venue", "file", "digest", "outcome", "reason", "totals", "provenance")
    return {name: manifest[name] for name in kept}


def _orders(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for group in manifest["groups"]:
        for order in group["orders"]:
            if order["outcome"] in _WORTH_A_LOOK:
                yield {
                    "batch": manifest["batch"],
                    "order": f"{group['name']}/{order['id']}",
                    "outcome": order["outcome"],
                    "txid": order["txid"],
                    "error": order["error"],
                }


def _text(event: NotificationEvent, manifests: Sequence[Mapping[str, Any]], error: str) -> str:
    runs = [f"{manifest['batch']} at {manifest['venue']}: {_counts(manifest)}" for manifest in manifests]
    return "; ".join([f"order-batch {event}", *runs, *([error] if error else [])])


def _counts(manifest: Mapping[str, Any]) -> str:
    orders, cancels = manifest["totals"]["orders"], manifest["totals"]["cancellations"]
    counted = [*((name, orders[name]) for name in _COUNTED), ("canceled", cancels["canceled"])]
    parts = [f"{count} {name}" for name, count in counted if count]
    return ", ".join(parts) or "nothing to do"
