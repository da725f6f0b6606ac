"""The ledger of a team: its tables, who holds an account, and whether its chain is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.app.hosts import TrioProgram
from runner.app.team import verbs
from runner.kraken import Tier

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.domain import Secret

    from .job import Job

_IN_TRIO: Final = TrioProgram()

__all__ = [
    "LedgerAccount",
    "init_ledger",
    "ledger_accounts",
    "ledger_breaks",
    "ledger_sql",
    "look_for_ledger",
    "unlock_ledger",
]


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account in a ledger, by its IBAN, and its exchange.

    ``held_by``: empty if no run holds it. ``halted``: by whom and why, empty if runs may send.
    """

    name: str
    exchange: str
    held_by: str
    halted: str = ""


def init_ledger(url: Secret) -> list[int]:
    """Make the tables of a ledger, or bring them up to date; return the versions that were applied.

    ``url`` is a connection string of PostgreSQL. As all functions here it raises ``InvalidInput``,
    ``Unreachable``, and ``Refused`` for tables of a later version, a standby, and a pooler that shares server
    processes.
    """
    return verbs.init(url)


def ledger_sql() -> str:
    """Return all that ``init_ledger`` runs as SQL, and the roles that an administrator makes."""
    return verbs.statements()


def ledger_accounts(url: Secret) -> tuple[LedgerAccount, ...]:
    """Return the accounts of a ledger, each with the run that holds it."""
    return tuple(
        LedgerAccount(
            name=known.name,
            exchange=known.exchange,
            held_by=known.holder_text if known.held else "",
            halted="" if known.halt is None else str(known.halt),
        )
        for known in verbs.accounts(url)
    )


def ledger_breaks(url: Secret) -> tuple[str, ...]:
    """Return in words where a journal of a ledger was changed; nothing if all are whole."""
    return tuple(verbs.breaks(url))


def unlock_ledger(url: Secret, account: str = "") -> tuple[str, int]:
    """End the run that holds an account; return the account and the number of sessions that were ended.

    What that run still writes is void; what it had written may leave until its deadline, and the next run
    looks it up. ``account`` may be empty if there is one.
    """
    return verbs.unlock(url, account)


async def look_for_ledger(
    job: Job, *, tier: Tier = Tier.STARTER, console: Console | None = None, host: Host = _IN_TRIO
) -> float | None:
    """Read the account's closed orders once, so that no run looks through them; sends nothing.

    The first time it may take long, by the call counter of the account's ``tier``; later it reads what has
    ended since. The job's file is not read. Return up to when all are read (Unix seconds), None if they could
    not be. Raises also ``InvalidInput`` without an API key.
    """
    out = Collector(console)
    with families():
        return await verbs.look(job.target(), job.variables(), host, tier=tier, say=out.note)
