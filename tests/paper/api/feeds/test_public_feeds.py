"""Public channels: confirmations, snapshots, news, and everything that is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Permission
from runner.kraken import (
    CancelAll,
    ChannelData,
    Subscribe,
    SubscriptionStatus,
    Unsubscribe,
    parse_envelope,
)
from runner.paper import LimitOptions, Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.options import MarketOptions, RequestOptions
from tests.paper.book_client import BookClient
from tests.paper.builders import NOW, Desk
from tests.support.for_each import for_each

ETH = ("ETH/EUR",)


def subscribe(name: str, *pairs: str, **settings: Any) -> Subscribe:
    """A request for a public channel."""
    return Subscribe(subscription={"name": name, **settings}, pair=pairs or ETH, reqid=42)


def desk_with(name: str, *pairs: str, **settings: Any) -> Desk:
    """A desk that has subscribed to a public channel alone, and has read what came at once."""
    desk = Desk(subscribed=False)
    desk.send(subscribe(name, *pairs, **settings))
    desk.messages.clear()
    return desk


def contents(desk: Desk) -> list[Any]:
    """What came since the last call."""
    found = [message.contents for message in desk.messages if isinstance(message, ChannelData)]
    desk.messages.clear()
    return found


def test_a_confirmation_and_a_snapshot_for_each_pair() -> None:
    """In the order of the pairs, each with its own id, under the request's reqid."""
    desk = Desk(subscribed=False)
    first, ticker, second, other = desk.send(subscribe("ticker", "ETH/EUR", "XBT/EUR"))
    assert isinstance(first, SubscriptionStatus)
    assert isinstance(ticker, ChannelData)
    assert isinstance(second, SubscriptionStatus)
    assert isinstance(other, ChannelData)
    assert first == SubscriptionStatus(
        status="subscribed",
        channelID=ticker.channel_id,
        channelName="ticker",
        pair="ETH/EUR",
        subscription={"name": "ticker"},
        reqid=42,
    )
    assert (ticker.channel, ticker.pair, other.pair) == ("ticker", "ETH/EUR", "XBT/EUR")
    assert second.channelID == other.channel_id != ticker.channel_id


def test_neither_token_nor_permission_is_needed() -> None:
    """A key that may do nothing reads the market; a private feed still needs both."""
    desk = Desk(subscribed=False, permissions=[Permission.WEBSOCKET])
    (status, _) = desk.exchange.handle(1, subscribe("spread"), None, NOW)
    assert isinstance(status.message, SubscriptionStatus)
    assert status.message.status == "subscribed"
    (refused,) = desk.exchange.handle(1, Subscribe(subscription={"name": "openOrders"}), None, NOW)
    assert isinstance(refused.message, SubscriptionStatus)
    assert refused.message.status == "error"


def test_ticker() -> None:
    """The same as by REST, whole lots as numbers and two openings; silent while nothing changes."""
    desk = Desk(subscribed=False)
    _, ticker = desk.send(subscribe("ticker"))
    assert isinstance(ticker, ChannelData)
    (figures,) = ticker.contents
    assert figures == {
        "a": ["150.20000", 2000, "2000.000"],
        "b": ["150.10000", 2000, "2000.000"],
        "c": ["150.10000", "0.00000000"],
        "v": ["0.00000000", "0.00000000"],
        "p": ["150.10000", "150.10000"],
        "t": [0, 0],
        "l": ["150.10000", "150.10000"],
        "h": ["150.10000", "150.10000"],
        "o": ["150.10000", "150.10000"],
    }
    desk.messages.clear()
    desk.placed(price="100")
    desk.quote("9100", "9101", pair="XBT/EUR")
    desk.quote("150.10", "150.20")
    assert contents(desk) == []
    desk.placed(price="150.15", volume="1")
    ((figures,),) = contents(desk)
    assert figures["b"] == ["150.15000", 1, "1.000"]


def test_spread() -> None:
    """Best bid, best ask, the time, and their volumes."""
    desk = desk_with("spread")
    desk.quote("160.00", "160.10")
    desk.quote("160.00", "160.10")
    assert contents(desk) == [
        (["160.00000", "160.10000", "1700000000.000000", "2000.00000000", "2000.00000000"],)
    ]


def test_a_market_without_a_side() -> None:
    """Its price and volume are zeros."""
    desk = Desk(subscribed=False, options=Options(market=MarketOptions(depth=Decimal(1))))
    desk.send(subscribe("spread"))
    desk.messages.clear()
    desk.placed(ordertype="market", price=None, volume="1")
    ((row,),) = contents(desk)
    assert row[1:2] + row[3:] == ["0.00000", "1.00000000", "0.00000000"]


def test_trade() -> None:
    """All trades of a moment in one message; nothing at first, and nothing without a trade."""
    desk = Desk(subscribed=False)
    assert len(desk.send(subscribe("trade"))) == 1
    desk.messages.clear()
    desk.placed(price="149", volume="1")
    assert contents(desk) == []
    desk.quote("148.00", "148.10")
    assert contents(desk) == [
        (
            [
                ["148.10000", "0.00200000", "1700000000.000000", "b", "l", ""],
                ["149.00000", "1.00000000", "1700000000.000000", "s", "l", ""],
            ],
        )
    ]
    desk.placed(ordertype="market", price=None, volume="2")
    assert [row[3:5] for ((row,),) in contents(desk)] == [["b", "m"]]


def test_ohlc() -> None:
    """The running candle after each trade: last trade, end, prices, average, volume, count."""
    desk = desk_with("ohlc", interval=5)
    desk.quote("160.00", "160.10")
    desk.wait(2)
    desk.placed(ordertype="market", price=None, volume="1")
    desk.wait(600)
    assert contents(desk) == [
        (["1700000000.000000", "1700000100.000000", *["160.00000"] * 5, "0.00200000", 1],),
        (
            [
                "1700000002.000000",
                "1700000100.000000",
                "160.00000",
                "160.10000",
                "160.00000",
                "160.10000",
                "160.09980",
                "1.00200000",
                2,
            ],
        ),
    ]


def test_ohlc_begins_with_the_last_candle_that_has_a_trade() -> None:
    """Its end says that it is an old one; where nothing was ever traded there is none."""
    desk = Desk(subscribed=False)
    assert len(desk.send(subscribe("ohlc"))) == 1
    desk.quote("160.00", "160.10")
    desk.wait(3600)
    _, snapshot = desk.send(subscribe("ohlc", interval=15))
    assert isinstance(snapshot, ChannelData)
    assert snapshot.channel == "ohlc-15"
    assert snapshot.contents[0][:2] == ["1700000000.000000", "1700000100.000000"]


def test_book() -> None:
    """A snapshot of the depth, then updates with a checksum; own orders are in it."""
    desk = Desk(subscribed=False)
    _, snapshot = desk.send(subscribe("book", depth=25))
    assert isinstance(snapshot, ChannelData)
    assert snapshot.channel == "book-25"
    assert [len(snapshot.contents[0][side]) for side in ("as", "bs")] == [25, 25]
    desk.messages.clear()
    txid = desk.placed(price="150.15", volume="1")
    ((part,),) = contents(desk)
    assert part["b"] == [["150.15000", "1.00000000", "1700000000.000000"]]
    assert part["c"].isdigit()
    desk.cancel(txid)
    ((part,),) = contents(desk)
    assert part["b"] == [
        ["150.15000", "0.00000000", "1700000000.000000"],
        ["149.86000", "2000.00000000", "1577836800.000000", "r"],
    ]
    desk.placed(price="100", volume="1")
    assert contents(desk) == []


STEPS = st.one_of(
    st.tuples(st.just("quote"), st.integers(14990, 15030), st.integers(1, 12)),
    st.tuples(st.sampled_from(("buy", "sell")), st.integers(14995, 15030), st.integers(1, 3)),
    st.tuples(st.sampled_from(("take", "cancel")), st.just(0), st.integers(1, 3)),
)


@given(st.lists(STEPS, max_size=10), st.sampled_from([None, 3]))
def test_a_client_s_book_is_the_one_of_depth(steps: list[tuple[str, int, int]], volume: int | None) -> None:
    """After whatever orders and quotes, with and without an end of the crowd; so is each checksum."""
    market = MarketOptions(depth=volume and Decimal(volume), levels=3)
    desk = Desk(subscribed=False, options=Options(market=market, limits=LimitOptions(enforce_rates=False)))
    _, snapshot = desk.send(subscribe("book"))
    assert isinstance(snapshot, ChannelData)
    client = BookClient(snapshot.contents[0], 10)
    for what, price, size in steps:
        desk.messages.clear()
        match what:
            case "quote":
                desk.quote(f"{price / 100:.2f}", f"{(price + size) / 100:.2f}")
            case "take":
                desk.add(ordertype="market", price=None, volume=str(size))
            case "cancel":
                desk.send(CancelAll())
            case _:
                desk.add(type=what, price=f"{price / 100:.2f}", volume=str(size))
        for parts in contents(desk):
            assert client.take(parts) == client.checksum()
        call = RestCall("GET", "/0/public/Depth?pair=ETHEUR&count=10")
        depth = parse_envelope(desk.exchange.rest(call, desk.now).body)["XETHZEUR"]
        for name, side in (("a", "asks"), ("b", "bids")):
            mine = [(Decimal(price), Decimal(volume)) for price, volume in client.sides[name].items()]
            assert mine == [(Decimal(price), Decimal(volume)) for price, volume, _ in depth[side]]


def test_subscribers_share_a_message() -> None:
    """It is made once, and goes to each of them, and to no other pair's."""
    desk = desk_with("book")
    for connection, pair in ((2, "ETH/EUR"), (3, "XBT/EUR")):
        desk.exchange.connect(connection, NOW)
        desk.exchange.handle(connection, subscribe("book", pair), None, NOW)
    deliveries = desk.exchange.set_quote("ETH/EUR", Decimal("150.00"), Decimal("150.10"), NOW)
    assert [delivery.connection for delivery in deliveries] == [1, 2]
    assert deliveries[0].message is deliveries[1].message


def test_unsubscribe_and_disconnect() -> None:
    """Afterwards a channel is silent, and can be subscribed to again."""
    desk = desk_with("book", "ETH/EUR", "XBT/EUR", depth=10)
    desk.exchange.connect(2, NOW)
    desk.exchange.handle(2, subscribe("book", depth=10), None, NOW)
    request = Unsubscribe(subscription={"name": "book"}, pair=ETH, reqid=7)
    (reply,) = desk.send(request)
    assert isinstance(reply, SubscriptionStatus)
    assert (reply.status, reply.channelName, reply.pair, reply.reqid) == (
        "unsubscribed",
        "book-10",
        "ETH/EUR",
        7,
    )
    (again,) = desk.send(request)
    assert isinstance(again, SubscriptionStatus)
    assert again.errorMessage == "Subscription Not Found"
    desk.exchange.disconnect(2)
    desk.messages.clear()
    desk.quote("160.00", "160.10")
    assert contents(desk) == []
    desk.quote("9100.0", "9100.1", pair="XBT/EUR")
    assert len(contents(desk)) == 1
    assert len(desk.send(subscribe("book"))) == 2


BOOK = {"name": "book", "depth": 10}
REFUSED: list[tuple[Any, str | None, str]] = [
    (Subscribe(subscription=BOOK), None, "Pair field must be an array"),
    (Subscribe(subscription=BOOK, pair=()), None, "Pair(s) not found"),
    (
        Subscribe(subscription=BOOK, pair=("XBTUSD",)),
        "XBTUSD",
        "Currency pair not in ISO 4217-A3 format XBTUSD",
    ),
    (Subscribe(subscription=BOOK, pair=("FOO/BAR",)), "FOO/BAR", "Currency pair not supported FOO/BAR"),
    (Subscribe(subscription=BOOK | {"depth": 42}, pair=ETH), "ETH/EUR", "Subscription depth not supported"),
    (Subscribe(subscription=BOOK, pair=("XBT/EUR",)), "XBT/EUR", "Already subscribed"),
    (Unsubscribe(subscription=BOOK, pair=ETH), "ETH/EUR", "Subscription Not Found"),
    (Unsubscribe(subscription=BOOK, pair=("FOO/BAR",)), "FOO/BAR", "Currency pair not supported FOO/BAR"),
]


@for_each(REFUSED)
def test_refused(request: Any, pair: str | None, error: str) -> None:
    """With the pair and the subscription as they were sent."""
    desk = desk_with("book", "XBT/EUR")
    assert desk.send(request) == [
        SubscriptionStatus(status="error", pair=pair, subscription=request.subscription, errorMessage=error)
    ]


def test_one_pair_of_several_may_be_refused() -> None:
    """The others are subscribed to all the same."""
    replies = Desk(subscribed=False).send(subscribe("trade", "ETH/EUR", "NO/NO", "XBT/EUR"))
    assert [reply.status for reply in replies if isinstance(reply, SubscriptionStatus)] == [
        "subscribed",
        "error",
        "subscribed",
    ]


def test_common_names_where_they_are_accepted() -> None:
    """The answer has the exchange's own name."""
    options = Options(requests=RequestOptions(common_names=True))
    status, snapshot = Desk(subscribed=False, options=options).send(subscribe("ticker", "BTC/EUR"))
    assert isinstance(status, SubscriptionStatus)
    assert isinstance(snapshot, ChannelData)
    assert (status.pair, snapshot.pair) == ("XBT/EUR", "XBT/EUR")


def test_what_is_public_is_not_kept() -> None:
    """Subscriptions leave no record, and a reset ends them."""
    desk = desk_with("ticker")
    assert desk.exchange.take_record() == []
