"""Cancellations that the last run sent, of which nothing became known, and which the file has no more.

Nobody would ask what became of them: an order that protects may be gone, and a person has to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import CancelOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.engine import Plan
    from runner.records import Ledger

    from .console import Console


def say_what_was_left_open(found: Plan, ledger: Ledger, out: Console) -> bool:
    """Name them on standard error; whether there are any."""
    asked_for = set(_asked_for(found))
    left = [id for id in _open_ids(ledger) if id not in asked_for]
    if left:
        out.note(
            f"{found.file}: the last run asked to cancel {', '.join(left)}, and what became of that is not "
            "known; it is no longer in the file, so nothing asks for it: look at it at the exchange."
        )
    return bool(left)


def _open_ids(ledger: Ledger) -> Iterator[str]:
    known = {
        record.txid for record in ledger.cancels.values() if record.outcome is not CancelOutcome.UNRESOLVED
    }
    for (_, unwind), ids in ledger.asked.items():
        yield from () if unwind else (id for id in ids if id not in known)


def _asked_for(found: Plan) -> Iterator[str]:
    """Yield the ids that the file asks to cancel, those of its own orders included."""
    txids = {order.key: order.known_txid for order in found.orders()}
    for group in found.groups:
        for cancel in group.cancel:
            yield cancel.sent_as or (txids.get(cancel.order) if cancel.order else None) or ""
