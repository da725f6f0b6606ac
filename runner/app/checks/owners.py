"""Check that a journal belongs to the account and the exchange of the credentials.

Otherwise, after a rehearsal or for another account, orders would seem placed that were never sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.app.inputs.batches import records_of
from runner.domain import Owner
from runner.errors import Refused, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.inputs.batches import Target
    from runner.domain import RunId
    from runner.journal import Ledger
    from runner.planning import Plan


_PAPER: Final = "paper"


class OtherAccount(Refused):
    """A journal belongs to another account or exchange; nothing was sent."""


def known_owner(target: Target, environ: Mapping[str, str]) -> Owner:
    """Return the owner as known without a connection: the key and the exchange's address."""
    from runner.app.access.venues import account_at, address_at  # noqa: PLC0415 - offline loads sockets for a journal alone

    key = account_at(target.venue, target.state_dir, environ)
    return Owner(account=None, key=key, exchange=address_at(target.venue, environ))


def with_known_owner(plan: Plan, ledger: Ledger, target: Target, environ: Mapping[str, str]) -> Plan | None:
    """Return the plan with its owner, if the journal names the same key; else None.

    The same key at the same address is the same account as before.
    """
    owner = known_owner(target, environ)
    if not ledger.claims:
        return structs.replace(plan, owner=owner)
    kept = ledger.owner
    if kept is not None:
        return structs.replace(plan, owner=kept) if kept.is_known_as(owner) else None
    return plan if target.venue == _PAPER else None


def refuse_other_owner(ledger: Ledger, owner: Owner, target: Target, run: RunId) -> None:
    """Raise ``OtherAccount`` unless a journal claims nothing, or is of this account and exchange.

    Without credentials the exchange alone is compared, and without a connection an IBAN is not.
    ``same_account`` confirms that two keys belong to one account if there is no IBAN.
    """
    kept = ledger.owner
    if not ledger.claims or (kept is not None and kept.is_known_as(owner)):
        return
    if kept is not None and not kept.may_be(owner):
        raise OtherAccount(
            _title(target, run, "belongs to another account"),
            details=[*_both(kept, owner), _use_another(target)],
            remedies=[] if target.venue == _PAPER else [Remedy.STATE_DIR],
        )
    if owner.key is None or target.same_account or (kept is None and target.venue == _PAPER):
        return
    if kept is None:
        raise OtherAccount(
            _title(target, run, "does not say which account it belongs to"),
            details=["An earlier version wrote it.", f"This run is for {owner}.", _MAY_BE_ONE],
            remedies=_EITHER,
        )
    if owner.account is not None or kept.iban is None:
        raise OtherAccount(
            _title(target, run, "may belong to another account"),
            details=[*_both(kept, owner), _MAY_BE_ONE],
            remedies=_EITHER,
        )


def _title(target: Target, run: RunId, what: str) -> str:
    return f"{records_of(target).place(run)}: this journal {what}; nothing was sent"


def _both(kept: Owner, owner: Owner) -> tuple[str, str]:
    return f"Its orders are of {kept}.", f"This run is for {owner}."


_MAY_BE_ONE: Final = (
    "Whether they are the same account cannot be seen without an IBAN on both sides. "
    "If they are, confirm it once; if not, this account needs another state folder."
)
_EITHER: Final = (Remedy.SAME_ACCOUNT, Remedy.STATE_DIR)


def _use_another(target: Target) -> str:
    if target.venue == _PAPER:
        return "`order-batch paper reset` forgets the simulated exchange with all that was applied to it."
    return "This account needs another state folder: there the file is applied from its beginning."
