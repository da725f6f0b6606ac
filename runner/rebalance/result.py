"""The outcome of a rebalance: what follows from its table, and the batch file that was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compute import Rebalance
    from .orders import Line


class Outcome(StrEnum):
    """The state of the account.

    ``within``: every currency is inside its band. ``orders``: some are outside, and orders follow.
    ``blocked``: some are outside, and no order is possible.
    """

    WITHIN = "within"
    ORDERS = "orders"
    BLOCKED = "blocked"


class Writing(StrEnum):
    """The state of the batch file.

    ``none``: it was not to be written, or there are no orders. ``written``: it is new. ``unchanged``: it was
    there with the same content. ``failed``: it could not be written, or has other content.
    """

    NONE = "none"
    WRITTEN = "written"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """The batch of a rebalance: its name, its content, and the ``path`` that it was to be written to.

    ``path`` is empty if there was none, ``text`` if no orders follow.
    """

    name: str
    text: str = ""
    path: str = ""
    writing: Writing = Writing.NONE


def outcome_of(rebalance: Rebalance) -> Outcome:
    """Return what follows from a rebalance."""
    if rebalance.within:
        return Outcome.WITHIN
    return Outcome.ORDERS if rebalance.sells or rebalance.buys else Outcome.BLOCKED


def blocked_lines(rebalance: Rebalance) -> tuple[Line, ...]:
    """Return the currencies that are outside their bands and get no order."""
    return tuple(line for line in rebalance.lines if line.weight.out and line.trade is None)
