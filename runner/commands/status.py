"""``order-batch status``: what the journal says became of each order of a file. Sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engine import Standing
from runner.errors import ExitCode
from runner.records import manifest

from .batches import Target, ledger_at, load_batch, plan_of

if TYPE_CHECKING:
    from runner.report import Output


def status(target: Target, out: Output) -> ExitCode:
    """Show it; an order whose fate is unknown gives the exit code of an unresolved run."""
    batch = load_batch(target)
    ledger = ledger_at(target, batch)
    found = plan_of(target, batch, ledger)
    out.status(found, manifest(ledger) if ledger.runs else None)
    in_doubt = any(order.standing is Standing.DOUBT for order in found.orders())
    return ExitCode.UNRESOLVED if in_doubt else ExitCode.DONE
