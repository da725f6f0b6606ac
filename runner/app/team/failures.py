"""The errors of a ledger, as a command ends with them."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.errors import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.runtime.team_ledger.session import Session


def error_of(name: str, lost: OSError) -> Refused | Unreachable:
    """Return the error of a ledger that does not answer, or that does not let this user do something."""
    kind = Refused if lost.errno == errno.EACCES else Unreachable
    return kind(f"the ledger {name}: {lost.strerror}" if name else f"the ledger: {lost.strerror}")


@contextmanager
def failing(session: Session) -> Iterator[None]:
    """Raise ``Unreachable`` for a ledger that does not answer, ``Refused`` for what it does not allow."""
    from runner.runtime.team_ledger.session import LedgerLost  # noqa: PLC0415 - psycopg where one is named

    try:
        yield
    except LedgerLost as lost:
        raise error_of(session.name, lost) from lost
