"""Errors of an interrupted run. Once it has sent something, they list that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import OrderBatchError, Refused, Unreachable, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.journal import Ledger


def has_sent(ledger: Ledger, *, runs: int) -> bool:
    """Return True if this run has sent an order or a cancellation; ``runs`` counts the runs before it."""
    orders = any(record.sent_run > runs for record in ledger.orders.values())
    return orders or (len(ledger.runs) > runs and bool(ledger.run_cancel_ids))


def with_what_is_known(error: Refused | Unreachable, ledger: Ledger, *, runs: int) -> OrderBatchError:
    """Return the error of an interrupted run, with the outcome of all that it has sent or left in doubt.

    ``runs`` is how many there were before it.
    """
    unknown = [str(key) for key, record in ledger.orders.items() if record.in_doubt]
    if not unknown and not has_sent(ledger, runs=runs):
        return error
    lost = f"The fate of {', '.join(unknown)} is unknown; the next run begins by looking it up."
    there = [
        f"{key} is at the exchange as {record.txid}"
        for key, record in ledger.orders.items()
        if record.sent_run > runs and record.txid
    ]
    canceled = _canceled_ids(ledger) if len(ledger.runs) > runs else ()
    armed = _switch_text(ledger) if len(ledger.runs) > runs else ()
    details = [*error.details, *([lost] if unknown else []), *armed, *there, *canceled]
    return Unresolved(str(error), details=details, remedies=error.remedies)


def _switch_text(ledger: Ledger) -> Iterator[str]:
    """Yield what a dead man's switch does that was left armed."""
    if ledger.switch is not None and ledger.switch[1] is None:
        within = f"within {ledger.switch[0].timeout_s} s"
        yield f"The dead man's switch is armed: {within} the exchange cancels every order of the account."


def _canceled_ids(ledger: Ledger) -> Iterator[str]:
    """Yield the outcome of each id of the cancellations that the last run has sent."""
    for (group, unwind), ids in ledger.run_cancel_ids.items():
        table = ledger.unwinds if unwind else ledger.cancels
        known = {record.txid: record.outcome for (name, _), record in table.items() if name == group}
        for id in dict.fromkeys(ids):
            fate = f"it is {known[id]}" if id in known else "what became of it is unknown"
            yield f"{group}: a cancellation of {id} was sent: {fate}"
