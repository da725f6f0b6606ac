"""The entries, messages and replies of one machine, as the auditor keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import parse_rfc3339

if TYPE_CHECKING:
    from runner.journal import CancelIntent, OrderIntent

DEADLINE_MAX_S = 60.0
SETTLE_S = 75.0


_UNSURE = ("EService:", "EGeneral:Internal", "WTF", "EOrder:Duplicate")
_SURE = ("EService:Deadline elapsed", "EService:Market in ")


def is_sure(error: str) -> bool:
    """Return whether an error, of the texts used here, says that the order is certainly not booked."""
    return error.startswith(_SURE) or not error.startswith(_UNSURE)


class Sending(Struct):
    """An ``addOrder`` that has left ``at`` a time by its sender's clock."""

    id: str
    at: float
    deadline: str | None
    turned_down: bool = False

    def over_at(self) -> float:
        """Return when it cannot be booked any more."""
        return self.at + DEADLINE_MAX_S if self.deadline is None else parse_rfc3339(self.deadline)


class Look(Struct):
    """A look at the exchange's records that was answered."""

    at: float
    ids: frozenset[str]


@dataclass
class Witness:
    """The entries and messages of one machine."""

    intents: dict[int, OrderIntent | CancelIntent] = field(default_factory=dict)
    sendings: dict[str, Sending] = field(default_factory=dict)
    by_reqid: dict[int, Sending] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    fresh: bool = True

    def has_proven(self, sending: Sending) -> bool:
        """Return whether a look late enough has shown that what was sent never arrived."""
        proven_at = sending.over_at() + SETTLE_S
        return any(look.at >= proven_at and sending.id in look.ids for look in self.looks)
