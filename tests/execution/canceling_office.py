"""One ``cancelOrder`` with feed and records beside it, step by step, for the tests of its outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome
from runner.execution import Timing
from runner.execution.cancels.targets import CancelTarget
from runner.execution.cancels.tracker import CancelTrack
from runner.kraken import CancelReply, ErrorText
from runner.kraken.wire.open_order import OrderNews
from tests.execution.builders import NOW, at_exchange

if TYPE_CHECKING:
    from runner.kraken import OpenOrder

TIMING = Timing(cancel_wait_s=15.0, cancel_grace_s=1.0)
OK = ""
GONE, REFUSED = "EOrder:Unknown order", "EOrder:Rate limit exceeded"
CANCELED, CLOSED, GONE_BY = CancelOutcome.CANCELED, CancelOutcome.CLOSED, CancelOutcome.GONE
OPEN, UNRESOLVED = CancelOutcome.OPEN, CancelOutcome.UNRESOLVED


@dataclass
class Desk:
    """One cancelOrder on the wire, with feed and records beside it. ``ids`` that are digits are user
    references. ``recorded``: what the records show otherwise than the feed; None where they cannot be read.
    """

    ids: tuple[str, ...]
    feed: dict[str, OpenOrder] = field(default_factory=dict)
    recorded: dict[str, OpenOrder] | None = field(default_factory=dict)
    now: float = NOW
    recent: bool = False
    retry_lookup: bool = False
    queries: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        targets = (
            CancelTarget(item, item, item.isdigit(), recent=self.recent, retry_lookup=self.retry_lookup)
            for item in self.ids
        )
        self.track = CancelTrack("g", tuple(targets))

    def send(self) -> Desk:
        """It leaves now."""
        assert self.track.send(7, self.feed, self.now) == tuple(self.track.waiting)
        return self

    def show(self, txid: str, status: str = "canceled", **fields: str) -> None:
        """The feed says something of an order."""
        known = self.feed.get(txid) or at_exchange(txid)
        self.feed[txid] = known.after(OrderNews.of({"status": status, **fields}))
        self.look()

    def hear(self, *errors: str) -> None:
        """Anonymous replies come in."""
        for error in errors:
            self.track.on_reply(CancelReply(7, ErrorText.of(error) if error else None), self.now)
        self.look()

    def wait(self, seconds: float) -> Desk:
        """Let time pass, in the steps that the track requests."""
        until = self.now + seconds
        while (due := self.track.timer(self.feed, self.now, TIMING)) is not None and due <= until:
            self.now = due
            self.look()
        self.now = until
        self.look()
        return self

    def look(self) -> None:
        """Settle what can be settled, after the records were queried where that was due."""
        self.track.read_feed(self.feed)
        if self.track.needs_query(self.feed, self.now, TIMING):
            self.query()
            self.track.read_feed(self.feed)
        self.track.settle(self.feed, self.now, TIMING)
        if self.track.attempts and self.track.may_send:
            self.track.send(8, self.feed, self.now)

    def query(self) -> None:
        """The records answer at once."""
        self.queries.append(self.now - NOW)
        self.track.orders.records.start(self.now)
        if self.recorded is None:
            self.track.on_query_failed("HTTP status 502", self.now)
            return
        txids, userrefs, known = (
            self.track.unclear_txids(self.feed),
            self.track.userrefs,
            self.feed | self.recorded,
        )
        found = [item for item in known.values() if item.txid in txids or item.userref in userrefs]
        self.track.on_records(found, txids, userrefs, self.now)

    @property
    def outcomes(self) -> dict[str, CancelOutcome]:
        """The fates that are known."""
        return self.track.outcomes


def open_orders(*txids: str, **fields: object) -> dict[str, OpenOrder]:
    """Orders that the feed shows open."""
    return {txid: at_exchange(txid, vol="1", vol_exec="0", **fields) for txid in txids}
