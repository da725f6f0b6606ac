"""The option for each remedy of an error. Only this module names options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.errors import Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.errors import OrderBatchError

OPTIONS: Final[Mapping[Remedy, str]] = {
    Remedy.APPROVE: "To approve a saved plan: `order-batch approve PLAN --reason TEXT`, each person alone.",
    Remedy.BATCH: "Name one of them with --batch NAME.",
    Remedy.CONFIRM: "Give --yes where the plan was reviewed before, as in CI.",
    Remedy.NEW_PLAN: "Save one with `order-batch plan FILE --out PLAN`.",
    Remedy.OFFLINE: "With --offline a plan has no prices and balances, and a status is the journal alone.",
    Remedy.REAL_RUN: "Leave out --validate-only for that.",
    Remedy.RESUME: "Once it is decided that runs may send again: `order-batch resume --reason TEXT`.",
    Remedy.RUN_KEY: "Give it as --run-key, such as --run-key 2026-W47.",
    Remedy.SAME_ACCOUNT: "If they are the same account, say --same-account once.",
    Remedy.SKIP_CHECKS: "With --unchecked it is sent without these checks.",
    Remedy.LEDGER: "The ledger is named by --ledger or ORDER_BATCH_LEDGER.",
    Remedy.MARKET: "A recorded market needs no connection: --market FILE (`order-batch paper record`).",
    Remedy.WAIT: "Wait until it is done, with --wait 10m for example.",
    Remedy.WRITE: "Write the batch with --out BATCH.yaml.",
    Remedy.STATE_DIR: "Name another state folder with --state-dir or ORDER_BATCH_STATE_DIR.",
}


def explain(error: OrderBatchError) -> None:
    """Add the options to the details of an error, once."""
    added = (OPTIONS[remedy] for remedy in error.remedies)
    error.details = (*error.details, *(text for text in added if text not in error.details))
