"""The arithmetic of the specification once more, in exact fractions and from plain data.

It shares nothing with the code under test. ``edge`` is a destination that no file may name: it shows why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from tests.rebalance.worlds import Asset, World

_INWARDS = {"target": Fraction(0), "half": Fraction(1, 2), "inside": Fraction(19, 20), "edge": Fraction(1)}


@dataclass(frozen=True)
class Order:
    """An order by its numbers."""

    pair: str
    type: str
    volume: Fraction
    price: Fraction


def exact(number: Decimal | None) -> Fraction:
    """A number as a fraction; none is 0."""
    return Fraction(0) if number is None else Fraction(number)


def free(asset: Asset) -> Fraction:
    """The units that no open order holds."""
    return exact(asset.total) - exact(asset.held)


def mid(asset: Asset) -> Fraction:
    """The price that values are reckoned at."""
    return (exact(asset.bid) + exact(asset.ask)) / 2


def free_cash(world: World) -> Fraction:
    """The cash that no open order holds."""
    return exact(world.cash) - exact(world.cash_held)


def managed(world: World) -> Fraction:
    """The value of all listed currencies and the free cash."""
    return free_cash(world) + sum(free(asset) * mid(asset) for asset in world.assets)


def fee(world: World, asset: Asset) -> Fraction:
    """The fee of an order as a share of its cost."""
    if world.fee is not None:
        return exact(world.fee) / 100
    return exact(asset.maker if world.post else asset.taker)


def band(world: World, asset: Asset) -> Fraction:
    """The distance from the target that is allowed; none around 0 %."""
    target = exact(asset.weight) / 100
    if not target:
        return Fraction(0)
    limits = exact(world.absolute) / 100, exact(world.relative) / 100 * target
    return min(limits) if world.use == "smaller" else max(limits)


def is_valid(world: World) -> bool:
    """Return whether the targets file of a world may be used at all."""
    total = sum(exact(asset.weight) for asset in world.assets) + exact(world.cash_target)
    narrow = all(not asset.weight or band(world, asset) < exact(asset.weight) / 100 for asset in world.assets)
    return total == 100 and narrow and exact(world.minimum) <= (exact(world.maximum) or exact(world.minimum))


def is_out(world: World, asset: Asset, whole: Fraction) -> bool:
    """Return whether a currency is outside its band; ``whole`` is the managed value."""
    if not asset.weight:
        return free(asset) > 0
    weight = free(asset) * mid(asset) / whole
    return abs(weight - exact(asset.weight) / 100) > band(world, asset)


def any_out(world: World) -> bool:
    """Return whether any currency is outside its band."""
    whole = managed(world)
    return any(is_out(world, asset, whole) for asset in world.assets)


def is_rest(world: World, asset: Asset) -> bool:
    """Return whether a currency with a target of 0 % is left only as far as nothing can sell it."""
    units = free(asset) - exact(asset.keep)
    least = max(exact(asset.costmin), exact(world.minimum))
    return not asset.weight and (units <= 0 or units < exact(asset.ordermin) or units * mid(asset) < least)


def goals(world: World) -> dict[str, Fraction]:
    """The value that each currency is traded to, by its name; what stays is not among them."""
    whole = managed(world)
    out = {asset.name for asset in world.assets if is_out(world, asset, whole)}
    moving = any(asset.name in out and not is_rest(world, asset) for asset in world.assets)
    found = {}
    for asset in world.assets:
        target = exact(asset.weight) / 100
        if asset.name in out:
            side = 1 if free(asset) * mid(asset) > target * whole else -1
            found[asset.name] = (target + side * band(world, asset) * _INWARDS[world.to]) * whole
        elif moving and world.scope == "all" and world.to == "target":
            found[asset.name] = target * whole
    return found


def price(world: World, asset: Asset, type: str) -> Fraction:
    """The limit of an order: rounded away from the market, and never through it if it is post only."""
    tick, offset = exact(asset.tick), exact(world.offset) / 100
    start = mid(asset) if world.source == "mid" else exact(getattr(asset, world.source))
    if type == "sell":
        found = ceil(start * (1 + offset) / tick) * tick
        return max(found, (floor(exact(asset.bid) / tick) + 1) * tick) if world.post else found
    found = floor(start * (1 - offset) / tick) * tick
    return min(found, (ceil(exact(asset.ask) / tick) - 1) * tick) if world.post else found


def orders(world: World) -> list[Order]:
    """All orders that follow, sells first, each side in the alphabet."""
    wanted, assets = goals(world), sorted(world.assets, key=lambda asset: asset.name)
    sells = [] if world.method == "buy" else [_sell(world, asset, wanted) for asset in assets]
    sold = [order for order in sells if order is not None]
    by_pair = {asset.pair: asset for asset in assets}
    brought = sum(order.volume * order.price * (1 - fee(world, by_pair[order.pair])) for order in sold)
    money = max(free_cash(world) - exact(world.floor) + brought, Fraction(0))
    moved = [asset for asset in assets if asset.name in wanted]
    short = [(asset, wanted[asset.name] - free(asset) * mid(asset)) for asset in moved]
    short = [(asset, missing) for asset, missing in short if missing > 0]
    need = sum(missing * (1 + fee(world, asset)) for asset, missing in short)
    share = min(Fraction(1), money / need) if need else Fraction(1)
    buys = [] if world.method == "sell" else [_buy(world, asset, missing * share) for asset, missing in short]
    return sold + [order for order in buys if order is not None]


def _sell(world: World, asset: Asset, wanted: dict[str, Fraction]) -> Order | None:
    surplus = free(asset) * mid(asset) - wanted.get(asset.name, free(asset) * mid(asset))
    if surplus <= 0:
        return None
    units = min(surplus / mid(asset) if asset.weight else free(asset), free(asset) - exact(asset.keep))
    return _order(world, asset, "sell", units)


def _buy(world: World, asset: Asset, money: Fraction) -> Order | None:
    limit = price(world, asset, "buy")
    return _order(world, asset, "buy", money / max(mid(asset), limit)) if limit > 0 else None


def _order(world: World, asset: Asset, type: str, units: Fraction) -> Order | None:
    limit, lot = price(world, asset, type), Fraction(1, 10**asset.lot_decimals)
    if world.maximum is not None:
        units = min(units, exact(world.maximum) / limit)
    volume = floor(units / lot) * lot
    small = volume < exact(asset.ordermin) or volume * limit < max(exact(asset.costmin), exact(world.minimum))
    open_for = {"online", "limit_only"} | ({"post_only"} if world.post else set())
    impossible = volume <= 0 or small or asset.status not in open_for
    return None if impossible else Order(asset.pair, type, volume, limit)


def filled(world: World, made: list[Order]) -> World:
    """The world after all orders were filled at their own prices."""
    by_pair = {order.pair: order for order in made}
    cash, assets = exact(world.cash), []
    for asset in world.assets:
        order = by_pair.get(asset.pair)
        total = exact(asset.total)
        if order is not None:
            sign = 1 if order.type == "buy" else -1
            total += sign * order.volume
            cash -= sign * order.volume * order.price + order.volume * order.price * fee(world, asset)
        assets.append(replace(asset, total=_decimal(total)))
    return replace(world, cash=_decimal(cash), assets=tuple(assets))


def _decimal(number: Fraction) -> Decimal:
    """A fraction of tens as the decimal that it is."""
    digits = 0
    while (number * 10**digits).denominator > 1:
        digits += 1
        assert digits < 60, "not a fraction of tens"
    return Decimal((number * 10**digits).numerator).scaleb(-digits) if digits else Decimal(number.numerator)
