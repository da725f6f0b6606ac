"""The outcomes of orders, cancellations, groups and runs, in the words of the manifest.

*refused* by us before sending, *rejected* by the exchange, *unresolved* when it cannot be known.
"""

from __future__ import annotations

from enum import StrEnum


class OrderOutcome(StrEnum):
    """The outcome of one order.

    ``placed``: the exchange accepted it, and it is open, was filled, or was canceled by the batch itself.
    ``ended``: the exchange accepted it and then ended it before it was filled.
    """

    PLACED = "placed"
    ENDED = "ended"
    VALIDATED = "validated"
    REJECTED = "rejected"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNRESOLVED = "unresolved"


class OrderState(StrEnum):
    """The last known state of an accepted order at the exchange.

    ``accepted``: neither the feed nor the records have shown it yet. ``open``: open, or scheduled.
    ``ended``: canceled or expired before all of it was executed.
    """

    ACCEPTED = "accepted"
    OPEN = "open"
    FILLED = "filled"
    ENDED = "ended"


class CancelOutcome(StrEnum):
    """The outcome of one id in a group's ``cancelOrder``; the first three are desired."""

    CANCELED = "canceled"
    CLOSED = "closed"
    GONE = "gone"
    OPEN = "open"
    UNRESOLVED = "unresolved"
    SKIPPED = "skipped"


class GroupOutcome(StrEnum):
    """The outcome of a group.

    ``partial``: an order was rejected and the group continued, or an order to be canceled is still open.
    ``stopped``: an order that did not become open stopped it. ``unwound``: the same, and its placed orders
    were canceled. ``unfinished``: the process died before the group was done.
    """

    DONE = "done"
    PARTIAL = "partial"
    STOPPED = "stopped"
    UNWOUND = "unwound"
    SKIPPED = "skipped"
    UNRESOLVED = "unresolved"
    UNFINISHED = "unfinished"


class BarrierOutcome(StrEnum):
    """The outcome of a group's wait until another one is filled.

    ``pending``: it has not begun. ``waiting``: it was not over when the run ended. ``filled``: every order
    was filled. ``unfilled``: the time was over, or an order could not be filled any more.
    """

    PENDING = "pending"
    WAITING = "waiting"
    FILLED = "filled"
    UNFILLED = "unfilled"


class RunOutcome(StrEnum):
    """The outcome of a run.

    ``refused``: by us, before anything was sent. ``unreachable``: the exchange could not be used, and nothing
    was sent. ``halted``: somebody halted the account after something was sent. ``unfinished``: the journal
    has no end, so the process died.
    """

    DONE = "done"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    INTERRUPTED = "interrupted"
    HALTED = "halted"
    UNFINISHED = "unfinished"
