"""The book channel: a snapshot, then what has changed, with the checksum of the ten best on each side.

A level that has gone is sent with the volume 0; one that only fell out of the depth is not sent, for the
client cuts its book. One that comes into the depth as it was is marked ``r``, for republished. What has gone
comes first, so that a client that cuts after each entry keeps the right ones.
Source: https://docs.kraken.com/api/docs/websocket-v1/book
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runner.paper.public.checksum import checksum
from runner.paper.state.texts import fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.paper.public.depth import Level
    from runner.paper.state.instruments import Instrument

_VOLUME_DECIMALS = 8


class BookSide(Struct, frozen=True):
    """One side as a client has it, best first. A ``rising`` side is that of the asks."""

    levels: dict[str, Level]
    rising: bool

    def changes(self, later: BookSide, depth: int, now: float, decimals: int) -> list[list[str]]:
        """Return what makes ``later`` of this side: what has gone, then what is new or other, best first."""
        gone = [
            [price, fixed(None, _VOLUME_DECIMALS), f"{now:.6f}"]
            for price, level in self.levels.items()
            if price not in later.levels and not later.is_full_before(level, depth)
        ]
        return gone + [
            _row(level, decimals, republished=self.has_cut(level, depth, now))
            for price, level in later.levels.items()
            if price not in self.levels or self.levels[price].volume != level.volume
        ]

    def is_full_before(self, level: Level, depth: int) -> bool:
        """Return whether the side has its full depth in better prices than this one."""
        return len(self.levels) >= depth and self._is_better(self._worst, level)

    def has_cut(self, level: Level, depth: int, now: float) -> bool:
        """Return whether a level was there before, beyond the depth."""
        return self.is_full_before(level, depth) and level.time < now

    @property
    def _worst(self) -> Level:
        return next(reversed(self.levels.values()))

    def _is_better(self, level: Level, other: Level) -> bool:
        return level.price < other.price if self.rising else level.price > other.price


class Book(Struct, frozen=True):
    """Both sides as a client has them."""

    asks: BookSide
    bids: BookSide
    decimals: int

    @classmethod
    def of(cls, asks: Sequence[Level], bids: Sequence[Level], instrument: Instrument) -> Book:
        """Return a book of levels, best first."""
        decimals = instrument.shown_decimals
        sides = [{fixed(level.price, decimals): level for level in levels} for levels in (asks, bids)]
        return cls(BookSide(sides[0], True), BookSide(sides[1], False), decimals)

    def snapshot(self) -> dict[str, Any]:
        """Return the whole book; it has no checksum."""
        return {"as": self._rows(self.asks), "bs": self._rows(self.bids)}

    def update(self, later: Book, depth: int, now: float) -> tuple[dict[str, Any], ...]:
        """Return what makes ``later`` of this book, one part a side; nothing where nothing has changed."""
        sides = (("a", self.asks, later.asks), ("b", self.bids, later.bids))
        changes = {name: before.changes(after, depth, now, self.decimals) for name, before, after in sides}
        parts: list[dict[str, Any]] = [{name: rows} for name, rows in changes.items() if rows]
        if parts:
            parts[-1]["c"] = str(later.checksum())
        return tuple(parts)

    def checksum(self) -> int:
        """Return the checksum of the best levels."""
        asks, bids = (
            [(price, fixed(level.volume, _VOLUME_DECIMALS)) for price, level in side.levels.items()]
            for side in (self.asks, self.bids)
        )
        return checksum(asks, bids)

    def _rows(self, side: BookSide) -> list[list[str]]:
        return [_row(level, self.decimals) for level in side.levels.values()]


def _row(level: Level, decimals: int, *, republished: bool = False) -> list[str]:
    row = [fixed(level.price, decimals), fixed(level.volume, _VOLUME_DECIMALS), f"{level.time:.6f}"]
    return [*row, "r"] if republished else row
