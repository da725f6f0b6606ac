"""The events about the connection of a run: it is up, lost, refused or too slow, and notices of the exchange.

Orders without a reply are in doubt once the connection is lost; the feed is complete once its snapshot has
arrived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import (
    ConnectionLost,
    ErrorKind,
    ErrorReported,
    ExchangeStatus,
    Ready,
    SequenceGap,
    Silent,
    SubscriptionRefused,
    Unintelligible,
)

from .connection import refusal
from .turn import (
    ClockJumped,
    ClockMeasured,
    Connect,
    ConnectFailed,
    JournalFailed,
    LockedOut,
    StillConnecting,
)

if TYPE_CHECKING:
    from runner.kraken import ErrorText, OpenOrder

    from .cancels.manager import CancelManager
    from .clock_check import ClockCheck
    from .connection import Link
    from .groups.barriers import Barriers
    from .groups.confirmation import Confirmation
    from .orders.manager import OrderManager
    from .pacing.pacer import Pacer
    from .turn import Action, EngineEvent


class ConnectionEvents:
    """Takes these events for one run. ``feed`` is openOrders by txid; requests are added to ``actions``."""

    def __init__(
        self,
        *,
        link: Link,
        clock: ClockCheck,
        pacer: Pacer,
        orders: OrderManager,
        cancels: CancelManager,
        confirmation: Confirmation,
        barriers: Barriers,
        feed: dict[str, OpenOrder],
        actions: list[Action],
    ) -> None:
        self._link = link
        self._clock = clock
        self._pacer = pacer
        self._orders = orders
        self._cancels = cancels
        self._confirmation = confirmation
        self._barriers = barriers
        self._feed = feed
        self._actions = actions

    @property
    def sent_anything(self) -> bool:
        """True if the run has sent an order or a cancellation."""
        return self._orders.sent > 0 or self._cancels.sent_anything

    def take(self, event: EngineEvent, now: float) -> None:
        """Take an event about the connection, or a notice of the exchange; ignore any other."""
        match event:
            case ExchangeStatus():
                self._link.status = event
            case Ready():
                self._on_connected(event, now)
            case SubscriptionRefused(error):
                self._on_subscription_refused(error, now)
            case ClockMeasured(skew):
                self._check_clock(skew, now)
            case ConnectFailed():
                self._on_connect_failed(event, now)
            case ConnectionLost(reason):
                self.disconnect(reason, now)
            case Unintelligible(reason=why, is_feed=True):
                self.disconnect(f"openOrders: {why}", now)
            case SequenceGap(expected, received):
                self.disconnect(f"message {expected} of openOrders is missing ({received} came)", now)
            case Silent(seconds):
                self.disconnect(f"nothing was received for {seconds:.0f} s", now)
            case _:
                self._take_notice(event, now)

    def _take_notice(self, event: EngineEvent, now: float) -> None:
        """Take messages of the exchange that answer no request, and news about the connection itself."""
        match event:
            case StillConnecting():
                self._link.still_connecting(now)
            case ClockJumped():
                self._clock.doubt()
            case LockedOut(reason) | JournalFailed(reason):
                self._give_up_at_once(reason, now)
            case ErrorReported(error):
                self._link.on_error(error, now, sent_anything=self.sent_anything)
            case Unintelligible(reason=why, is_reply=True):
                self._link.last_error = why

    def _on_subscription_refused(self, error: ErrorText, now: float) -> None:
        if self._link.up:
            self.disconnect(error.text, now)
        else:
            self._link.fail(refusal(error), now, sent_anything=self.sent_anything)

    def _check_clock(self, skew: tuple[float, float] | None, now: float) -> None:
        failure = self._clock.on_measured(skew)
        self._pacer.set_clock_skew(skew)
        if failure is not None:
            self._on_connect_failed(failure, now)
        elif not self._link.up:
            self._actions.append(Connect(fresh_token=False))

    def _on_connect_failed(self, event: ConnectFailed, now: float) -> None:
        self._clock.on_failure()
        if not self._link.up:
            self._link.fail(event, now, sent_anything=self.sent_anything)
            return
        self.disconnect(event.reason, now)
        if event.final:
            self._link.give_up(event.reason)

    def check_error(self, error: ErrorText | None) -> None:
        """React to an error: after a lockout send nothing more, as messages would prolong it."""
        if error is not None and error.kind is ErrorKind.LOCKOUT:
            self._link.give_up(error.text)
        if error is not None and error.about_clocks:
            self._clock.doubt()

    def _give_up_at_once(self, reason: str, now: float) -> None:
        """Stop the run at once; orders without an outcome are unresolved."""
        self._link.give_up(reason)
        self._orders.give_up_all(reason, now)
        self._cancels.give_up_all(now)

    def _on_connected(self, ready: Ready, now: float) -> None:
        self._link.ready()
        self._pacer.start_over(ready, now)
        self._orders.feed_restored(now)
        # What was open on the last connection may have ended since: only the snapshot says what is open.
        over = {txid: order for txid, order in self._feed.items() if order.terminal}
        self._feed.clear()
        self._feed.update(over)
        self._feed.update((order.txid, order) for order in ready.orders)
        self._confirmation.on_connected(now)
        self._barriers.on_connected(now)
        for order in ready.orders:
            self._orders.on_order(order, now)
        self._cancels.sees_all = ready.complete
        if ready.complete:
            self._cancels.on_reconnect(self._feed, now)

    def disconnect(self, reason: str, now: float) -> None:
        """Note that the connection is gone or unreliable."""
        self._link.lose(reason, now, sent_anything=self.sent_anything)
        self._orders.on_disconnect(reason, now)
        self._cancels.on_disconnect()
