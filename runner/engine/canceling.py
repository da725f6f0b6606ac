"""What became of each id of one ``cancelOrder``.

The replies are anonymous: N ids get N of them, in no promised order, and a user reference gets one for
each order that it matches, or a single one. They are counted and never attributed; who was canceled is read
from the openOrders feed. An id that the feed does not settle is judged by the count only when every reading
of the count gives the same verdict; and as one reply may come twice while another is lost, no count says of
an id that the feed never showed that it was canceled: only that it does not stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import CancelOutcome
from runner.protocol import Complaint, classify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.protocol import CancelOrderStatus, OpenOrder

    from .turn import Timing


TOO_FAST_FOR_S = 330.0
"""How long a cancellation that is refused for the rate is tried again: by then no order is too young."""


class Target(Struct, frozen=True, gc=False):
    """One id to be canceled: ``ref`` names it in the records, ``text`` is what the wire carries.

    A user reference stands for all orders that carried it and were open when the message left.
    """

    ref: str
    text: str
    userref: bool = False


@dataclass(slots=True, eq=False)
class CancelTrack:
    """One group's cancellation under way. Times are Unix seconds; ``None`` means not yet.

    ``asked``: how many replies may come. ``gone`` counts the errors that say that there is no such open
    order, ``refused`` all others, after which an order may well stand; ``too_fast`` those of them that only
    speak of the rate. ``begun_at``: when the first message left.
    """

    group: str
    targets: tuple[Target, ...]
    unwind: bool = False
    waiting: dict[str, Target] = field(default_factory=dict)
    outcomes: dict[str, CancelOutcome] = field(default_factory=dict)
    matched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reqid: int | None = None
    asked: int = 0
    ok: int = 0
    gone: int = 0
    refused: int = 0
    too_fast: int = 0
    begun_at: float | None = None
    sent_at: float | None = None
    replied_at: float | None = None
    attempts: int = 0

    def __post_init__(self) -> None:
        self.waiting = {target.ref: target for target in self.targets}

    @property
    def done(self) -> bool:
        """Whether every id has an outcome."""
        return not self.waiting

    @property
    def on_the_wire(self) -> bool:
        """Whether a ``cancelOrder`` was sent whose replies may still come."""
        return self.sent_at is not None

    def standing(self, feed: Mapping[str, OpenOrder]) -> list[OpenOrder]:
        """The orders that the feed shows open and that the next ``cancelOrder`` would cancel."""
        txids = [
            txid
            for target in self.waiting.values()
            for txid in (_carrying(target.text, feed) if target.userref else (target.text,))
        ]
        known = [feed[txid] for txid in dict.fromkeys(txids) if txid in feed]
        return [order for order in known if not order.terminal]

    def send(self, reqid: int, feed: Mapping[str, OpenOrder], now: float) -> tuple[str, ...]:
        """The ids to put into the next ``cancelOrder``, which leaves now under ``reqid``."""
        self.reqid, self.sent_at, self.replied_at = reqid, now, None
        self.ok = self.gone = self.refused = self.too_fast = 0
        self.attempts += 1
        self.begun_at = now if self.begun_at is None else self.begun_at
        self._match(feed)
        self.asked = self._places(feed)
        return tuple(target.text for target in self.waiting.values())

    def reply(self, status: CancelOrderStatus, now: float) -> None:
        """Count one of the anonymous replies."""
        self.replied_at = now
        if status.status == "ok":
            self.ok += 1
            return
        complaint = classify(status.errorMessage or "")
        if complaint is Complaint.GONE:
            self.gone += 1
        else:
            self.refused += 1
            self.too_fast += complaint in (Complaint.RATE, Complaint.ACCOUNT_RATE)

    def lose(self) -> None:
        """The connection broke: no more replies will come for what was sent."""
        self.sent_at = self.replied_at = None

    def turn_back(self, now: float, timing: Timing) -> bool:
        """Give what was refused for the rate alone another turn; whether it was. Ask after ``read_feed``."""
        patience = self.begun_at is not None and now < self.begun_at + TOO_FAST_FOR_S
        turned = bool(self.too_fast and patience and self.waiting and self._heard_out(now, timing))
        if turned:
            self.lose()
        return turned

    def recover(self, feed: Mapping[str, OpenOrder]) -> list[str]:
        """After a reconnect, with the whole snapshot in ``feed``: settle what is not open any more."""
        # Before the connection broke, the feed may not have shown all that a user reference stands for.
        self._match(feed)
        settled = self.read_feed(feed)
        absent = [ref for ref, target in self.waiting.items() if not self._orders(target, feed)]
        self._settle(dict.fromkeys(absent, CancelOutcome.GONE))
        return settled + absent

    def read_feed(self, feed: Mapping[str, OpenOrder]) -> list[str]:
        """Settle what the feed has settled; gives the refs that it did."""
        verdicts = {}
        for ref, target in self.waiting.items():
            orders = self._orders(target, feed)
            if orders and all(order.terminal for order in orders):
                verdicts[ref] = _ended(orders)
        return self._settle(verdicts) if verdicts else []

    def judge(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> list[str]:
        """Settle what the feed is silent about, once the replies or the time allow it; gives the refs.

        Ask after ``read_feed``: what still waits is either open in the feed or unknown to it.
        """
        return self._settle(self._verdicts(feed, now, timing))

    def give_up(self, outcome: CancelOutcome) -> list[str]:
        """Settle everything that still waits with one outcome."""
        return self._settle(dict.fromkeys(self.waiting, outcome))

    def timer(self, now: float, timing: Timing) -> float | None:
        """When ``judge`` may next know more although nothing has happened."""
        if self.sent_at is None:
            return None
        moments = [self.sent_at + timing.cancel_wait_s]
        if self.replied_at is not None:
            moments.append(self.replied_at + timing.cancel_grace_s)
        return min([moment for moment in moments if moment > now], default=None)

    def _orders(self, target: Target, feed: Mapping[str, OpenOrder]) -> list[OpenOrder]:
        if target.userref:
            return [feed[txid] for txid in self.matched.get(target.ref, ()) if txid in feed]
        order = feed.get(target.text)
        return [] if order is None else [order]

    def _standing(self, target: Target, feed: Mapping[str, OpenOrder]) -> int:
        """How many orders of a target the feed shows open."""
        return sum(not order.terminal for order in self._orders(target, feed))

    def _match(self, feed: Mapping[str, OpenOrder]) -> None:
        """Note which orders the user references stand for, beside those that are known already."""
        for ref, target in self.waiting.items():
            if target.userref:
                before = self.matched.get(ref, ())
                self.matched[ref] = tuple(dict.fromkeys((*before, *_carrying(target.text, feed))))

    def _settle(self, verdicts: Mapping[str, CancelOutcome]) -> list[str]:
        for ref, outcome in verdicts.items():
            self.outcomes[ref] = outcome
            del self.waiting[ref]
        return list(verdicts)

    def _verdicts(
        self, feed: Mapping[str, OpenOrder], now: float, timing: Timing
    ) -> dict[str, CancelOutcome]:
        if self.sent_at is None or not self.waiting:
            return {}
        overdue, heard_out = now >= self.sent_at + timing.cancel_wait_s, self._heard_out(now, timing)
        if not (overdue or heard_out):
            return {}
        standing = [ref for ref, target in self.waiting.items() if self._orders(target, feed)]
        unknown = [ref for ref in self.waiting if ref not in standing]
        verdicts: dict[str, CancelOutcome] = {}
        if overdue:
            # What the feed still shows after so long stands, if all that was ever said is no.
            stands = self.refused > 0 and not (self.ok or self.gone)
            verdicts |= dict.fromkeys(unknown, CancelOutcome.UNRESOLVED)
            verdicts |= dict.fromkeys(standing, CancelOutcome.OPEN if stands else CancelOutcome.UNRESOLVED)
        if heard_out:
            if not self.refused:
                verdicts |= dict.fromkeys(unknown, CancelOutcome.GONE)
            if self.replies == self.asked and self.refused >= self._places(feed):
                verdicts |= dict.fromkeys(standing, CancelOutcome.OPEN)
        return verdicts

    @property
    def replies(self) -> int:
        """How many replies have come."""
        return self.ok + self.gone + self.refused

    def _heard_out(self, now: float, timing: Timing) -> bool:
        """Whether all replies are in, and the feed has had its time since the last of them."""
        enough = self.replies >= self.asked and self.replied_at is not None
        return enough and now >= (self.replied_at or now) + timing.cancel_grace_s

    def _places(self, feed: Mapping[str, OpenOrder]) -> int:
        """How many orders may stand behind what still waits."""
        return sum(self._standing(target, feed) or 1 for target in self.waiting.values())


def _carrying(userref: str, feed: Mapping[str, OpenOrder]) -> Iterator[str]:
    return (order.txid for order in feed.values() if order.userref == userref and not order.terminal)


def _ended(orders: list[OpenOrder]) -> CancelOutcome:
    filled = all(order.filled for order in orders)
    return CancelOutcome.CLOSED if filled else CancelOutcome.CANCELED
