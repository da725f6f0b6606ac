"""Approvals of saved plans in the ledger. Person and time are stamped by the database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from runner.domain import Approval
from runner.errors import Refused, Remedy
from runner.policy import given_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.policy import Demand, Tally

    from .session import Session

_LOCK_LIMIT: Final = "10s"
# Shared with the trigger of the table, which takes it alone.
_LOCK: Final = "select set_config('lock_timeout', %s, true), pg_advisory_xact_lock_shared(1868850772)"
_SAY: Final = "insert into order_batch.approval (plan, revoked, reason) values (%s, %s, %s)"
_SAID: Final = """
    select said_by, extract(epoch from said_at)::float8, reason, revoked
    from order_batch.approval where plan = %s order by id
"""
_NOW: Final = "select extract(epoch from clock_timestamp())::float8, session_user"


def say(session: Session, plans: Sequence[str], reason: str, *, revoked: bool) -> None:
    """Record for all of some plans that the user of the session approves them, or takes that back."""
    with session.transaction():
        for plan in plans:
            session.rows(_SAY, (plan, revoked, reason))


def approvals_recorded(session: Session, plan: str) -> list[Approval]:
    """Return all approvals and revocations of a plan, in order. Raises ``LedgerLost``."""
    return [
        Approval(by=by, at=float(at), reason=reason, revoked=revoked is not False)
        for by, at, reason, revoked in session.rows(_SAID, (plan,))
    ]


def now_of(session: Session) -> tuple[float, str]:
    """Return the time by the ledger's clock, in Unix seconds, and the user of the session."""
    found = session.row(_NOW)
    assert found is not None, "a database has a clock"
    return float(found[0]), str(found[1])


def require(session: Session, demand: Demand) -> tuple[Approval, ...]:
    """Return the approvals of a plan that count. Raises ``NotApproved`` if there are not enough."""
    recorded = approvals_recorded(session, demand.plan)
    tallies = demand.tallies(recorded, *now_of(session))
    if any(each.missing for each in tallies):
        raise NotApproved(demand, tallies)
    return given_in(tallies)


@contextmanager
def while_approved(session: Session, demand: Demand | None) -> Iterator[None]:
    """Do what is in a block in one transaction in which nothing that was approved can be revoked.

    Raises ``NotApproved``. Without a demand the block is left alone.
    """
    if demand is None:
        yield
        return
    with session.transaction():
        session.rows(_LOCK, (_LOCK_LIMIT,))
        require(session, demand)
        yield


class NotApproved(Refused):
    """A saved plan lacks approvals; nothing was sent."""

    def __init__(self, demand: Demand, tallies: Sequence[Tally]) -> None:
        super().__init__(
            f"the saved plan {demand.plan[:12]} is not approved; nothing was sent",
            details=[*map(str, tallies), "The person who applies it does not count."],
            remedies=[Remedy.APPROVE],
        )
