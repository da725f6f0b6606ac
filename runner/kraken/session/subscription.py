"""The one subscription of a connection: is it confirmed, and what has become of its snapshot.

Decides which ``subscriptionStatus`` is about it. Knows neither frames nor orders.
Source: https://docs.kraken.com/api/docs/websocket-v1/subscriptionstatus
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from runner.kraken.wire.messages import OpenOrders

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.kraken.wire.messages import SubscriptionStatus

SNAPSHOT_WAIT_S = 3.0
"""Maximum wait for the snapshot of a confirmed subscription."""


class Snapshot(Enum):
    """The first message of the feed is the snapshot, and no later one can be."""

    AWAITED = auto()
    LATE = auto()
    OVER = auto()


class Subscription:
    """The subscription to openOrders, from the asking to its end."""

    def __init__(self) -> None:
        self.reqid: int | None = None
        self.settled = False  # confirmed, refused, or proven by a message of the feed
        self.snapshot = Snapshot.AWAITED
        self.snapshot_due: float | None = None
        self.maxratecount: Decimal | None = None

    def concerns(self, status: SubscriptionStatus) -> bool:
        """Return whether a status is about this subscription, and not about one that we did not request.

        A status without a feed can only be the pending answer.
        """
        name = status.channelName or (status.subscription or {}).get("name")
        if status.pair is not None or status.reqid not in (None, self.reqid):
            return False
        return name == OpenOrders.channel or (name is None and not self.settled)

    def confirm(self, now: float) -> None:
        """Record that the exchange said yes; the snapshot has so long from now on."""
        self.settled = True
        if self.snapshot is Snapshot.AWAITED and self.snapshot_due is None:
            self.snapshot_due = now + SNAPSHOT_WAIT_S

    def refuse(self) -> None:
        """Record that the exchange said no, or took the subscription away."""
        self.settled = True
        self.snapshot_due = None

    def give_up_snapshot(self) -> None:
        """Stop waiting for the snapshot; it may still come."""
        self.snapshot = Snapshot.LATE
        self.snapshot_due = None

    def first_message(self) -> None:
        """Record a message of the feed, readable or not: what comes after it is no snapshot."""
        self.settled = True
        self.snapshot = Snapshot.OVER
        self.snapshot_due = None
