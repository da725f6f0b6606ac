"""The subscriptions of all connections, and the messages that each of them gets about a change.

A subscription counts its own messages from 1; the snapshot is the first. The changes themselves are decided
elsewhere.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from runner.kraken import LIMITS, OpenOrders, OwnTrades, SubscriptionStatus
from runner.paper.api import rendering
from runner.paper.api.replies import refused
from runner.paper.state.changes import OrderUpdate, Trade
from runner.paper.state.trade_merge import consolidated

from .delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from runner.kraken import Reply, Subscribe, Unsubscribe
    from runner.paper.exchange.venue import Venue
    from runner.paper.state.changes import Change

    _Entries = tuple[tuple[str, Mapping[str, Any]], ...]

TRADES_IN_SNAPSHOT = 50
FILLS_LOOKED_AT = 10 * TRADES_IN_SNAPSHOT
NAMES = ("openOrders", "ownTrades")


class _Subscription(Struct):
    """The number of messages sent for a subscription, and their format.

    ``counted``: an order comes with the rate counter of its pair. ``fill_by_fill``: no trades are merged.
    """

    counted: bool
    fill_by_fill: bool
    messages: int = 0

    def next(self) -> int:
        """Return the number of its next message."""
        self.messages += 1
        return self.messages


class PrivateFeeds:
    """The private subscriptions of all connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._orders: dict[int, _Subscription] = {}
        self._trades: dict[int, _Subscription] = {}
        self._named = {"openOrders": self._orders, "ownTrades": self._trades}

    def subscribe(self, connection: int, request: Subscribe, now: float) -> list[Reply]:
        """Start a subscription whose token was accepted: its confirmation, then its snapshot."""
        name = str(request.subscription["name"])
        if connection in self._named[name]:
            return [refused(request, "Already subscribed")]
        settings = request.subscription
        subscription = _Subscription(
            counted=self._counts(request), fill_by_fill=settings.get("consolidate_taker") in (False, "false")
        )
        self._named[name][connection] = subscription
        answers: list[Reply] = [self._confirmation(name, request, subscription)]
        if name == "openOrders":
            answers += self._orders_snapshot(subscription, now)
        elif settings.get("snapshot") not in (False, "false"):
            answers += self._trades_snapshot(subscription)
        return answers

    def unsubscribe(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give a subscription up."""
        name = str(request.subscription.get("name"))
        if self._named.get(name, {}).pop(connection, None) is None:
            return [refused(request, "Subscription Not Found")]
        return [_unsubscribed(name, request)]

    def unsubscribe_all(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give up every subscription of a connection."""
        ended = [name for name, feed in self._named.items() if feed.pop(connection, None) is not None]
        return [_unsubscribed(name, request) for name in ended]

    def end(self, name: str) -> list[Delivery]:
        """End every subscription to a feed without a request."""
        notice = SubscriptionStatus(status="unsubscribed", channelName=name, subscription={"name": name})
        ended = [Delivery(connection, notice) for connection in self._named[name]]
        self._named[name].clear()
        return ended

    def has_subscription(self, connection: int) -> bool:
        """Return whether a connection has a subscription."""
        return connection in self._orders or connection in self._trades

    def drop(self, connection: int) -> None:
        """Forget the subscriptions of a connection."""
        self._orders.pop(connection, None)
        self._trades.pop(connection, None)

    def publish(self, changes: Sequence[Change], now: float) -> list[Delivery]:
        """Return the messages about changes to all subscribers, in the order of the changes."""
        deliveries: list[Delivery] = []
        counts: dict[str, int | str] = {}
        for change in changes:
            if isinstance(change, OrderUpdate):
                if self._orders:
                    deliveries += self._update_messages(change, now, counts)
            elif change is not None and self._trades:
                deliveries += self._trade_messages(change, changes)
        return deliveries

    def _update_messages(
        self, change: OrderUpdate, now: float, counts: dict[str, int | str]
    ) -> list[Delivery]:
        """Return the messages about an order. Subscribers share the content: a cancelAll may end many orders.

        ``counts`` are the rate counters that were read for earlier changes and are still valid.
        """
        order = change.order
        txid, pair = order.terms.txid, order.terms.pair
        contents: dict[bool, _Entries] = {}
        deliveries = []
        for connection, subscription in self._orders.items():
            content = contents.get(subscription.counted)
            if content is None:
                fields = rendering.update_of(change, self._venue.options)
                if subscription.counted:
                    if pair not in counts:
                        counts[pair] = self._venue.rates.reported_count(pair, now)
                    fields["ratecount"] = counts[pair]
                content = contents[subscription.counted] = ((txid, fields),)
            deliveries.append(Delivery(connection, OpenOrders(content, subscription.next())))
        return deliveries

    def _trade_messages(self, trade: Trade, changes: Sequence[Change]) -> list[Delivery]:
        """Return the messages about a trade; where fills are merged, a taker's come with the last of them."""
        merged = consolidated([change for change in changes if isinstance(change, Trade)])
        whole = next((earlier for earlier in merged if earlier.number == trade.number), None)
        deliveries = []
        for connection, subscription in self._trades.items():
            shown = trade if subscription.fill_by_fill else whole
            if shown is not None:
                trades = ((shown.trade_id, rendering.trade(shown, update=True)),)
                deliveries.append(Delivery(connection, OwnTrades(trades, subscription.next())))
        return deliveries

    def _confirmation(self, name: str, request: Subscribe, subscription: _Subscription) -> SubscriptionStatus:
        confirmed: dict[str, object] = {"name": name}
        if subscription.counted:
            confirmed["maxratecount"] = LIMITS[self._venue.options.limits.tier].threshold
        return SubscriptionStatus(
            status="subscribed", channelName=name, subscription=confirmed, reqid=request.reqid
        )

    def _orders_snapshot(self, subscription: _Subscription, now: float) -> list[Reply]:
        """Return the snapshot of openOrders: all orders that are live."""
        live = self._venue.book.live.values()
        orders: _Entries
        if subscription.counted:
            reported_count = self._venue.rates.reported_count
            counts = {pair: reported_count(pair, now) for pair in {order.terms.pair for order in live}}
            orders = tuple(
                (order.txid, {**rendering.snapshot(order), "ratecount": counts[order.terms.pair]})
                for order in live
            )
        else:
            orders = tuple((order.txid, rendering.snapshot(order)) for order in live)
        return [OpenOrders(orders, subscription.next())] if self._worth(orders) else []

    def _trades_snapshot(self, subscription: _Subscription) -> list[Reply]:
        """Return the snapshot of ownTrades: the last trades, the latest first."""
        latest = self._venue.trades[-FILLS_LOOKED_AT:]
        if not subscription.fill_by_fill:
            latest = consolidated(latest)
        trades = tuple(_trade_item(item) for item in reversed(latest[-TRADES_IN_SNAPSHOT:]))
        return [OwnTrades(trades, subscription.next())] if self._worth(trades) else []

    def _counts(self, request: Subscribe) -> bool:
        """Return whether the rate counter is reported: if it was requested and rates are enforced."""
        wanted = str(request.subscription.get("ratecounter", "")).lower() == "true"
        return wanted and self._venue.rates.enforced

    def _worth(self, entries: tuple[object, ...]) -> bool:
        return bool(entries) or self._venue.options.feeds.empty_snapshot


def _unsubscribed(name: str, request: Unsubscribe) -> SubscriptionStatus:
    return SubscriptionStatus(
        status="unsubscribed", channelName=name, subscription={"name": name}, reqid=request.reqid
    )


def _trade_item(item: Trade) -> tuple[str, dict[str, object]]:
    return item.trade_id, rendering.trade(item, update=False)
