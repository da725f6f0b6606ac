"""The saved plan that a run carries out, and the look through the account that was made for it."""

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


class Admission(Struct, frozen=True):
    """The saved plan that a run carries out: its id, and when it was made, in Unix seconds.

    ``look`` is the one that was made for it and found none of its orders, None if there is none.
    """

    plan_id: str
    made_at: float
    look: EmptyLook | None = None
