"""A halt: an account whose runs may send nothing new, until somebody resumes it.

Halts and resumptions are only ever added. What holds now follows from the last of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class HaltChange(Struct, frozen=True, kw_only=True):
    """A halt, or with ``halted`` False a resumption: by whom, on which host, why, and when (RFC 3339)."""

    halted: bool
    by: str
    host: str
    reason: str
    at: str

    def __str__(self) -> str:
        done = "halted" if self.halted else "resumed"
        return f"{done} by {self.by} on {self.host} at {self.at}, because: {self.reason}"


class HaltInForce(HaltChange, frozen=True, kw_only=True):
    """A halt that holds. ``place`` is ``ledger``, or the state folder whose runs send nothing new."""

    place: str


def halt_in_force(changes: Sequence[HaltChange]) -> HaltChange | None:
    """Return the halt that holds after some changes, None without one; of several the first."""
    found: HaltChange | None = None
    for change in changes:
        found = (found or change) if change.halted else None
    return found
