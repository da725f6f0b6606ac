"""The public part of the market: trades of the crowd and of the account, and the quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runner.paper import Options, Playback
from runner.paper.exchange.opening import OPENING
from runner.paper.options.options import MarketOptions
from runner.paper.public.market_tape import SPREADS_KEPT, TRADES_KEPT, MarketTape
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.market import Quote
from runner.paper.state.tape import Print, Tape
from tests.paper.builders import NOW, Desk

ETH = INSTRUMENTS["ETH/EUR"]


def tape_of(desk: Desk) -> MarketTape:
    """The public tape of a desk's exchange."""
    return desk.exchange._venue.tape


def trades(desk: Desk) -> list[tuple[Any, ...]]:
    """The trades of ETH/EUR in short."""
    return [
        (f"{trade.price:f}", f"{trade.volume:f}", trade.type, trade.ordertype)
        for trade in tape_of(desk).trades("ETH/EUR")
    ]


def test_the_crowd_trades_where_the_last_price_changes() -> None:
    """By as little as the pair allows; nearer to the ask it bought. A quote around the last price is no
    trade."""
    desk = Desk()
    desk.quote("150.00", "150.30")
    assert trades(desk) == []
    desk.quote("160.00", "160.10")
    desk.quote("140.00", "140.10")
    assert trades(desk) == [("160.00", "0.002", "sell", "limit"), ("140.10", "0.002", "buy", "limit")]
    assert [f"{spread.bid:f}" for spread in tape_of(desk).spreads("ETH/EUR")] == [
        "150.10",
        "150.00",
        "160.00",
        "140.00",
    ]
    assert tape_of(desk).changed("ETH/EUR") == NOW
    assert tape_of(desk).changed("XBT/EUR") == OPENING.opened


def test_a_recording_says_how_much_was_traded() -> None:
    """Also at a price that is the last one already."""
    desk = Desk()
    prints = tuple(Print(Decimal(second), Decimal("150.10"), Decimal(3)) for second in range(2))
    desk.exchange.follow(Playback(Tape(ETH, prints), started=NOW))
    desk.wait(5)
    assert trades(desk) == [("150.10", "3", "sell", "limit")] * 2


def test_the_account_trades_in_public() -> None:
    """As the taker by its own order, and as the maker by the crowd's."""
    desk = Desk()
    desk.placed(ordertype="market", price=None, volume="2")
    desk.placed(price="150.20", volume="1")
    desk.placed(price="149", volume="1")
    desk.quote("148.00", "148.10")
    assert trades(desk) == [
        ("150.20", "2.00000000", "buy", "market"),
        ("150.20", "1.00000000", "buy", "limit"),
        ("148.10", "0.002", "buy", "limit"),
        ("149", "1.00000000", "sell", "limit"),
    ]
    assert [trade.number for trade in tape_of(desk).trades("ETH/EUR")] == [1, 2, 3, 4]
    assert tape_of(desk).count("ETH/EUR") == 4
    assert tape_of(desk).count("XBT/EUR") == 0


def test_an_order_that_takes_a_price_moves_the_quote() -> None:
    """The next price behind it is the best from then on."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal(1), levels=3)))
    desk.placed(ordertype="market", price=None, volume="1")
    assert [f"{spread.ask:f}" for spread in tape_of(desk).spreads("ETH/EUR")] == ["150.20", "150.21"]


def test_memory_has_an_end() -> None:
    """As many trades and quotes as a call returns."""
    tape = MarketTape(0.0)
    quotes = [Quote(Decimal(100 + step), Decimal(101 + step), Decimal(100 + step)) for step in range(2)]
    tape.begin("ETH/EUR", quotes[0])
    for number in range(TRADES_KEPT + 5):
        tape.moved(ETH, quotes[number % 2], quotes[1 - number % 2], None, number)
    assert len(tape.trades("ETH/EUR")) == TRADES_KEPT
    assert len(tape.spreads("ETH/EUR")) == SPREADS_KEPT
    assert tape.count("ETH/EUR") == TRADES_KEPT + 5


def test_a_second_exchange_sees_the_same() -> None:
    """The same inputs give the same tape, and so does a replay of what was kept."""
    first, second = Desk(), Desk()
    for desk in (first, second):
        desk.quote("160.00", "160.10")
        desk.placed(ordertype="market", price=None)
    assert trades(first) == trades(second)
    again = Desk(subscribed=False)
    again.exchange.disconnect(1)
    again.exchange.replay(first.exchange.take_record())
    assert trades(again) == trades(first)
