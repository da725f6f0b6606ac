"""The ledger of a command: opened before any journal is read, with the account that the API key belongs to.

Where none is named all of this does nothing.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from runner.errors import InvalidInput, Locked, Refused, Remedy, Unreachable

from .failures import error_of

_POLL_S: Final = 0.5

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.domain import Secret
    from runner.runtime.team_ledger.nonces import LedgerNonces
    from runner.runtime.team_ledger.session import Session

    from .records import TeamRecords

    Say = Callable[[str], None]


@asynccontextmanager
async def with_ledger(
    target: Target, environ: Mapping[str, str], host: Host, *, offline: bool = False
) -> AsyncIterator[Target]:
    """Give the target with the journals of its ledger during a block; as it is without one.

    The exchange is queried once for the owner of a key that the ledger does not know; not ``offline``. Raises
    ``InvalidInput``, ``Refused``, ``Unreachable``.
    """
    if target.ledger is None:
        yield target
        return
    refuse_paper(target)
    with open_session(target.ledger) as session:
        from runner.runtime.team_ledger.session import LedgerLost  # noqa: PLC0415

        from .records import TeamRecords  # noqa: PLC0415

        nonces = nonces_of_key(session, target, environ)
        try:
            account = await _account(session, nonces, target, environ, host, offline=offline)
        except LedgerLost as lost:
            raise error_of(session.name, lost) from lost
        records = TeamRecords(session, account, target, nonces)
        try:
            yield replace(target, records=records)
        finally:
            records.let_go()


@asynccontextmanager
async def with_ledger_of_all(
    targets: Sequence[Target], environ: Mapping[str, str], host: Host, *, offline: bool = False
) -> AsyncIterator[list[Target]]:
    """As ``with_ledger``, for several files of one account."""
    if not targets:
        yield []
        return
    async with with_ledger(targets[0], environ, host, offline=offline) as first:
        yield [replace(target, records=first.records) for target in targets]


def open_session(url: Secret) -> Session:
    """Return a connection to a ledger whose tables are those of this tool; use it in a ``with`` statement.

    Raises ``InvalidInput``, ``Refused``, ``Unreachable``.
    """
    session = connect(url)
    try:
        from runner.runtime.team_ledger.migrations import require_current  # noqa: PLC0415

        require_current(session)
    except OSError as lost:
        session.close()
        raise error_of(session.name, lost) from lost
    except BaseException:
        session.close()
        raise
    return session


def connect(url: Secret) -> Session:
    """Return a connection to a ledger. Raises ``InvalidInput``, ``Refused``, ``Unreachable``."""
    try:
        from runner.runtime.team_ledger.session import Session  # noqa: PLC0415
    except ImportError as error:
        raise InvalidInput(
            f"a ledger needs psycopg, which cannot be loaded: {error}",
            details=["Install it: pip install '.[postgres]' in a checkout, or 'FILE.whl[postgres]'."],
        ) from None
    try:
        return Session(url)
    except OSError as lost:
        raise error_of("", lost) from lost


async def take_account(
    target: Target, name: str, environ: Mapping[str, str], host: Host, *, say: Say
) -> None:
    """Take the account of a ledger for a run, once it is free; nothing without a ledger.

    Raises ``Locked`` with the run that holds it.
    """
    records = team_records(target)
    if records is None:
        return
    holder = _holder(name, environ)
    try:
        records.take(holder)
    except Locked as held:
        if not target.wait_s:
            raise
        say(f"{held}. Waiting for at most {target.wait_s} s.")
        await _take_when_free(records, holder, held, target.wait_s, host)


async def _take_when_free(
    records: TeamRecords, holder: Mapping[str, str], held: Locked, wait_s: int, host: Host
) -> None:
    import trio  # noqa: PLC0415

    taken = False

    async def main() -> None:
        nonlocal taken
        with trio.move_on_after(wait_s):
            while not taken:
                await trio.sleep(_POLL_S)
                taken = records.try_take(holder)

    await host.run(main)
    if not taken:
        raise held


def team_records(target: Target) -> TeamRecords | None:
    """Return the journals of a target's ledger, which is open by now; None without one."""
    if target.ledger is None:
        return None
    from .records import TeamRecords  # noqa: PLC0415

    assert isinstance(target.records, TeamRecords), "its ledger is open by now"
    return target.records


def surviving_nonces(target: Target) -> Callable[[int], int] | None:
    """Return the nonces of a target's ledger, counted on this machine once that is away; None without one.

    For what has to go on without the ledger, as a stop button does.
    """
    records = team_records(target)
    return None if records is None else records.nonces.or_counted_here


def refuse_paper(target: Target) -> None:
    """Raise ``InvalidInput`` for a target that has no ledger, since it is on this machine alone."""
    if target.venue != "kraken":
        raise InvalidInput(
            "a ledger is for Kraken: the simulated exchange has its account on this machine alone",
            details=["Name none for a rehearsal."],
            remedies=[Remedy.LEDGER],
        )


def nonces_of_key(session: Session, target: Target, environ: Mapping[str, str]) -> LedgerNonces:
    """Return the nonces of the API key, over all machines. Raises ``InvalidInput`` without a key."""
    from runner.app.access.venues import account_at, address_at  # noqa: PLC0415
    from runner.runtime.team_ledger.nonces import LedgerNonces  # noqa: PLC0415

    fingerprint = account_at(target.venue, target.state_dir, environ)
    if fingerprint is None:
        raise InvalidInput(
            "with a ledger an API key is needed, for it says which account this is about",
            details=["Set KRAKEN_API_KEY and KRAKEN_API_SECRET, or name files that hold them."],
        )
    return LedgerNonces(session, fingerprint, address_at(target.venue, environ))


async def _account(
    session: Session,
    key: LedgerNonces,
    target: Target,
    environ: Mapping[str, str],
    host: Host,
    *,
    offline: bool,
) -> int:
    """Return the account of the API key; one that was not seen before becomes one of its account's."""
    from runner.runtime.team_ledger.lease import account_of_key, find_account  # noqa: PLC0415

    known = account_of_key(session, key.fingerprint, key.exchange)
    if known is not None:
        return known
    if offline:
        raise InvalidInput(
            f"the ledger {session.name} does not know this API key yet",
            details=["Do the same once with a connection: the exchange says whose it is."],
        )
    return find_account(session, await _iban(target, key, environ, host), key.fingerprint, key.exchange)


async def _iban(target: Target, nonces: LedgerNonces, environ: Mapping[str, str], host: Host) -> str:
    from runner.app.access.venues import open_venue  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415
    from runner.runtime.kraken.key_info import read_key_info  # noqa: PLC0415

    found: list[str | None] = []

    async def main() -> None:
        async with open_venue(target.venue, target.state_dir, environ, RunClock(), nonces=nonces) as access:
            info = await read_key_info(access)
            found.append(None if info is None else info.iban)

    try:
        await host.run(main)
    except AccessFailed as failure:
        raise Unreachable(
            f"whose API key this is cannot be read: {failure.reason}", details=["Nothing was sent."]
        ) from failure
    if not found or found[0] is None:
        raise Refused(
            "the exchange does not say whose API key this is, so it has no account in a ledger",
            details=["Without an IBAN two keys of one account would pass for two accounts."],
        )
    return found[0]


def _holder(batch: str, environ: Mapping[str, str]) -> Mapping[str, str]:
    from runner.app.inputs.provenance import who_runs  # noqa: PLC0415

    who = who_runs(environ)
    unknown = {"user": "somebody", "host": "a machine", "job": ""}
    known = {name: who[name] or text for name, text in unknown.items()}
    return {**known, "pid": str(os.getpid()), "batch": batch}
