"""The errors of a ledger, as a command ends with them."""

from __future__ import annotations

import errno

from runner.errors import Refused, Unreachable


def error_of(name: str, lost: OSError) -> Refused | Unreachable:
    """Return the error of a ledger that does not answer, or that does not let this user do something."""
    kind = Refused if lost.errno == errno.EACCES else Unreachable
    return kind(f"the ledger {name}: {lost.strerror}" if name else f"the ledger: {lost.strerror}")
