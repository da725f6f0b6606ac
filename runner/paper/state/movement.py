"""A market that moves by itself: the moves that are due, from a seeded walk or from a recorded tape.

The default is a market that does not move. A movement is not kept between runs; moves with an effect are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .instruments import Instrument
    from .market import Quote
    from .tape import Tape

STEPS_AT_ONCE = 3600
"""Maximum pause that a walk replays step by step; after a longer one it continues from there."""

_FINE = 1 << 20  # parts of a tick that a walk's position is kept in
_HALF = 1 << 31
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """A fresh quote at a moment, with the last price, and the volume behind each price if it is known."""

    time: float
    pair: str
    bid: Decimal
    ask: Decimal
    last: Decimal
    depth: Decimal | None = None


class Movement(Protocol):
    """The source of the market's moves; times are Unix seconds."""

    def due(self) -> float | None:
        """Return the time at which the next move is due, or None if no move is left."""

    def until(self, now: float) -> list[Move]:
        """Return the moves that are due by now and were not given yet, the oldest first."""


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
        quotes: Iterable[tuple[Instrument, Quote]],
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
        # Whole microseconds: a moment is a time, and no money.
        return self._started + int(offset * _MILLION) / _MILLION


def _place(instrument: Instrument, quote: Quote) -> _Place:
    tick = instrument.tick
    at = int(quote.bid / tick) * _FINE
    return _Place(instrument, at, at, max(1, int((quote.ask - quote.bid) / tick)))


def _chance(seed: str, pair: str, step: int) -> int:
    digest = hashlib.sha256(f"walk\0{seed}\0{pair}\0{step}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
