"""A market that moves by itself: the moves that are due, from a seeded walk, a recording, or a feed.

The default is a market that does not move. A movement is not kept between runs; moves with an effect are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.domain import Quote, QuotesAt

    from .instruments import Instrument
    from .market import Quote as MarketQuote
    from .tape import Tape

STEPS_AT_ONCE = 3600
"""Maximum pause that a walk replays step by step; after a longer one it continues from there."""

FEED_LOOK_S = 1.0
"""Between two looks at what a feed has brought."""

_FINE = 1 << 20  # parts of a tick that a walk's position is kept in
_HALF = 1 << 31
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """A fresh quote at a moment; the last price and the volume behind each price, if they are known."""

    time: float
    pair: str
    bid: Decimal
    ask: Decimal
    last: Decimal | None
    depth: Decimal | None = None


class Movement(Protocol):
    """The source of the market's moves; times are Unix seconds."""

    def due(self) -> float | None:
        """Return the time at which the next move is due, or None if no move is left."""

    def until(self, now: float) -> list[Move]:
        """Return the moves that are due by now and were not given yet, the oldest first."""

    def restart(self, now: float) -> None:
        """Begin again, as if it had started now."""


@dataclass(slots=True)
class _Place:
    """The position of a pair's walk: its bid in fine parts of a tick."""

    instrument: Instrument
    home: int
    at: int
    spread: int


class Walk:
    """A random walk of some pairs, the same for the same seed, within half and double of where it began.

    ``swing_ppm`` is the most that a step changes a price, in millionths.
    """

    def __init__(
        self,
        *,
        seed: str,
        quotes: Iterable[tuple[Instrument, MarketQuote]],
        started: float,
        step_s: float = 1.0,
        swing_ppm: int = 500,
    ) -> None:
        self._seed = seed
        self._started = started
        self._step_s = step_s
        self._swing_ppm = swing_ppm
        self._step = 1
        self._places = [_place(instrument, quote) for instrument, quote in quotes]

    def due(self) -> float | None:
        """Return the time of the next step."""
        return self._started + self._step * self._step_s

    def until(self, now: float) -> list[Move]:
        """Return the steps that are due."""
        last = int((now - self._started) / self._step_s)
        self._step = max(self._step, last - STEPS_AT_ONCE + 1)
        moves = []
        while self._step <= last:
            moment = self._started + self._step * self._step_s
            moves += [self._next_move(place, moment) for place in self._places]
            self._step += 1
        return moves

    def restart(self, now: float) -> None:
        """Walk the same way again, from where each pair began."""
        self._started, self._step = now, 1
        for place in self._places:
            place.at = place.home

    def _next_move(self, place: _Place, moment: float) -> Move:
        pair, tick = place.instrument.wsname, place.instrument.tick
        chance = _chance(self._seed, pair, self._step)
        drift = place.at * self._swing_ppm * (chance - _HALF) // (_HALF * _MILLION)
        at = place.at + drift
        if not place.home // 2 <= at <= place.home * 2:
            at = place.at - drift
        place.at = max(at, _FINE)
        bid = place.at // _FINE * tick
        ask = bid + place.spread * tick
        return Move(moment, pair, bid, ask, bid if chance & 1 else ask)


class Playback:
    """A recorded tape, played once from its beginning; ``speed`` 2 plays it in half the time."""

    def __init__(self, tape: Tape, *, started: float, speed: Decimal = Decimal(1)) -> None:
        self._tape = tape
        self._started = started
        self._speed = speed
        self._next = 0
        self._before: Decimal | None = None

    def due(self) -> float | None:
        """Return the time of the next print, or None when the tape is over."""
        return self._moment(self._next) if self._next < len(self._tape.prints) else None

    def until(self, now: float) -> list[Move]:
        """Return the prints that are due."""
        moves = []
        while (due := self.due()) is not None and due <= now:
            moves.append(self._move(due))
        return moves

    def restart(self, now: float) -> None:
        """Play the tape from its beginning."""
        self._started, self._next, self._before = now, 0, None

    def _move(self, moment: float) -> Move:
        printed = self._tape.prints[self._next]
        tick = self._tape.instrument.tick
        price = max(printed.price // tick * tick, 2 * tick)
        # A price that was paid after a lower one was paid at the ask, else at the bid.
        rose = self._before is not None and price > self._before
        bid, ask = (price - tick, price) if rose else (price, price + tick)
        self._next, self._before = self._next + 1, price
        return Move(moment, self._tape.instrument.wsname, bid, ask, price, printed.volume or None)

    def _moment(self, number: int) -> float:
        offset = (self._tape.prints[number].time - self._tape.prints[0].time) / self._speed
        return self._started + _to_seconds(offset)


class Replay:
    """A recorded market, played once from its beginning; ``speed`` 2 plays it in half the time."""

    def __init__(self, series: Sequence[QuotesAt], *, started: float, speed: Decimal = Decimal(1)) -> None:
        self._series = series
        self._started = started
        self._speed = speed
        self._next = 0

    def due(self) -> float | None:
        """Return the time of the next moment, or None when the recording is over."""
        if self._next >= len(self._series):
            return None
        return self._started + _to_seconds(self._series[self._next].after_s / self._speed)

    def until(self, now: float) -> list[Move]:
        """Return the moves that are due."""
        moves: list[Move] = []
        while (due := self.due()) is not None and due <= now:
            moves += _moves(self._series[self._next].quotes, due)
            self._next += 1
        return moves

    def restart(self, now: float) -> None:
        """Play the recording from its beginning."""
        self._started, self._next = now, 0


class Feed:
    """Quotes that come from elsewhere while the exchange is served; they are looked at every second."""

    def __init__(self, *, started: float) -> None:
        self._due = started
        self._waiting: dict[str, Quote] = {}
        self._newest: dict[str, Quote] = {}

    def put(self, quotes: Mapping[str, Quote]) -> None:
        """Take the newest complete quotes of some pairs, which the exchange trades."""
        self._waiting |= quotes
        self._newest |= quotes

    def due(self) -> float | None:
        """Return the time of the next look."""
        return self._due

    def until(self, now: float) -> list[Move]:
        """Return what has come since the last look."""
        quotes, self._waiting, self._due = self._waiting, {}, now + FEED_LOOK_S
        return _moves(quotes, now)

    def restart(self, now: float) -> None:
        """Bring the newest quotes of all pairs again: time does not go back elsewhere."""
        self._due, self._waiting = now, dict(self._newest)


def _moves(quotes: Mapping[str, Quote], moment: float) -> list[Move]:
    moves = []
    for pair, quote in quotes.items():
        assert quote.bid is not None, pair
        assert quote.ask is not None, pair
        moves.append(Move(moment, pair, quote.bid, quote.ask, quote.last))
    return moves


def _to_seconds(offset: Decimal) -> float:
    # Whole microseconds: a moment is a time, and no money.
    return int(offset * _MILLION) / _MILLION


def _place(instrument: Instrument, quote: MarketQuote) -> _Place:
    tick = instrument.tick
    at = int(quote.bid / tick) * _FINE
    return _Place(instrument, at, at, max(1, int((quote.ask - quote.bid) / tick)))


def _chance(seed: str, pair: str, step: int) -> int:
    digest = hashlib.sha256(f"walk\0{seed}\0{pair}\0{step}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
