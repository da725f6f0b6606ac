"""Positions on margin: what they tie up, what closing them earns, and when the exchange closes them itself.

The account is a simple one: margin and losses of a pair come out of its quote currency alone, and there is no
rollover fee. Positions are closed first in, first out.
Source: https://support.kraken.com/hc/en-us/articles/203325763-Margin-trading-terms
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from .account import ZERO, Hold, rounded_down, rounded_up
from .orders import OTHER_SIDE

if TYPE_CHECKING:
    from .account import Account
    from .instruments import Instrument
    from .market import Market
    from .orders import Terms

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Origin:
    """The order that opened a position, and the position then; ``fee`` is its part of the trade's fee."""

    order: Terms
    volume: Decimal
    cost: Decimal
    margin: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position that is open: ``volume`` base units for ``cost``, with ``margin`` of the account tied up."""

    position_id: str
    instrument: Instrument
    type: str
    leverage: str
    volume: Decimal
    cost: Decimal
    margin: Decimal
    opened: float
    origin: Origin

    @property
    def pair(self) -> str:
        """The ``wsname`` of its pair."""
        return self.instrument.wsname

    def worth(self, price: Decimal) -> Decimal:
        """Return the profit of closing the position at this price; negative for a loss."""
        gain = price * self.volume - self.cost
        return gain if self.type == "buy" else -gain


@dataclass(frozen=True, slots=True)
class Closed:
    """The result of closing some of a pair's positions."""

    volume: Decimal
    cost: Decimal
    profit: Decimal


class Positions:
    """The account's positions; their margin is held on the account under their ids."""

    def __init__(self, account: Account, market: Market) -> None:
        self._account = account
        self._market = market
        self._open: dict[str, Position] = {}

    def __len__(self) -> int:
        return len(self._open)

    def all(self) -> dict[str, Position]:
        """Return a copy of all positions by id."""
        return dict(self._open)

    def volume(self, pair: str, type: str) -> Decimal:
        """Return the base units of a pair that positions of this side have."""
        return sum((position.volume for position in self._of(pair, type)), ZERO)

    def loss(self, pair: str, type: str, price: Decimal) -> Decimal:
        """Return the loss from closing the positions of this side at a price; 0 if there would be none."""
        return max(ZERO, -sum((position.worth(price) for position in self._of(pair, type)), ZERO))

    def cost(self, pair: str, type: str, volume: Decimal) -> Decimal:
        """Return the cost of ``volume`` base units of the positions of this side, oldest first."""
        cost = ZERO
        for position in self._of(pair, type):
            part = min(volume, position.volume)
            cost, volume = cost + rounded_up(position.cost * part / position.volume), volume - part
        return cost

    def borrowed(self, asset: str) -> Decimal:
        """Return the total cost of the positions in a quote currency."""
        return sum((position.cost for position in self._in(asset)), ZERO)

    def level(self, asset: str) -> Decimal | None:
        """Equity as a percentage of the used margin in a quote currency; None without a position."""
        used = sum((position.margin for position in self._in(asset)), ZERO)
        return self.equity(asset) / used * HUNDRED if used else None

    def closing_price(self, position: Position) -> Decimal:
        """Return the price at which a position would be closed now."""
        return self._market.quote(position.pair).opposite(OTHER_SIDE[position.type])

    def equity(self, asset: str) -> Decimal:
        """Return the balance of a quote currency and what the positions in it would earn now."""
        return self._account.balance(asset) + sum(
            (self._worth(position) for position in self._in(asset)), ZERO
        )

    def in_danger(self, pair: str, level: Decimal) -> list[Position]:
        """Return the positions in a pair's quote currency, if its margin level is below this many percent."""
        if not self._open:
            return []
        asset = self._market.instruments[pair].quote
        now = self.level(asset)
        return self._in(asset) if now is not None and now < level else []

    def add(self, position: Position) -> None:
        """Add a position, and tie its margin up."""
        self._open[position.position_id] = position
        self._account.hold(position.position_id, Hold(position.instrument.quote, position.margin))

    def close(self, pair: str, type: str, volume: Decimal, price: Decimal | None) -> Closed:
        """Take so much out of the positions of this side, oldest first, at a price or at their own cost."""
        closed = Closed(ZERO, ZERO, ZERO)
        for position in self._of(pair, type):
            part = min(volume - closed.volume, position.volume)
            if not part:
                break
            cost = self._shrink(position, part)
            worth = cost if price is None else rounded_down(price * part)
            gain = worth - cost if type == "buy" else cost - worth
            closed = Closed(closed.volume + part, closed.cost + cost, closed.profit + gain)
        return closed

    def _shrink(self, position: Position, part: Decimal) -> Decimal:
        """Return the cost of the part that is gone from now on."""
        if part == position.volume:
            del self._open[position.position_id]
            self._account.release(position.position_id)
            return position.cost
        cost = rounded_down(position.cost * part / position.volume)
        left = position.volume - part
        margin = rounded_up(position.margin * left / position.volume)
        self.add(replace(position, volume=left, cost=position.cost - cost, margin=margin))
        return cost

    def _of(self, pair: str, type: str) -> list[Position]:
        return [
            position for position in self._open.values() if position.pair == pair and position.type == type
        ]

    def _in(self, asset: str) -> list[Position]:
        return [position for position in self._open.values() if position.instrument.quote == asset]

    def _worth(self, position: Position) -> Decimal:
        return position.worth(self.closing_price(position))
