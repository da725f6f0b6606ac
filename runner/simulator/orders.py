"""An order in the book: what was asked, what became of it, and the steps that it may take.

The steps are one table; a step that is not in it is our own mistake. Money and quotes are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """The exchange's own words for where an order stands."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"
    CANCELED = "canceled"
    EXPIRED = "expired"


_STEPS = {
    Status.PENDING: (Status.OPEN, Status.CANCELED, Status.EXPIRED),
    Status.OPEN: (Status.CLOSED, Status.CANCELED, Status.EXPIRED),
}


class CancelReason(StrEnum):
    """Why an order ended unfilled. The first is what captures show, the others are in its manner."""

    USER = "User requested"
    POST_ONLY = "Post only order"
    IMMEDIATE = "Immediate or cancel"
    NO_LIQUIDITY = "Insufficient liquidity"
    NO_FUNDS = "Insufficient funds"
    EXPIRED = "Expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTerms:
    """The secondary order that was asked for. It is recorded; placing it on fills comes later."""

    ordertype: str
    price: str | None = None
    price2: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked, resolved at booking.

    ``price`` and ``price2`` are the author's text; ``limit`` and ``stop`` the prices that they mean.
    ``volume`` is in base units. Times are Unix seconds, None when not set. ``number`` counts orders, and
    decides who came first. ``cl_ord_key`` is what a ``cl_ord_id`` is compared by.
    """

    txid: str
    number: int
    pair: str
    type: str
    ordertype: str
    volume: Decimal
    opentm: float
    price: str | None = None
    price2: str | None = None
    limit: Decimal | None = None
    stop: Decimal | None = None
    oflags: tuple[str, ...] = ()
    timeinforce: str = "GTC"
    userref: int = 0
    cl_ord_id: str | None = None
    cl_ord_key: str | None = None
    leverage: str | None = None
    starttm: float | None = None
    expiretm: float | None = None
    close: CloseTerms | None = None

    @property
    def triggered(self) -> bool:
        """Whether the order waits for a trigger; until triggers come, it rests untouched."""
        return self.ordertype not in ("limit", "market")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedOrder:
    """An order with what has become of it; ``executed``, ``cost`` and ``fee`` are cumulative."""

    terms: Terms
    status: Status = Status.PENDING
    executed: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    updated: float = 0.0
    closetm: float | None = None
    reason: str | None = None

    @property
    def txid(self) -> str:
        """The order's transaction id."""
        return self.terms.txid

    @property
    def remaining(self) -> Decimal:
        """Base units that are still to be traded."""
        return self.terms.volume - self.executed

    @property
    def live(self) -> bool:
        """Whether anything can still happen to the order."""
        return self.status in _STEPS

    def filled(self, volume: Decimal, cost: Decimal, fee: Decimal, now: float) -> BookedOrder:
        """The order after a trade."""
        assert self.status is Status.OPEN
        assert volume <= self.remaining
        return replace(
            self,
            executed=self.executed + volume,
            cost=self.cost + cost,
            fee=self.fee + fee,
            updated=now,
        )

    def stepped(self, status: Status, now: float, reason: str | None = None) -> BookedOrder:
        """The order after a step of its life."""
        assert status in _STEPS.get(self.status, ()), f"{self.txid}: {self.status} to {status}"
        closetm = None if status in _STEPS else now
        return replace(self, status=status, updated=now, closetm=closetm, reason=reason)


@dataclass(slots=True)
class OrderBook:
    """All orders: live ones and ended ones, each by txid in the order of their numbers or of their end."""

    live: dict[str, BookedOrder] = field(default_factory=dict)
    ended: dict[str, BookedOrder] = field(default_factory=dict)
    _past: dict[str, list[BookedOrder]] = field(default_factory=dict)
    _userrefs: dict[int, dict[str, None]] = field(default_factory=dict)
    _cl_ord_keys: dict[str, str] = field(default_factory=dict)

    def put(self, order: BookedOrder, *, keep_since: float) -> None:
        """Write an order as it stands now. Earlier versions are kept as far as ``keep_since`` needs them."""
        self._remember(order, keep_since)
        if not order.live:
            self._end(order)
        elif order.txid in self.live:
            self.live[order.txid] = order
        else:
            self._begin(order)

    def with_userref(self, userref: int) -> list[str]:
        """The txids of live orders that carry a user reference."""
        return list(self._userrefs.get(userref, {}))

    def with_cl_ord_key(self, key: str) -> str | None:
        """The txid of the live order that carries a client order id."""
        return self._cl_ord_keys.get(key)

    def as_of(self, moment: float) -> list[BookedOrder]:
        """All orders as they stood at a moment that is not too long ago, oldest first."""
        seen = []
        for versions in self._past.values():
            known = [one for one in versions if one.updated <= moment]
            if known:
                seen.append(known[-1])
        return seen

    def _begin(self, order: BookedOrder) -> None:
        self.live[order.txid] = order
        if order.terms.userref:
            self._userrefs.setdefault(order.terms.userref, {})[order.txid] = None
        if order.terms.cl_ord_key is not None:
            self._cl_ord_keys[order.terms.cl_ord_key] = order.txid

    def _end(self, order: BookedOrder) -> None:
        del self.live[order.txid]
        self.ended[order.txid] = order
        if order.terms.userref:
            carriers = self._userrefs[order.terms.userref]
            del carriers[order.txid]
            if not carriers:
                del self._userrefs[order.terms.userref]
        if order.terms.cl_ord_key is not None:
            del self._cl_ord_keys[order.terms.cl_ord_key]

    def _remember(self, order: BookedOrder, keep_since: float) -> None:
        versions = self._past.setdefault(order.txid, [])
        versions.append(order)
        while len(versions) > 1 and versions[1].updated <= keep_since:
            del versions[0]
