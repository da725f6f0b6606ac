"""One cancellation of a plan: what an earlier run learned of it, and whether that settles it.

That nothing carries a user reference is known once the records, asked late enough, showed nothing. Until then
a later run looks once more, and means the orders alone that stood when it was asked for.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from runner.domain import CancelOutcome, OrderKey, Place, parse_rfc3339
from runner.records import CancelRecord

RECORDS_LAG_S: Final = 75.0
"""How long the records may lack what is open, and a bit more."""


class PlannedCancel(Struct, frozen=True, kw_only=True, gc=False):
    """One cancellation. ``ref`` names it in the records; ``sent_as`` is its text on the wire, which for
    an order of this batch (``order``) is known only once that is placed. ``userref``: it may match several,
    with ``including_own`` orders of this batch too.
    """

    ref: str
    place: Place
    sent_as: str | None
    order: OrderKey | None
    userref: bool
    known: CancelRecord | None
    including_own: bool = False

    @property
    def settled(self) -> bool:
        """Whether an earlier run has seen to it: the records said how the order ended, or that no order with
        the user reference was open, when they could lag no more.
        """
        return self._no_such_reference or (self.known is not None and self.known.settled)

    @property
    def look_again(self) -> bool:
        """Whether an earlier run found no such order: it is looked for again, and canceled if it is there."""
        gone = self.known is not None and self.known.outcome is CancelOutcome.GONE
        return gone and not self._no_such_reference

    @property
    def meant_until(self) -> float:
        """When it was last asked for, in Unix seconds, if it is a user reference that is looked for again:
        younger orders with it are not meant. Else 0.
        """
        known = self.known if self.userref and self.look_again else None
        return parse_rfc3339(known.asked_at) if known is not None and known.asked_at else 0.0

    @property
    def _no_such_reference(self) -> bool:
        known = self.known if self.userref else None
        if known is None or known.outcome is not CancelOutcome.GONE:
            return False
        if known.asked_at is None or known.told_at is None:
            return True
        return parse_rfc3339(known.told_at) >= parse_rfc3339(known.asked_at) + RECORDS_LAG_S
