"""All feeds of the exchange, private and public, behind one door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import channels, private_feeds
from .private_feeds import PrivateFeeds
from .public_feeds import PublicFeeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.kraken import Reply, Subscribe, Unsubscribe
    from runner.paper.exchange.venue import Venue
    from runner.paper.state.changes import Change

    from .delivery import Delivery


class Feeds:
    """The subscriptions of all connections."""

    def __init__(self, venue: Venue) -> None:
        self._private = PrivateFeeds(venue)
        self._public = PublicFeeds(venue)

    def subscribe(self, connection: int, request: Subscribe, now: float) -> list[Reply]:
        """Start a subscription to a feed that is served; for a private one its token was accepted."""
        return (self._public if is_public(request) else self._private).subscribe(connection, request, now)

    def unsubscribe(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give a subscription up."""
        return (self._public if is_public(request) else self._private).unsubscribe(connection, request)

    def end(self, name: str) -> list[Delivery]:
        """End every subscription to a private feed without a request."""
        return self._private.end(name)

    def has_private_subscription(self, connection: int) -> bool:
        """Return whether a connection has a subscription that needed a token."""
        return self._private.has_subscription(connection)

    def drop(self, connection: int) -> None:
        """Forget the subscriptions of a connection."""
        self._private.drop(connection)
        self._public.drop(connection)

    def publish(self, changes: Sequence[Change], now: float) -> list[Delivery]:
        """Return the messages about changes, those of the account first."""
        return self._private.publish(changes, now) + self._public.publish(changes, now)


def is_public(request: Subscribe | Unsubscribe) -> bool:
    """Return whether a request is about a public channel, which needs no token."""
    return request.subscription.get("name") in channels.NAMES


def feed_name_problem(request: Subscribe | Unsubscribe) -> str | None:
    """Return the error of a subscription that names no feed that is served here, or None."""
    name = request.subscription.get("name")
    if name is None:
        return "Malformed request"
    return None if name in (*private_feeds.NAMES, *channels.NAMES) else "Subscription name invalid"
