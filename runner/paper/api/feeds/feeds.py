"""All feeds of the exchange, private and public, behind one door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.kraken import Unsubscribe
from runner.paper.api.replies import refused

from . import channels, private_feeds
from .private_feeds import PrivateFeeds
from .public_feeds import NOT_FOUND, PublicFeeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.kraken import Reply, Subscribe
    from runner.paper.exchange.venue import Venue
    from runner.paper.state.changes import Change

    from .delivery import Delivery


EVERYTHING: Final = "*"
"""The name by which a connection gives up all of its subscriptions."""


class Feeds:
    """The subscriptions of all connections."""

    def __init__(self, venue: Venue) -> None:
        self._private = PrivateFeeds(venue)
        self._public = PublicFeeds(venue)

    def subscribe(self, connection: int, request: Subscribe, now: float) -> list[Reply]:
        """Start a subscription to a feed that is served; for a private one its token was accepted."""
        return (self._public if is_public(request) else self._private).subscribe(connection, request, now)

    def unsubscribe(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give a subscription up, or with ``*`` all that the connection has, of some pairs or of any."""
        if _name(request) == EVERYTHING:
            ended = [] if request.pair is not None else self._private.unsubscribe_all(connection, request)
            ended += self._public.unsubscribe_all(connection, request)
            return ended or [refused(request, NOT_FOUND)]
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
    """Return whether a request needs no permission: about a public channel, or giving all up."""
    return _name(request) in channels.NAMES or _gives_all_up(request)


def feed_name_problem(request: Subscribe | Unsubscribe) -> str | None:
    """Return the error of a subscription that names no feed that is served here, or None."""
    name = _name(request)
    if name is None:
        return "Malformed request"
    known = name in (*private_feeds.NAMES, *channels.NAMES) or _gives_all_up(request)
    return None if known else "Subscription name invalid"


def _gives_all_up(request: Subscribe | Unsubscribe) -> bool:
    return type(request) is Unsubscribe and _name(request) == EVERYTHING


def _name(request: Subscribe | Unsubscribe) -> Any:
    return request.subscription.get("name")
