"""One cancellation of a plan, with the result of earlier runs.

That no order carries a user reference is known only once the records, read late enough, showed none. Until
then a later run looks again, and cancels only orders that were open at the time of the earlier request.
"""

from __future__ import annotations

from msgspec import Struct

from runner.domain import RECORDS_LAG_S, CancelOutcome, OrderKey, Place, parse_rfc3339
from runner.journal import CancelLeftOpen, CancelRecord

from .order_ends import OrderEnd


class PlannedCancel(Struct, frozen=True, kw_only=True):
    """One cancellation.

    ``ref`` names it in the records; ``sent_as`` is its text on the wire, None until the order of this batch
    that it names (``order``) is placed. ``userref``: it may match several orders, with ``including_own``
    those of this batch too. ``left_open``: an earlier run sent it, its outcome is unknown, and it is no
    longer in the file: its outcome is queried, and it is not sent. ``recorded_end``: its outcome according to
    the records, None if they were not queried. ``in_doubt``: it was sent, and no run has learned its outcome.
    """

    ref: str
    place: Place
    sent_as: str | None
    order: OrderKey | None
    userref: bool
    known: CancelRecord | None
    including_own: bool = False
    left_open: CancelLeftOpen | None = None
    recorded_end: OrderEnd | None = None
    in_doubt: bool = False

    @property
    def sent_before(self) -> float:
        """The time at which an earlier run sent a cancellation that is only queried now, in Unix seconds.

        It is 0 for any other.
        """
        return parse_rfc3339(self.left_open.requested_at) if self.left_open else 0.0

    @property
    def settled(self) -> bool:
        """True if an earlier run settled it.

        The records said how the order ended or, at a time when they could lag no more, that no order with the
        user reference was open.
        """
        return self._no_such_reference or (self.known is not None and self.known.settled)

    @property
    def retry_lookup(self) -> bool:
        """True if an earlier run found no such order: it is looked up again, and canceled if it exists."""
        gone = self.known is not None and self.known.outcome is CancelOutcome.GONE
        return gone and not self._no_such_reference

    @property
    def opened_until(self) -> float:
        """The time of the last request for a user reference that is looked up again (Unix seconds); else 0.

        Orders opened after it are not meant.
        """
        if self.left_open is not None:
            return self.sent_before if self.userref else 0.0
        known = self.known if self.userref and self.retry_lookup else None
        return parse_rfc3339(known.requested_at) if known is not None and known.requested_at else 0.0

    @property
    def _no_such_reference(self) -> bool:
        known = self.known if self.userref else None
        if known is None or known.outcome is not CancelOutcome.GONE:
            return False
        if known.requested_at is None or known.recorded_at is None:
            return True
        return parse_rfc3339(known.recorded_at) >= parse_rfc3339(known.requested_at) + RECORDS_LAG_S
