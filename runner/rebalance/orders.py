"""The orders that bring each currency to its goal: lots, ticks, minimums, and the money that pays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from runner.domain import MarketStatus, PriceFrom, TradedSides

from .weights import NOTHING

if TYPE_CHECKING:
    from runner.domain import Instrument, Quote, Targets

    from .snapshot import Snapshot
    from .weights import Weight

_ONE: Final = Decimal(1)


class Why(StrEnum):
    """A reason for which no order follows from a weight, or a smaller one than its goal needs."""

    INSIDE = "inside its band"
    OTHERS_ONLY = "inside its band; only what is outside is traded"
    NO_SELLS = "this file only buys"
    NO_BUYS = "this file only sells"
    KEPT = "some of it is kept"
    OVER_MAXIMUM = "cut to the file's maximum"
    NO_MONEY = "no money for it"
    LESS_MONEY = "the money is not enough: all buys are smaller in proportion"
    UNDER_ORDERMIN = "below the exchange's least volume"
    UNDER_COSTMIN = "below the exchange's least cost"
    UNDER_MINIMUM = "below the file's minimum"
    NO_PRICE = "a tick above nothing is the lowest price, and it is too high"
    CLOSED = "the exchange takes no such order in this pair now"
    AT_GOAL = "at its goal already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One order of the batch: ``volume`` in base units, ``price`` and ``cost`` in the quote currency."""

    currency: str
    pair: str
    type: str
    volume: Decimal
    price: Decimal

    @property
    def cost(self) -> Decimal:
        """Its volume at its price, before fees."""
        return self.volume * self.price

    @property
    def id(self) -> str:
        """Its id in the batch, such as ``sell-xbt``."""
        return f"{self.type}-{self.currency.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A currency with the order that follows, or none, and why not or why not more."""

    weight: Weight
    trade: Trade | None
    why: tuple[Why, ...]


def sell(targets: Targets, snapshot: Snapshot, weight: Weight) -> Line:
    """Return the sale that brings a currency down to its goal. It leaves what is to be kept."""
    if targets.method is TradedSides.BUY:
        return Line(weight=weight, trade=None, why=(Why.NO_SELLS,))
    why: list[Why] = []
    assert weight.goal is not None
    instrument, quote = _pair(targets, snapshot, weight)
    wanted = weight.free if not weight.target else (weight.value - weight.goal) / weight.mid
    free = weight.free - targets.keep.get(weight.currency, NOTHING)
    if free <= 0:
        return Line(weight=weight, trade=None, why=(Why.KEPT,))
    if free < wanted:
        why.append(Why.KEPT)
    price = _sell_price(targets, quote, instrument)
    return _line(targets, instrument, weight, type="sell", wanted=min(wanted, free), price=price, why=why)


def buy(targets: Targets, snapshot: Snapshot, weight: Weight, share: Decimal) -> Line:
    """Return the purchase that brings a currency up to its goal, or the ``share`` of it that can be paid."""
    if targets.method is TradedSides.SELL:
        return Line(weight=weight, trade=None, why=(Why.NO_BUYS,))
    if not share:
        return Line(weight=weight, trade=None, why=(Why.NO_MONEY,))
    why = [Why.LESS_MONEY] if share < 1 else []
    assert weight.goal is not None
    instrument, quote = _pair(targets, snapshot, weight)
    price = _buy_price(targets, quote, instrument)
    if price <= 0:
        return Line(weight=weight, trade=None, why=(*why, Why.NO_PRICE))
    wanted = (weight.goal - weight.value) * share / max(weight.mid, price)
    return _line(targets, instrument, weight, type="buy", wanted=wanted, price=price, why=why)


def proceeds(trade: Trade, fee: Decimal) -> Decimal:
    """Return what a sale brings at its own price, less its fee."""
    return trade.cost * (1 - fee)


def _line(
    targets: Targets,
    instrument: Instrument,
    weight: Weight,
    *,
    type: str,
    wanted: Decimal,
    price: Decimal,
    why: list[Why],
) -> Line:
    order = targets.order
    if order.maximum is not None and wanted > order.maximum / price:
        wanted = order.maximum / price
        why.append(Why.OVER_MAXIMUM)
    lot = _ONE.scaleb(-instrument.lot_decimals)
    volume = (wanted / lot).to_integral_value(ROUND_FLOOR) * lot
    trade = Trade(
        currency=weight.currency, pair=targets.pair(weight.currency), type=type, volume=volume, price=price
    )
    refused = _too_small(targets, instrument, trade) or _closed(instrument, targets)
    if refused is not None:
        return Line(weight=weight, trade=None, why=(*why, refused))
    return Line(weight=weight, trade=trade, why=tuple(why))


def _too_small(targets: Targets, instrument: Instrument, trade: Trade) -> Why | None:
    if instrument.ordermin is not None and trade.volume < instrument.ordermin:
        return Why.UNDER_ORDERMIN
    if instrument.costmin is not None and trade.cost < instrument.costmin:
        return Why.UNDER_COSTMIN
    if targets.order.minimum is not None and trade.cost < targets.order.minimum:
        return Why.UNDER_MINIMUM
    return Why.AT_GOAL if trade.volume <= 0 else None


def _closed(instrument: Instrument, targets: Targets) -> Why | None:
    allowed = {MarketStatus.ONLINE, MarketStatus.LIMIT_ONLY} | (
        {MarketStatus.POST_ONLY} if targets.order.post else set()
    )
    return None if instrument.status in allowed else Why.CLOSED


def _sell_price(targets: Targets, quote: Quote, instrument: Instrument) -> Decimal:
    tick = instrument.tick_size
    price = _to_tick(_reference(targets, quote) * (1 + targets.price.offset), tick, ROUND_CEILING)
    if targets.order.post and quote.bid is not None:
        price = max(price, _to_tick(quote.bid, tick, ROUND_FLOOR) + tick)
    return price


def _buy_price(targets: Targets, quote: Quote, instrument: Instrument) -> Decimal:
    tick = instrument.tick_size
    price = _to_tick(_reference(targets, quote) * (1 - targets.price.offset), tick, ROUND_FLOOR)
    if targets.order.post and quote.ask is not None:
        price = min(price, _to_tick(quote.ask, tick, ROUND_CEILING) - tick)
    return price


def _to_tick(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    """Return a price in whole ticks, with the decimals of a tick."""
    return (price / tick).quantize(_ONE, rounding) * tick


def _reference(targets: Targets, quote: Quote) -> Decimal:
    price = {
        PriceFrom.BID: quote.bid,
        PriceFrom.ASK: quote.ask,
        PriceFrom.MID: quote.mid,
        PriceFrom.LAST: quote.last,
    }[targets.price.source]
    assert price is not None
    return price


def _pair(targets: Targets, snapshot: Snapshot, weight: Weight) -> tuple[Instrument, Quote]:
    pair = targets.pair(weight.currency)
    return snapshot.market.instruments[pair], snapshot.market.quotes[pair]
