"""The verbs of `order-batch ledger`: its tables, holders and chain. They need no exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.inputs.batches import records_of
from runner.errors import InvalidInput

from .failures import failing
from .opening import connect, open_session, with_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.domain import Secret
    from runner.kraken import Tier
    from runner.runtime.team_ledger.lease import KnownAccount


def init(url: Secret) -> list[int]:
    """Bring the tables up to date; return the versions that were applied."""
    from runner.runtime.team_ledger.migrations import migrate  # noqa: PLC0415 - psycopg where a ledger is named

    with connect(url) as session, failing(session):
        return migrate(session)


def statements() -> str:
    """Return all that ``init`` runs, and the roles that an administrator makes, as SQL."""
    from runner.runtime.team_ledger.migrations import statements as text  # noqa: PLC0415

    return text()


def accounts(url: Secret) -> list[KnownAccount]:
    """Return the accounts, each with the run that holds it."""
    from runner.runtime.team_ledger.lease import accounts as known  # noqa: PLC0415

    with open_session(url) as session, failing(session):
        return known(session)


def breaks(url: Secret) -> list[str]:
    """Return in words where a journal is no chain; none if all are whole."""
    from runner.runtime.team_ledger.chain import breaks_of  # noqa: PLC0415
    from runner.runtime.team_ledger.journal import journals_of  # noqa: PLC0415
    from runner.runtime.team_ledger.lease import accounts as known  # noqa: PLC0415

    with open_session(url) as session, failing(session):
        return [
            problem
            for account in known(session)
            for kept in journals_of(session, account.id)
            for problem in breaks_of(session, kept.id, f"{account.name}, {kept.batch} {kept.run_key}".strip())
        ]


def unlock(url: Secret, name: str) -> tuple[str, int]:
    """End the run that holds an account; return the account and the number of sessions that were ended.

    ``name`` may be empty where the ledger has one account. Raises ``InvalidInput`` for an unknown one.
    """
    from runner.runtime.team_ledger.lease import accounts as known  # noqa: PLC0415
    from runner.runtime.team_ledger.lease import unlock as end  # noqa: PLC0415

    with open_session(url) as session, failing(session):
        found = [account for account in known(session) if name in ("", account.name)]
        if len(found) != 1:
            names = ", ".join(account.name for account in known(session)) or "none yet"
            raise InvalidInput(
                f"the ledger has no account {name}" if name else "say which account is to be unlocked",
                details=[f"Accounts: {names}."],
            )
        return found[0].name, end(session, found[0].id)


async def look(
    target: Target, environ: Mapping[str, str], host: Host, *, tier: Tier, say: Callable[[str], None]
) -> float | None:
    """Read all closed orders of the account that the team has not read yet, so that no run has to.

    Return up to when they are read (Unix seconds), None if they could not be. Raises as ``with_ledger`` does.
    """
    from runner.app.access.venues import open_venue  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415

    async with with_ledger(target, environ, host) as opened:
        records = records_of(opened)
        seen = records.seen
        assert seen is not None, "it was opened in a ledger"

        async def main() -> None:
            async with open_venue(
                target.venue,
                target.state_dir,
                environ,
                RunClock(),
                tier=tier,
                say=say,
                nonces=records.nonces,
            ) as access:
                await seen.read_new(access, tier, say, most_s=None)

        await host.run(main)
        return seen.looked_until()
