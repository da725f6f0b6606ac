"""Random portfolios as plain data, from a seed: instruments, prices, holdings, and a targets file.

Every second one is as people have them. The others are odd: cut, kept, closed, minute, and of any terms.

A world knows nothing of the code under test but the two forms that go in: the text of a targets file, and a
snapshot.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

from runner.domain import Balance, Fees, Instrument, Market, Quote, RestingOrder
from runner.rebalance.snapshot import Snapshot

AT = 1_796_040_000.0
QUOTE = "EUR"
DESTINATIONS = ("target", "half", "inside")
_HUNDRED = Decimal(100)
_OFFSETS = ("0", "0.1", "0.1", "0.25", "1", "-0.1", "-0.5")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One listed currency: its market, what the account has, and its target in percent."""

    name: str
    bid: Decimal
    ask: Decimal
    last: Decimal
    tick: Decimal
    lot_decimals: int
    ordermin: Decimal | None
    costmin: Decimal | None
    total: Decimal
    held: Decimal
    maker: Decimal
    taker: Decimal
    weight: Decimal
    keep: Decimal | None
    status: str = "online"

    @property
    def pair(self) -> str:
        """The pair that it is traded in."""
        return f"{self.name}/{QUOTE}"


@dataclass(frozen=True, kw_only=True)
class World:
    """A portfolio. Shares are in percent, ``fee`` too (None: the account's), money in the quote currency."""

    assets: tuple[Asset, ...]
    cash: Decimal
    cash_held: Decimal
    cash_target: Decimal
    floor: Decimal
    absolute: Decimal
    relative: Decimal
    use: str
    to: str
    scope: str
    method: str
    minimum: Decimal | None
    maximum: Decimal | None
    post: bool
    source: str
    offset: Decimal
    fee: Decimal | None
    usual: bool = False


def draw(seed: int) -> World:
    """Return the world of a seed: of an even one as people have them, of an odd one anything."""
    chance = random.Random(seed)
    return _odd(chance) if seed % 2 else _usual(chance)


def _usual(chance: random.Random) -> World:
    """Return some currencies with drifted weights, a part in cash, and the terms of the specification."""
    value = Decimal(10) ** Decimal(chance.uniform(3.7, 5.7))
    parts = [chance.uniform(0.5, 3) for _ in range(chance.choice((2, 2, 3, 4, 5, 6, 8, 12)))]
    targets = _percentages([*parts, sum(parts) * chance.choice((0.1, 0.25, 0.4))])
    drift = chance.choice((0.05, 0.1, 0.2, 0.4))
    shares = [float(target) * max(0.0, 1 + chance.gauss(0, drift)) for target in targets]
    held = [Decimal(share / sum(shares)) for share in shares]
    assets = [_usual_asset(chance, n, targets[n], held[n] * value) for n in range(len(parts))]
    return World(
        assets=tuple(assets),
        cash=(held[-1] * value).quantize(Decimal("0.0001"), ROUND_DOWN),
        cash_held=Decimal(),
        cash_target=targets[-1],
        floor=(value * Decimal(chance.choice(("0", "0.01", "0.05")))).quantize(Decimal("0.01")),
        absolute=Decimal(chance.choice(("1", "3", "5", "5", "10"))),
        relative=Decimal(chance.choice(("10", "20", "25", "25"))),
        use="smaller",
        to=chance.choice(DESTINATIONS),
        scope=chance.choice(("breaching", "breaching", "all")),
        method="both",
        minimum=_maybe(chance, 0.5, Decimal(chance.choice((10, 25, 50, 100)))),
        maximum=None,
        post=True,
        source="mid",
        offset=Decimal(chance.choice(("0", "0.1", "0.1", "0.25"))),
        fee=_maybe(chance, 0.5, Decimal(chance.choice(("0.1", "0.16", "0.26", "0.4")))),
        usual=True,
    )


def _odd(chance: random.Random) -> World:
    """Return anything. One in fifty has weights that are not 100 % together."""
    value = Decimal(10) ** Decimal(chance.uniform(2.5, 6.5))
    count = chance.choice((1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 30))
    targets = _targets(chance, count)
    held = _drifted(chance, targets)
    post = chance.random() < 0.6
    assets = [_asset(chance, number, targets[number], held[number] * value) for number in range(count)]
    cash = (held[-1] * value).quantize(Decimal("0.0001"), ROUND_DOWN)
    off = Decimal(chance.choice(("0.01", "-0.01", "1"))) if chance.random() < 0.02 else Decimal()
    return World(
        assets=tuple(assets),
        cash=cash,
        cash_held=cash * Decimal(chance.choice(("0", "0", "0", "0.1", "1"))),
        cash_target=max(targets[-1] + off, Decimal()),
        floor=_maybe(chance, 0.5, value * Decimal(chance.uniform(0, 0.2)), "0.01") or Decimal(),
        absolute=Decimal(chance.choice(("1", "2", "3", "5", "5", "10"))),
        relative=Decimal(chance.choice(("5", "10", "20", "25", "25", "50"))),
        use=chance.choice(("smaller", "smaller", "smaller", "larger")),
        to=chance.choice(DESTINATIONS),
        scope=chance.choice(("breaching", "breaching", "all")),
        method=chance.choice(("both", "both", "both", "both", "buy", "sell")),
        minimum=_maybe(chance, 0.6, Decimal(chance.choice((5, 10, 25, 100)))),
        maximum=_maybe(chance, 0.2, value * Decimal(chance.uniform(0.02, 2)), "0.01"),
        post=post,
        source=chance.choice(("mid", "mid", "mid", "bid", "ask", "last")),
        offset=Decimal(chance.choice(_OFFSETS[:5] if post else _OFFSETS)),
        fee=_maybe(chance, 0.5, Decimal(chance.choice(("0", "0.1", "0.16", "0.26", "0.4", "5")))),
    )


def _targets(chance: random.Random, count: int) -> list[Decimal]:
    """Return the targets of some currencies and of the cash, in percent with two decimals: 100 together."""
    parts = [chance.choice((0, 1, 1, 2, 3, 5)) * chance.uniform(0.5, 1.5) for _ in range(count)]
    parts.append(chance.choice((0, 0.1, 0.3, 0.5)) * (sum(parts) or 1))
    return _percentages(parts)


def _percentages(parts: list[float]) -> list[Decimal]:
    """Return the parts of a whole in percent with two decimals, 100 together: the last takes what is left."""
    total = sum(parts) or 1
    shares = [Decimal(part / total * 100).quantize(Decimal("0.01"), ROUND_DOWN) for part in parts[:-1]]
    return [*shares, _HUNDRED - sum(shares)]


def _drifted(chance: random.Random, targets: list[Decimal]) -> list[Decimal]:
    """Return shares of the whole that have drifted a little, much, or from nothing."""
    spread = chance.choice((0.005, 0.02, 0.1, 0.3, 0.3, 1, 3))
    parts = [float(target) * max(0.0, 1 + chance.gauss(0, spread)) for target in targets]
    for number in range(len(parts)):
        if chance.random() < (0.08 if targets[number] else 0.6):
            parts[number] = chance.choice((0, 0.00001, 0.001, 5, 30))
    total = sum(parts)
    if not total:
        return [Decimal()] * (len(parts) - 1) + [Decimal(1)]
    return [Decimal(part / total) for part in parts]


def _asset(chance: random.Random, number: int, target: Decimal, worth: Decimal) -> Asset:
    price = Decimal(10) ** Decimal(chance.uniform(-5, 5))
    tick = Decimal(1).scaleb(price.adjusted() - chance.choice((3, 4, 5)))
    if chance.random() < 0.1:
        tick *= 5
    bid = max((price / tick).to_integral_value() * tick, tick)
    ask = bid + tick * max(1, int(price / tick * Decimal(chance.choice((0.0, 0.0005, 0.002, 0.01)))))
    lot_decimals = chance.choice((8, 8, 8, 8, 5, 2, 0))
    total = (worth / ((bid + ask) / 2)).quantize(Decimal("1e-10"), ROUND_DOWN)
    fees = sorted(Decimal(chance.randrange(0, 50)) / 10_000 for _ in range(2))
    lot = Decimal(1).scaleb(-lot_decimals)
    ordermin = (Decimal(chance.uniform(0.5, 6)) / price / lot).to_integral_value() * lot or lot
    return Asset(
        name=f"C{number:02d}" if chance.random() < 0.9 else f"S{number:02d}x",
        bid=bid,
        ask=ask,
        last=bid + tick * chance.randrange(-3, 4) if bid > 3 * tick else bid,
        tick=tick,
        lot_decimals=lot_decimals,
        ordermin=ordermin if chance.random() < 0.9 else None,
        costmin=_maybe(chance, 0.8, Decimal(chance.choice(("0.45", "5", "20")))),
        total=total,
        held=total * Decimal(chance.choice(("0", "0", "0", "0", "0.25", "1"))),
        maker=fees[0],
        taker=fees[1],
        weight=target,
        keep=_maybe(chance, 0.12, total * Decimal(chance.choice(("0", "0.5", "0.9", "1", "2"))), "1e-10"),
        status=chance.choice(("online",) * 20 + ("post_only", "limit_only", "cancel_only", "reduce_only")),
    )


def _usual_asset(chance: random.Random, number: int, target: Decimal, worth: Decimal) -> Asset:
    """Return a currency of a liquid pair: nothing is held back, kept, or closed."""
    asset = _asset(chance, number, target, worth)
    steps = int(asset.bid / asset.tick * Decimal(chance.choice(("0.0002", "0.001"))))
    ask = asset.bid + asset.tick * max(1, steps)
    total = (worth / ((asset.bid + ask) / 2)).quantize(Decimal("1e-10"), ROUND_DOWN)
    ordermin = (Decimal(chance.uniform(0.5, 6)) / ask).quantize(Decimal("1e-8"))
    plain = replace(asset, ask=ask, total=total, held=Decimal(), keep=None, status="online")
    return replace(plain, lot_decimals=8, ordermin=ordermin, costmin=Decimal("0.45"))


def _maybe(chance: random.Random, share: float, number: Decimal, step: str = "") -> Decimal | None:
    if chance.random() >= share:
        return None
    return number.quantize(Decimal(step), ROUND_DOWN) if step else number


# --- the two forms -----------------------------------------------------------------------------


def targets_text(world: World, chance: random.Random | None = None) -> str:
    """Return the targets file of a world, its entries in any order if there is a source of chance."""
    parts: dict[str, dict[str, object] | str] = {
        "version": "1",
        "name": "random",
        "quote": QUOTE,
        "weights": {asset.name: f"{asset.weight}%" for asset in world.assets},
        "cash": {"target": f"{world.cash_target}%", "floor": world.floor},
        "band": {
            "absolute": f"{world.absolute}%",
            "relative": f"{world.relative}%",
            "use": world.use,
            "to": world.to,
        },
        "scope": world.scope,
        "method": world.method,
        "keep": {asset.name: asset.keep for asset in world.assets},
        "order": {
            "ordertype": "limit",
            "minimum": world.minimum,
            "maximum": world.maximum,
            "oflags": "[post]" if world.post else None,
        },
        "price": {"from": world.source, "offset": f"{world.offset}%"},
        "fees": "account" if world.fee is None else f"{world.fee}%",
    }
    lines = [
        f"{key}: {part if isinstance(part, str) else _flow(part, chance)}\n" for key, part in parts.items()
    ]
    return "".join(_shuffled(lines, chance))


def snapshot(world: World, chance: random.Random | None = None) -> Snapshot:
    """Return what is read from an exchange in this world, with more than the file is about."""
    assets = _shuffled([*world.assets, *_strangers()], chance)
    balances = {asset.name: Balance(asset.total, asset.held) for asset in assets if asset.total}
    balances[QUOTE] = Balance(world.cash, world.cash_held)
    return Snapshot(
        market=Market(
            instruments={asset.pair: _instrument(asset) for asset in assets},
            quotes={
                asset.pair: Quote(bid=asset.bid, ask=asset.ask, last=asset.last, at=AT) for asset in assets
            },
            at=AT,
            source="a random world",
        ),
        balances=balances,
        orders=tuple(_shuffled(_resting(world), chance)),
        fees={asset.pair: Fees(maker=asset.maker, taker=asset.taker) for asset in assets},
    )


def _strangers() -> list[Asset]:
    """Currencies that no file lists."""
    asset = _asset(random.Random(7), 99, Decimal(), Decimal(10_000))
    return [replace(asset, name="UNLISTED"), replace(asset, name="OTHER", held=Decimal())]


def _resting(world: World) -> list[RestingOrder]:
    """The open orders that hold what is held."""
    return [
        RestingOrder(
            txid=f"O{asset.name}",
            pair=asset.pair,
            type="sell",
            ordertype="limit",
            volume=asset.held,
            price=asset.ask * 2,
        )
        for asset in world.assets
        if asset.held
    ]


def _instrument(asset: Asset) -> Instrument:
    return Instrument(
        wsname=asset.pair,
        altname=f"{asset.name}{QUOTE}",
        base=asset.name,
        quote=QUOTE,
        tick_size=asset.tick,
        lot_decimals=asset.lot_decimals,
        ordermin=asset.ordermin,
        costmin=asset.costmin,
        status=asset.status,
    )


def _flow(fields: dict[str, object], chance: random.Random | None) -> str:
    texts = [f"{key}: {_plain(value)}" for key, value in fields.items() if value is not None]
    return f"{{{', '.join(_shuffled(texts, chance))}}}"


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _shuffled(items: list[T], chance: random.Random | None) -> list[T]:
    if chance is not None:
        chance.shuffle(items)
    return items
