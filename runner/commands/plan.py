"""``order-batch plan``: what would be sent. Reads the file and the journal, opens no connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import ExitCode, Refused

from .batches import Target, ledger_at, load_batch, plan_of, refuse_changed

if TYPE_CHECKING:
    from runner.report import Output


def plan(target: Target, out: Output, *, detailed_exitcode: bool) -> ExitCode:
    """Show the plan; an order that changed after it was placed is refused, as ``apply`` would."""
    batch = load_batch(target)
    found = plan_of(target, batch, ledger_at(target, batch))
    out.plan(found)
    try:
        refuse_changed(found)
    except Refused as refusal:
        # The plan itself is the result, in JSON the only one; why it cannot be applied is said beside it.
        for text in (str(refusal), *refusal.details):
            out.note(text)
        return refusal.exit_code
    return ExitCode.CHANGES if detailed_exitcode and found.changes else ExitCode.DONE
