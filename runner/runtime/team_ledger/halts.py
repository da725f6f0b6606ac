"""The halts of an account in the ledger: none of its holders makes a new intent durable until it is resumed.

The account need not be held for it: a run that hangs does not prevent a halt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import HaltChange, halt_in_force

if TYPE_CHECKING:
    from .session import Session

_WAIT: Final = "select set_config('lock_timeout', '10s', true)"
_SET: Final = "update order_batch.account set halted = %s where id = %s"
_ADD: Final = "insert into order_batch.halt (account, halted, host, reason) values (%s, %s, %s, %s)"
_ALL: Final = """
    select halted, by, host, reason, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from order_batch.halt where account = %s order by id
"""
_HELD: Final = "select halted from order_batch.account where id = %s and fence = %s"


def change_halt(session: Session, account: int, *, halted: bool, host: str, reason: str) -> HaltChange:
    """Halt an account, or resume it, and return that change as it was added. Raises ``LedgerLost``.

    On return each intent that was let pass before is in the ledger.
    """
    with session.transaction():
        session.rows(_WAIT)
        session.rows(_SET, (halted, account))
        session.rows(_ADD, (account, halted, host, reason))
    return halts_of(session, account)[-1]


def halts_of(session: Session, account: int) -> list[HaltChange]:
    """Return all halts and resumptions of an account. Raises ``LedgerLost``."""
    return [
        HaltChange(halted=halted, by=by, host=host, reason=reason, at=at)
        for halted, by, host, reason, at in session.rows(_ALL, (account,))
    ]


def halt_of(session: Session, account: int, fence: int) -> HaltChange | None:
    """Return the halt of an account for its holder; None without one, and for who holds it no longer."""
    held = session.row(_HELD, (account, fence))
    return halt_in_force(halts_of(session, account)) if held == (True,) else None
