"""The public market of a pair as REST and the feeds both show it: the book's levels, and the ticker.

Nothing is decided here. Source: https://docs.kraken.com/api/docs/websocket-v1/ticker
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.paper.public.bars import DAY_S
from runner.paper.public.depth import side_of
from runner.paper.state.texts import fixed

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue
    from runner.paper.public.depth import Level
    from runner.paper.state.instruments import Instrument


def public_side(venue: Venue, instrument: Instrument, type: str, most: int) -> tuple[Level, ...]:
    """Return one side of the book of a pair as everybody sees it, best first."""
    pair = instrument.wsname
    own, moved = venue.book.by_priority(pair, type), venue.tape.changed(pair)
    return side_of(venue.market.quote(pair), own, type, instrument=instrument, most=most, moved=moved)


def ticker_of(venue: Venue, instrument: Instrument, now: float) -> dict[str, list[Any]]:
    """Return the ticker of a pair as the feed has it; ``v p t l h o`` are of today and of 24 hours.

    Where nothing was traded, the prices of the day are the last one.
    """
    pair, decimals = instrument.wsname, instrument.shown_decimals
    bars, last = venue.tape.bars(pair), venue.market.quote(pair).last
    trades = venue.tape.trades(pair)
    day = [bars.since(int(now) // DAY_S * DAY_S), bars.since(now - DAY_S)]

    def prices(name: str) -> list[str]:
        return [fixed(last if bar is None else getattr(bar, name), decimals) for bar in day]

    return {
        "a": _best(venue, instrument, "sell"),
        "b": _best(venue, instrument, "buy"),
        "c": [fixed(last, decimals), fixed(trades[-1].volume if trades else None, 8)],
        "v": [fixed(None if bar is None else bar.volume, 8) for bar in day],
        "p": prices("vwap"),
        "t": [0 if bar is None else bar.count for bar in day],
        "l": prices("low"),
        "h": prices("high"),
        "o": prices("open"),
    }


def _best(venue: Venue, instrument: Instrument, type: str) -> list[Any]:
    """Return price, whole lots and lots of the best level; zeros where there is none, as was captured."""
    levels = public_side(venue, instrument, type, 1)
    price, volume = (levels[0].price, levels[0].volume) if levels else (None, None)
    return [fixed(price, instrument.shown_decimals), int(volume or 0), fixed(volume, 3)]
