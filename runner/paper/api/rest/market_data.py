"""The public REST calls with prices: Ticker, Depth, OHLC, Trades, Spread.

Prices have the decimals that the documents' samples have, which differ from call to call.
Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.paper.api import rendering
from runner.paper.api.market_view import public_side, ticker_of
from runner.paper.public.bars import INTERVALS_MIN
from runner.paper.public.market_tape import SPREADS_KEPT, TRADES_KEPT
from runner.paper.state.texts import fixed

from .calls import CallError
from .public import requested_instruments

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue
    from runner.paper.public.bars import Bar
    from runner.paper.public.depth import Level
    from runner.paper.public.market_tape import PublicTrade
    from runner.paper.state.instruments import Instrument

CANDLES: Final = 720
LEVELS_MAX: Final = 500

_INVALID: Final = "EGeneral:Invalid arguments"
_DIGITS_MAX: Final = 20
_NANO: Final = 10**9
_NANOSECONDS_FROM: Final = 10**12
"""A ``since`` of Trades is in nanoseconds from here on, and in seconds below."""

_THOUSANDTH: Final = Decimal("0.001")


def ticker(venue: Venue, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return quotes, the last price, and the figures of today and of 24 hours.

    Where nothing was traded, the prices of the day are the last one.
    """
    return {
        instrument.rest_id: _ticker_row(instrument, venue, now)
        for instrument in requested_instruments(venue, fields, "asset_class")
    }


def depth(venue: Venue, fields: Mapping[str, str], _: float) -> dict[str, Any]:
    """Return the book of a pair: ``count`` levels of each side, up to 500, each with its time."""
    instrument = _instrument(venue, fields)
    most = _whole(fields, "count", 100)
    if not 1 <= most <= LEVELS_MAX:
        raise CallError(_INVALID)
    return {
        instrument.rest_id: {
            name: [_level_row(level, instrument) for level in public_side(venue, instrument, type, most)]
            for name, type in (("asks", "sell"), ("bids", "buy"))
        }
    }


def ohlc(venue: Venue, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return the last 720 candles, those after ``since`` alone if it is given; the running one comes last."""
    instrument = _instrument(venue, fields)
    interval_min = _whole(fields, "interval", 1)
    since = _whole(fields, "since", 0)
    if interval_min not in INTERVALS_MIN:
        raise CallError(_INVALID)
    *ended, running = venue.tape.bars(instrument.wsname).candles(interval_min, now, CANDLES)
    shown = [bar for bar in ended if bar.start > since]
    return {
        instrument.rest_id: [_candle_row(bar, instrument) for bar in (*shown, running)],
        "last": ended[-1].start,
    }


def trades(venue: Venue, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return up to ``count`` trades, oldest first: the latest, or those right after ``since``.

    ``since`` is in seconds, or in nanoseconds as ``last`` is.
    """
    instrument = _instrument(venue, fields)
    most, since = _whole(fields, "count", TRADES_KEPT), _whole(fields, "since", 0)
    if not 1 <= most <= TRADES_KEPT:
        raise CallError(_INVALID)
    if since < _NANOSECONDS_FROM:
        since *= _NANO
    later = [trade for trade in venue.tape.trades(instrument.wsname) if _nanoseconds(trade.time) > since]
    shown = later[:most] if since else later[-most:]
    last = _nanoseconds(shown[-1].time) if shown else since or _nanoseconds(now)
    return {instrument.rest_id: [_trade_row(trade, instrument) for trade in shown], "last": str(last)}


def spread(venue: Venue, fields: Mapping[str, str], _: float) -> dict[str, Any]:
    """Return the crowd's last best prices; those of the second ``since`` are among them."""
    instrument = _instrument(venue, fields)
    since = _whole(fields, "since", 0)
    spreads = venue.tape.spreads(instrument.wsname)[-SPREADS_KEPT:]
    decimals = instrument.shown_decimals
    rows = [
        [int(each.time), fixed(each.bid, decimals), fixed(each.ask, decimals)]
        for each in spreads
        if int(each.time) >= since
    ]
    return {instrument.rest_id: rows, "last": int(spreads[-1].time)}


def _instrument(venue: Venue, fields: Mapping[str, str]) -> Instrument:
    """Return the one pair that a call names."""
    if not fields.get("pair"):
        raise CallError(_INVALID)
    instruments = requested_instruments(venue, fields, "asset_class")
    if len(instruments) > 1:
        raise CallError("EQuery:Unknown asset pair")
    return instruments[0]


def _whole(fields: Mapping[str, str], name: str, absent: int) -> int:
    text = fields.get(name, "")
    if not text:
        return absent
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        raise CallError(_INVALID)
    return int(text)


def _nanoseconds(moment: float) -> int:
    return int(rendering.number(moment) * _NANO)


def _level_row(level: Level, instrument: Instrument) -> list[Any]:
    """Return a level: its volume has three decimals, unless that would cut it."""
    decimals = 8 if level.volume % _THOUSANDTH else 3
    return [fixed(level.price, instrument.shown_decimals), fixed(level.volume, decimals), int(level.time)]


def _candle_row(bar: Bar, instrument: Instrument) -> list[Any]:
    prices = (bar.open, bar.high, bar.low, bar.close, bar.vwap)
    decimals = instrument.price_decimals
    return [bar.start, *(fixed(price, decimals) for price in prices), fixed(bar.volume, 8), bar.count]


def _trade_row(trade: PublicTrade, instrument: Instrument) -> list[Any]:
    return [
        fixed(trade.price, instrument.shown_decimals),
        fixed(trade.volume, 8),
        rendering.number(trade.time),
        trade.type[0],
        trade.ordertype[0],
        "",
        trade.number,
    ]


def _ticker_row(instrument: Instrument, venue: Venue, now: float) -> dict[str, Any]:
    """Return the ticker as REST has it: whole lots are text, and the day has one opening."""
    figures = ticker_of(venue, instrument, now)
    sides = {name: [str(part) for part in figures[name]] for name in ("a", "b")}
    return {**figures, **sides, "o": figures["o"][0]}
