"""Looks through an account's records, and the time before which none of a plan's new orders has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from runner.domain import Owner


class EmptyLook(Struct, frozen=True):
    """A complete look through an account's records that found no order of a plan.

    ``began_at`` is its beginning by the exchange's clock, in Unix seconds; ``account`` and ``exchange`` are
    an owner's.
    """

    began_at: float
    account: str
    exchange: str

    def is_of(self, owner: Owner | None) -> bool:
        """Return whether it went through the records of this owner; not if that is unknown."""
        return owner is not None and (self.account, self.exchange) == (owner.account, owner.exchange)


class TeamLook(Struct, frozen=True):
    """The complete look of a team through its account's records, as far as it concerns a plan.

    Before ``since`` (Unix seconds) none of its new orders has ended. ``unseen``: none of them was seen.
    """

    since: float
    unseen: bool
