"""The promises about the orders of a random portfolio, from the specification and by exact fractions.

Each rule yields what it objects to. The numbers are those of the invariants in the specification.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

from tests.rebalance import reckoner
from tests.rebalance.reckoner import Order, exact, fee, free, free_cash, mid
from tests.rebalance.worlds import QUOTE, Asset, World

Rule = Callable[[World, list[Order]], Iterator[str]]


def objections(world: World, made: list[Order]) -> list[str]:
    """Return what is wrong with the orders that follow in a world; nothing if all is well."""
    return [f"{rule.__name__.removeprefix('_')}: {text}" for rule in _RULES for text in rule(world, made)]


def _2_no_breach_no_order(world: World, made: list[Order]) -> Iterator[str]:
    if made and not reckoner.any_out(world):
        yield f"{len(made)} orders, though all is inside its band"


def _3_one_order_an_asset(world: World, made: list[Order]) -> Iterator[str]:
    counts = Counter(order.pair for order in made)
    yield from (f"{count} orders of {pair}" for pair, count in counts.items() if count > 1)


def _4_kept_and_held_units_stay(world: World, made: list[Order]) -> Iterator[str]:
    for asset, order in _with_assets(world, made):
        if order.type == "sell" and order.volume > free(asset) - exact(asset.keep):
            yield f"{order} sells more than is free and not kept"


def _5_money_is_there(world: World, made: list[Order]) -> Iterator[str]:
    brought = spent = Fraction(0)
    for asset, order in _with_assets(world, made):
        cost = order.volume * order.price
        if order.type == "buy":
            spent += cost * (1 + fee(world, asset))
        else:
            brought += cost * (1 - fee(world, asset))
    money = max(free_cash(world) - exact(world.floor) + brought, Fraction(0))
    if spent > money:
        yield f"the buys cost {float(spent)} and there is {float(money)}"


def _6_the_exchange_takes_it(world: World, made: list[Order]) -> Iterator[str]:
    for asset, order in _with_assets(world, made):
        cost = order.volume * order.price
        checks = {
            "lot": (order.volume * 10**asset.lot_decimals).denominator == 1 and order.volume > 0,
            "tick": (order.price / exact(asset.tick)).denominator == 1 and order.price > 0,
            "ordermin": order.volume >= exact(asset.ordermin),
            "costmin": cost >= exact(asset.costmin),
            "minimum": cost >= exact(world.minimum),
            "maximum": world.maximum is None or cost <= exact(world.maximum),
            "status": asset.status in ("online", "limit_only", *(["post_only"] if world.post else [])),
        }
        yield from (f"{order} breaks {name}" for name, holds in checks.items() if not holds)


def _6_it_does_not_trade_at_once(world: World, made: list[Order]) -> Iterator[str]:
    for asset, order in _with_assets(world, made):
        sells = order.type == "sell"
        takes = order.price <= exact(asset.bid) if sells else order.price >= exact(asset.ask)
        if world.post and takes:
            yield f"{order} would take"


def _7_towards_the_target(world: World, made: list[Order]) -> Iterator[str]:
    whole = reckoner.managed(world)
    for asset, order in _with_assets(world, made):
        lot = Fraction(1, 10**asset.lot_decimals)
        away = free(asset) - exact(asset.weight) / 100 * whole / mid(asset)
        away = away if order.type == "sell" else -away
        if away <= 0 or order.volume > away + lot:
            yield f"{order} moves {asset.name} away from its target, or past it"


def _8_value_is_kept(world: World, made: list[Order]) -> Iterator[str]:
    after = reckoner.filled(world, made)
    prices = {order.pair: order.price for order in made}
    values = []
    for state in (world, after):
        units = sum(exact(asset.total) * prices.get(asset.pair, mid(asset)) for asset in state.assets)
        values.append(exact(state.cash) + units)
    fees = sum(order.volume * order.price * fee(world, asset) for asset, order in _with_assets(world, made))
    if values[0] - fees != values[1]:
        yield f"{float(values[0])} became {float(values[1])}, less fees of {float(fees)}"
    if any(asset.total < 0 for asset in after.assets) or (made and after.cash < 0):
        yield "something is less than nothing after all fills"


def _9_unlisted_assets_stay(world: World, made: list[Order]) -> Iterator[str]:
    listed = {f"{asset.name}/{QUOTE}" for asset in world.assets}
    yield from (f"{order} is of no listed currency" for order in made if order.pair not in listed)


def _13_sides(world: World, made: list[Order]) -> Iterator[str]:
    wrong = {"buy": "sell", "sell": "buy"}.get(world.method)
    yield from (f"{order}, though the file only {world.method}s" for order in made if order.type == wrong)


def _as_reckoned(world: World, made: list[Order]) -> Iterator[str]:
    """The arithmetic exactly: what follows, to the last lot, and the order of the orders."""
    expected = reckoner.orders(world)
    if made != expected:
        yield f"expected {expected}, got {made}"


_RULES: tuple[Rule, ...] = (
    _2_no_breach_no_order,
    _3_one_order_an_asset,
    _4_kept_and_held_units_stay,
    _5_money_is_there,
    _6_the_exchange_takes_it,
    _6_it_does_not_trade_at_once,
    _7_towards_the_target,
    _8_value_is_kept,
    _9_unlisted_assets_stay,
    _13_sides,
    _as_reckoned,
)


def _with_assets(world: World, made: list[Order]) -> Iterator[tuple[Asset, Order]]:
    by_pair = {asset.pair: asset for asset in world.assets}
    return ((by_pair[order.pair], order) for order in made if order.pair in by_pair)
