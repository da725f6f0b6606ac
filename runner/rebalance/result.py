"""The outcome of a rebalance: what follows from its table, and the batch file that was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .orders import Why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .compute import Rebalance
    from .orders import Line

_TOO_LITTLE: Final = frozenset({Why.UNDER_ORDERMIN, Why.UNDER_COSTMIN, Why.UNDER_MINIMUM, Why.AT_GOAL})


class Outcome(StrEnum):
    """The state of the account.

    ``within``: every currency is inside its band, or what is left of it is too little to be sold. ``orders``:
    some are outside, and orders follow. ``blocked``: some are outside, and no order is possible.
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
    if rebalance.sells or rebalance.buys:
        return Outcome.ORDERS
    return Outcome.BLOCKED if blocked_lines(rebalance) else Outcome.WITHIN


def blocked_lines(rebalance: Rebalance) -> tuple[Line, ...]:
    """Return the currencies that are outside their bands and get no order, without what cannot be sold."""
    return tuple(line for line in _without_orders(rebalance) if not _is_rest(line))


def unsold_rests(rebalance: Rebalance) -> tuple[Line, ...]:
    """Return the currencies with a target of 0 % of which something is left that is too little to be sold.

    Nothing can be done about it, so that it is no reason to call the account out of order.
    """
    return tuple(filter(_is_rest, _without_orders(rebalance)))


def _without_orders(rebalance: Rebalance) -> Iterator[Line]:
    return (line for line in rebalance.lines if line.weight.out and line.trade is None)


def _is_rest(line: Line) -> bool:
    return not line.weight.target and not _TOO_LITTLE.isdisjoint(line.why)
