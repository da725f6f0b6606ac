"""The public subscriptions of all connections: ticker, ohlc, trade, spread and book.

A connection needs neither token nor permission for them. A channel is reckoned once for all of its
subscribers, and only while it has any.
Source: https://docs.kraken.com/api/docs/websocket-v1/ticker and its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from runner.kraken import ChannelData, SubscriptionStatus
from runner.paper.api.market_view import public_side, ticker_of
from runner.paper.state.changes import OrderUpdate
from runner.paper.state.texts import fixed

from .book_channel import Book
from .channels import NO_LIST, NO_PAIRS, Channel, repeated, setting_of, unknown_pair
from .delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.kraken import Reply, Subscribe, Unsubscribe
    from runner.paper.exchange.venue import Venue
    from runner.paper.public.bars import Bar
    from runner.paper.public.market_tape import PublicTrade
    from runner.paper.state.changes import Change
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.market import Quote

    _Contents = tuple[Any, ...]


NOT_FOUND: Final = "Subscription Not Found"


@dataclass(slots=True)
class _Served:
    """A channel that has subscribers: who they are, and what they were sent last."""

    subscribers: dict[int, None] = field(default_factory=dict)
    shown: Any = None


@dataclass(slots=True)
class _Pair:
    """The latest quote of a pair, and its trades, that all of its channels have seen."""

    quote: Quote
    trades: int


class PublicFeeds:
    """The public subscriptions of all connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._served: dict[Channel, _Served] = {}
        self._pairs: dict[str, _Pair] = {}

    def subscribe(self, connection: int, request: Subscribe, now: float) -> list[Reply]:
        """Start a channel for each pair: its confirmation or error, then its snapshot."""
        replies: list[Reply] = []
        for channel in self._channels(request):
            if isinstance(channel, SubscriptionStatus):
                replies.append(channel)
                continue
            served = self._served.get(channel, _Served())
            if connection in served.subscribers:
                replies.append(self._refused(request, "Already subscribed", channel.pair))
                continue
            self._served[channel] = served
            self._watch(channel.pair)
            served.subscribers[connection] = None
            replies.append(self._done(channel, request, "subscribed"))
            contents = self._snapshot(channel, served, now)
            replies += [self._message(channel, contents)] if contents else []
        return replies

    def unsubscribe(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give a channel up for each pair."""
        replies: list[Reply] = []
        for channel in self._channels(request):
            if isinstance(channel, SubscriptionStatus):
                replies.append(channel)
            elif connection in self._served.get(channel, _Served()).subscribers:
                self._end(channel, connection)
                replies.append(self._done(channel, request, "unsubscribed"))
            else:
                replies.append(self._refused(request, NOT_FOUND, channel.pair))
        return replies

    def unsubscribe_all(self, connection: int, request: Unsubscribe) -> list[Reply]:
        """Give up every channel of a connection, or those of the pairs that a request names."""
        ended = [
            channel
            for channel, served in self._served.items()
            if connection in served.subscribers and (request.pair is None or channel.pair in request.pair)
        ]
        for channel in ended:
            self._end(channel, connection)
        return [self._done(channel, request, "unsubscribed") for channel in ended]

    def drop(self, connection: int) -> None:
        """Forget the subscriptions of a connection."""
        for channel in [name for name, served in self._served.items() if connection in served.subscribers]:
            self._end(channel, connection)

    def publish(self, changes: Sequence[Change], now: float) -> list[Delivery]:
        """Return what subscribers are sent after changes of the account's orders and of the market."""
        if not self._served:
            return []
        touched = {change.order.terms.pair for change in changes if isinstance(change, OrderUpdate)}
        for pair, seen in self._pairs.items():
            if self._venue.market.quote(pair) is not seen.quote:
                touched.add(pair)
        deliveries: list[Delivery] = []
        for channel, served in self._served.items():
            if channel.pair in touched:
                for contents in self._news(channel, served, now):
                    message = self._message(channel, contents)
                    deliveries += [Delivery(connection, message) for connection in served.subscribers]
        for pair in self._pairs:
            self._watch(pair)
        return deliveries

    # --- what a channel says ----------------------------------------------------------------------

    def _snapshot(self, channel: Channel, served: _Served, now: float) -> _Contents:
        """Return what a new subscriber is sent at once; trades are not repeated."""
        match channel.name:
            case "ticker" | "spread":
                served.shown = self._figures(channel, now)
                return (served.shown,)
            case "book":
                served.shown = self._book(channel)
                return (served.shown.snapshot(),)
            case "ohlc" if trades := self._venue.tape.trades(channel.pair):
                return (self._candle(channel, trades[-1].time),)
            case _:
                return ()

    def _news(self, channel: Channel, served: _Served, now: float) -> list[_Contents]:
        """Return the contents of the messages of a channel whose pair was touched."""
        match channel.name:
            case "ticker" | "spread":
                shown, served.shown = served.shown, self._figures(channel, now)
                return [] if _same(shown, served.shown) else [(served.shown,)]
            case "book":
                before, served.shown = served.shown, self._book(channel)
                assert channel.setting is not None
                contents = before.update(served.shown, channel.setting, now)
                return [contents] if contents else []
            case _:
                return self._of_trades(channel, self._new_trades(channel.pair))

    def _of_trades(self, channel: Channel, trades: tuple[PublicTrade, ...]) -> list[_Contents]:
        if channel.name == "trade":
            return [([_trade_row(trade, self._instrument(channel)) for trade in trades],)] if trades else []
        assert channel.setting is not None
        length_s = channel.setting * 60
        moments = {int(trade.time) // length_s: trade.time for trade in trades}
        return [(self._candle(channel, moment),) for moment in moments.values()]

    def _figures(self, channel: Channel, now: float) -> Any:
        instrument = self._instrument(channel)
        if channel.name == "ticker":
            return ticker_of(self._venue, instrument, now)
        bids, asks = (public_side(self._venue, instrument, type, 1) for type in ("buy", "sell"))
        decimals = instrument.shown_decimals
        bid, ask = (levels[0] if levels else None for levels in (bids, asks))
        prices = [fixed(None if level is None else level.price, decimals) for level in (bid, ask)]
        volumes = [fixed(None if level is None else level.volume, 8) for level in (bid, ask)]
        return [*prices, f"{now:.6f}", *volumes]

    def _book(self, channel: Channel) -> Book:
        assert channel.setting is not None
        instrument = self._instrument(channel)
        asks, bids = (public_side(self._venue, instrument, type, channel.setting) for type in ("sell", "buy"))
        return Book.of(asks, bids, instrument)

    def _candle(self, channel: Channel, moment: float) -> list[Any]:
        assert channel.setting is not None
        bar = self._venue.tape.bars(channel.pair).candle(channel.setting, moment)
        assert bar is not None, "it has a trade"
        return _candle_row(bar, channel.setting, self._instrument(channel))

    # --- channels and pairs -----------------------------------------------------------------------

    def _channels(self, request: Subscribe | Unsubscribe) -> list[Channel | SubscriptionStatus]:
        """Return the channel that each pair of a request means, or its error."""
        name = str(request.subscription["name"])
        if request.pair is None:
            return [self._refused(request, NO_LIST)]
        if not request.pair:
            return [self._refused(request, NO_PAIRS)]
        setting = setting_of(name, request.subscription)
        channels: list[Channel | SubscriptionStatus] = []
        for text in request.pair:
            instrument = self._venue.market.instruments.find(
                text, common_names=self._venue.options.requests.common_names
            )
            if instrument is None:
                channels.append(self._refused(request, unknown_pair(text), text))
            elif isinstance(setting, str):
                channels.append(self._refused(request, setting, text))
            else:
                channels.append(Channel(name, instrument.wsname, setting))
        return channels

    def _new_trades(self, pair: str) -> tuple[PublicTrade, ...]:
        count = self._venue.tape.count(pair) - self._pairs[pair].trades
        return self._venue.tape.trades(pair)[-count:] if count else ()

    def _watch(self, pair: str) -> None:
        self._pairs[pair] = _Pair(self._venue.market.quote(pair), self._venue.tape.count(pair))

    def _end(self, channel: Channel, connection: int) -> None:
        subscribers = self._served[channel].subscribers
        del subscribers[connection]
        if not subscribers:
            del self._served[channel]
        if not any(served.pair == channel.pair for served in self._served):
            del self._pairs[channel.pair]

    def _instrument(self, channel: Channel) -> Instrument:
        return self._venue.market.instruments[channel.pair]

    def _number(self, channel: Channel) -> int:
        return channel.number([*self._venue.market.instruments].index(channel.pair))

    def _message(self, channel: Channel, contents: _Contents) -> ChannelData:
        return ChannelData(self._number(channel), contents, channel.shown, channel.pair)

    def _done(self, channel: Channel, request: Subscribe | Unsubscribe, status: str) -> SubscriptionStatus:
        return SubscriptionStatus(
            status=status,
            channelID=self._number(channel),
            channelName=channel.shown,
            pair=channel.pair,
            subscription=channel.subscription,
            reqid=request.reqid,
        )

    @staticmethod
    def _refused(request: Subscribe | Unsubscribe, error: str, pair: str | None = None) -> SubscriptionStatus:
        return SubscriptionStatus(
            status="error",
            pair=pair,
            subscription=repeated(request.subscription),
            errorMessage=error,
            reqid=request.reqid,
        )


def _same(before: Any, after: Any) -> bool:
    """Return whether figures are the same; a spread's own time, its third part, does not count."""
    if isinstance(before, list):
        return bool(before[:2] == after[:2] and before[3:] == after[3:])
    return bool(before == after)


def _trade_row(trade: PublicTrade, instrument: Instrument) -> list[str]:
    price, volume = fixed(trade.price, instrument.shown_decimals), fixed(trade.volume, 8)
    return [price, volume, f"{trade.time:.6f}", trade.type[0], trade.ordertype[0], ""]


def _candle_row(bar: Bar, interval_min: int, instrument: Instrument) -> list[Any]:
    """Return the time of the last trade, the end, four prices, the average price, volume and count."""
    prices = (bar.open, bar.high, bar.low, bar.close, bar.vwap)
    end = bar.start // (interval_min * 60) * interval_min * 60 + interval_min * 60
    shown = (fixed(price, instrument.shown_decimals) for price in prices)
    return [f"{bar.updated:.6f}", f"{end:.6f}", *shown, fixed(bar.volume, 8), bar.count]
