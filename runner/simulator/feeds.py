"""Who has subscribed to what, and the messages that a change becomes for each of them.

A subscription counts its own messages from 1; the snapshot is the first. What a change is, is not decided
here.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runner.protocol import LIMITS, OpenOrders, OwnTrades, SubscriptionStatus

from . import shapes
from .consolidating import consolidated
from .replies import refused
from .shapes import Trade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.protocol import Reply, Subscribe, Unsubscribe

    from .venue import Change, Venue

TRADES_IN_SNAPSHOT = 50
FILLS_LOOKED_AT = 10 * TRADES_IN_SNAPSHOT
_NAMES = ("openOrders", "ownTrades")


class Delivery(Struct, frozen=True, gc=False):
    """A message and the connection that it goes to."""

    connection: int
    message: Reply


class Feeds:
    """The private subscriptions of all connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._sequences: dict[int, dict[str, int]] = {}
        self._fill_by_fill: dict[int, None] = {}  # connections whose trades are not consolidated
        self._counted: set[int] = set()  # connections that asked for the rate counter

    def subscribe(self, connection: int, request: Subscribe, now: float) -> list[Reply]:
        """Start a subscription whose token was accepted: its confirmation, then its snapshot."""
        name = request.subscription.get("name")
        problem = feed_name_problem(request)
        if problem is None and name in self._sequences.get(connection, {}):
            problem = "Already subscribed"
        if problem is not None:
            return [refused(request, problem)]
        assert isinstance(name, str)
        self._sequences.setdefault(connection, {})[name] = 0
        if name == "ownTrades":
            self._fill_by_fill.pop(connection, None)
            if request.subscription.get("consolidate_taker") in (False, "false"):
                self._fill_by_fill[connection] = None
        if name == "openOrders":
            (self._counted.add if self._counts(request) else self._counted.discard)(connection)
        return [self._confirmed(name, request), *self._snapshot(connection, name, request, now)]

    def unsubscribe(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give a subscription up."""
        name = request.subscription.get("name")
        if self._sequences.get(connection, {}).pop(str(name), None) is None:
            return [refused(request, "Subscription Not Found")]
        return [
            SubscriptionStatus(
                status="unsubscribed",
                channelName=str(name),
                subscription={"name": name},
                reqid=request.reqid,
            )
        ]

    def end(self, name: str) -> list[Delivery]:
        """End every subscription to a feed, although nobody asked for it."""
        news = SubscriptionStatus(status="unsubscribed", channelName=name, subscription={"name": name})
        ended = [one for one, sequences in self._sequences.items() if sequences.pop(name, None) is not None]
        return [Delivery(connection, news) for connection in ended]

    def hears(self, connection: int) -> bool:
        """Whether a connection has a subscription."""
        return bool(self._sequences.get(connection))

    def leave(self, connection: int) -> None:
        """Forget the subscriptions of a connection."""
        self._sequences.pop(connection, None)
        self._fill_by_fill.pop(connection, None)
        self._counted.discard(connection)

    def publish(self, changes: Sequence[Change], now: float) -> list[Delivery]:
        """The messages about changes, for everyone who has subscribed, in the order of the changes."""
        deliveries = []
        for change in changes:
            if isinstance(change, Trade):
                deliveries += self._tell_trade(change, changes)
                continue
            if change.fields is not None:
                deliveries += self._tell_update(change.txid, change.fields, now)
        return deliveries

    def _tell_update(self, txid: str, fields: dict[str, Any], now: float) -> list[Delivery]:
        """The same content for all, held once: one cancelAll can be told a hundred thousand times."""
        contents: dict[bool, tuple[tuple[str, dict[str, Any]], ...]] = {}
        deliveries = []
        for connection, sequences in self._sequences.items():
            if "openOrders" not in sequences:
                continue
            counted = connection in self._counted
            content = contents.get(counted)
            if content is None:
                content = contents[counted] = ((txid, self._with_count(connection, txid, fields, now)),)
            number = sequences["openOrders"] = sequences["openOrders"] + 1
            deliveries.append(Delivery(connection, OpenOrders(content, number)))
        return deliveries

    def _tell_trade(self, trade: Trade, changes: Sequence[Change]) -> list[Delivery]:
        """A trade by itself to who wants it so; to the others a taker's fills with the last of them."""
        told = [connection for connection, sequences in self._sequences.items() if "ownTrades" in sequences]
        if not told:
            return []
        merged = consolidated([change for change in changes if isinstance(change, Trade)])
        whole = next((one for one in merged if one.number == trade.number), None)
        deliveries = []
        for connection in told:
            shown = trade if connection in self._fill_by_fill else whole
            if shown is not None:
                trades = ((shown.trade_id, shapes.trade(shown, update=True)),)
                message = OwnTrades(trades, self._next(connection, "ownTrades"))
                deliveries.append(Delivery(connection, message))
        return deliveries

    def _with_count(self, connection: int, txid: str, fields: dict[str, Any], now: float) -> dict[str, Any]:
        """The fields of an order, with where the rate counter of its pair stands for whoever asked."""
        pair = self._venue.book.pair_of(txid) if connection in self._counted else None
        return fields if pair is None else {**fields, "ratecount": self._venue.rates.told(pair, now)}

    def _confirmed(self, name: str, request: Subscribe) -> SubscriptionStatus:
        subscription: dict[str, object] = {"name": name}
        if self._counts(request):
            subscription["maxratecount"] = LIMITS[self._venue.options.tier].threshold
        return SubscriptionStatus(
            status="subscribed", channelName=name, subscription=subscription, reqid=request.reqid
        )

    def _snapshot(self, connection: int, name: str, request: Subscribe, now: float) -> list[Reply]:
        if name == "openOrders":
            orders = tuple(
                (txid, self._with_count(connection, txid, shapes.full(order), now))
                for txid, order in self._venue.book.live.items()
            )
            return [OpenOrders(orders, self._next(connection, name))] if self._worth(orders) else []
        if request.subscription.get("snapshot") in (False, "false"):
            return []
        latest = self._venue.trades[-FILLS_LOOKED_AT:]
        if connection not in self._fill_by_fill:
            latest = consolidated(latest)
        trades = tuple(_listed(item) for item in reversed(latest[-TRADES_IN_SNAPSHOT:]))
        return [OwnTrades(trades, self._next(connection, name))] if self._worth(trades) else []

    def _counts(self, request: Subscribe) -> bool:
        """Whether the rate counter is told: to whoever asks, where there is one."""
        wanted = str(request.subscription.get("ratecounter", "")).lower() == "true"
        return wanted and self._venue.rates.enforced

    def _worth(self, entries: tuple[object, ...]) -> bool:
        return bool(entries) or self._venue.options.empty_snapshot

    def _next(self, connection: int, name: str) -> int:
        self._sequences[connection][name] += 1
        return self._sequences[connection][name]


def feed_name_problem(request: Subscribe | Unsubscribe) -> str | None:
    """Why a subscription names no feed that is served here."""
    name = request.subscription.get("name")
    if name is None:
        return "Malformed request"
    return None if name in _NAMES else "Subscription name invalid"


def _listed(item: Trade) -> tuple[str, dict[str, object]]:
    return item.trade_id, shapes.trade(item, update=False)
