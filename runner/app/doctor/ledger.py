"""The facts about a team's ledger. It is only read: no account is made in it, taken or held.

The one call that is signed counts its nonce there, as those of all other commands do.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from runner.app.access.venues import KRAKEN, account_at, address_at
from runner.app.team.failures import failing
from runner.app.team.opening import nonces_of_key, open_session, refuse_paper
from runner.errors import InvalidInput, OrderBatchError, Refused, Unreachable

from .facts import LedgerFacts
from .findings import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.app.inputs.batches import Target
    from runner.runtime.team_ledger.lease import KnownAccount
    from runner.runtime.team_ledger.session import Session


def read_ledger(target: Target, environ: Mapping[str, str]) -> LedgerFacts:
    """Return what is known of the ledger that a target names."""
    if target.ledger is None:
        return LedgerFacts()
    try:
        refuse_paper(target)
        with open_session(target.ledger) as session, failing(session):
            return _facts(session, target, environ)
    except (InvalidInput, Refused, Unreachable) as error:
        return LedgerFacts(name="the ledger", failure=Failure.of(error))


@contextmanager
def counted(
    ledger: LedgerFacts, target: Target, environ: Mapping[str, str]
) -> Iterator[Callable[[int], int] | None]:
    """Give the nonces of the API key during a block; None without a ledger or a key that can be used."""
    if target.ledger is None or ledger.failure is not None:
        yield None
        return
    with ExitStack() as block:
        try:
            session = block.enter_context(open_session(target.ledger))
            nonces = nonces_of_key(session, target, environ).or_counted_here
        except OrderBatchError:
            nonces = None  # The findings say what is wrong with the ledger, the key and the addresses.
        yield nonces


def _facts(session: Session, target: Target, environ: Mapping[str, str]) -> LedgerFacts:
    from runner.runtime.team_ledger.migrations import version_of  # noqa: PLC0415 - psycopg where one is named

    account = _account(session, target, environ)
    return LedgerFacts(
        name=session.name,
        version=version_of(session),
        held=account.holder_text if account is not None and account.held else "",
        halt=str(account.halt) if account is not None and account.halt is not None else "",
    )


def _account(session: Session, target: Target, environ: Mapping[str, str]) -> KnownAccount | None:
    """Return the account of the API key, None for a key that the ledger has not seen, or without one."""
    from runner.runtime.team_ledger.lease import account_of_key, accounts  # noqa: PLC0415

    try:
        fingerprint = account_at(KRAKEN, target.state_dir, environ)
        address = address_at(KRAKEN, environ)
    except OrderBatchError:
        return None  # The findings about the key and the addresses say what is wrong with them.
    if fingerprint is None:
        return None
    known = account_of_key(session, fingerprint, address)
    return next((account for account in accounts(session) if account.id == known), None)
