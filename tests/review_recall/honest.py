"""Honest batches, drawn from a seed: ladders, regular buys, rebalances, stops with closes, and all of these
together, on the paper exchange as it opens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from runner.domain import Account, Balance, Instrument, Market, Quote
from runner.paper.exchange.opening import OPENING

NOW = 1_795_341_600.0
PAIRS = ("XBT/EUR", "ETH/EUR", "SOL/EUR", "XBT/USD", "ETH/USD", "SOL/USD", "XRP/EUR", "XRP/USD")
MOST_A_GROUP = 400
MOST_REBALANCED = 24
TICKS = {pair: Decimal(1).scaleb(-len(bid.partition(".")[2])) for pair, bid, _ in OPENING.quotes}


@dataclass
class Line:
    """One order of a batch file, field by field."""

    id: str
    fields: dict[str, str]
    close: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The order in flow style."""
        fields = [f"{name}: {value}" for name, value in self.fields.items()]
        if self.close:
            inner = ", ".join(f"{name}: {value}" for name, value in self.close.items())
            fields.append(f"close: {{{inner}}}")
        return f"{{id: {self.id}, {', '.join(fields)}}}"


@dataclass
class Draft:
    """A batch before it is a file: its orders by group."""

    kind: str
    groups: dict[str, list[Line]]

    @property
    def orders(self) -> list[tuple[str, Line]]:
        """All orders with the names of their groups."""
        return [(name, line) for name, lines in self.groups.items() for line in lines]

    def yaml(self) -> bytes:
        """The batch as a file."""
        lines = ["version: 1", "name: drawn", "groups:"]
        for name, orders in self.groups.items():
            lines += [f"  - name: {name}", "    on_reject: continue", "    orders:"]
            lines += [f"      - {order.text()}" for order in orders]
        return ("\n".join(lines) + "\n").encode()


def market() -> Market:
    """The prices of the paper exchange as it opens, and its pairs."""
    quotes = {
        pair: Quote(bid=Decimal(bid), ask=Decimal(ask), last=Decimal(bid), at=NOW)
        for pair, bid, ask in OPENING.quotes
    }
    return Market(
        instruments={pair: _instrument(pair) for pair in quotes}, quotes=quotes, at=NOW, names=tuple(quotes)
    )


def account() -> Account:
    """The money of the paper exchange as it opens."""
    return Account(balances={name: Balance(Decimal(text)) for name, text in OPENING.balances}, orders=())


def _instrument(pair: str) -> Instrument:
    base, _, quote = pair.partition("/")
    return Instrument(
        wsname=pair,
        altname=base + quote,
        base=base,
        quote=quote,
        tick_size=TICKS[pair],
        lot_decimals=8,
        costmin=Decimal("0.5"),
    )


MARKET = market()


def drawn(seed: int, fewest: int, most: int) -> Draft:
    """Return an honest batch of so many orders, more or less evenly over the orders of magnitude."""
    random = Random(seed)
    number = round(fewest * (most / fewest) ** random.random())
    kind = random.choice(list(KINDS))
    if kind == "rebalance" and number > MOST_REBALANCED:
        kind = "ladder"
    draft = Draft(kind, {})
    left = number
    while left > 0:
        some = min(left, MOST_A_GROUP if random.random() < 0.5 else max(left // 2, 3))
        some = left if left - some < 3 else some
        lines = KINDS[kind](random, some, number)
        name = f"g{len(draft.groups) + 1}"
        draft.groups[name] = [Line(f"o{at:04d}", line.fields, line.close) for at, line in enumerate(lines, 1)]
        left -= len(lines)
    return draft


# --- numbers as people type them --------------------------------------------------------------------


def _price(pair: str, amount: Decimal) -> str:
    tick = TICKS[pair]
    return f"{max((amount / tick).to_integral_value(), Decimal(1)) * tick:f}"


def _volume(amount: Decimal, digits: int) -> str:
    text = f"{round(amount, max(digits - 1 - amount.adjusted(), 0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mid(pair: str) -> Decimal:
    mid = MARKET.quotes[pair].mid
    assert mid is not None
    return mid


def _of(random: Random, low: float, high: float) -> Decimal:
    return Decimal(repr(round(random.uniform(low, high), 4)))


def _money(random: Random, total: int) -> Decimal:
    """The worth of one order, such that all of them stay a small part of the account."""
    return min(Decimal(round(10 ** random.uniform(1, 3))), Decimal(8000) / total)


# --- the kinds of batches ---------------------------------------------------------------------------


def _rungs(random: Random, number: int, total: int, pair: str, side: str) -> list[Line]:
    """A ladder on one side: steps in money or in percent, volumes alike, of one worth, or growing."""
    mid, down = _mid(pair), side == "buy"
    first = mid * _of(random, 0.003, 0.05)
    reach = mid * _of(random, 0.05, 0.35)
    step = max(reach / number, TICKS[pair])
    percent = Decimal(1) + reach / mid / number
    geometric, shaken = random.random() < 0.4, random.random() < 0.15
    worth, volumes, grows = (
        _money(random, total),
        random.choice(("same", "worth", "grows")),
        _of(random, 1.01, 1.08),
    )
    digits = random.choice((2, 3, 5))
    lines = []
    for at in range(number):
        away = first + step * at if not geometric else mid * (percent**at - 1) + first
        away += step * _of(random, -0.3, 0.3) if shaken else Decimal()
        away = min(max(away, mid * Decimal("0.002")), mid * Decimal("0.45"))
        price = _price(pair, mid - away if down else mid + away)
        amount = worth / mid
        if volumes == "worth":
            amount = worth / Decimal(price)
        elif volumes == "grows" and number <= 40:
            amount = worth / mid * grows ** (at - number // 2)
        volume = _volume(amount, digits if volumes == "same" else max(digits, 3))
        lines.append(
            Line("", {"pair": pair, "type": side, "ordertype": "limit", "price": price, "volume": volume})
        )
    return lines


def ladder(random: Random, number: int, total: int) -> list[Line]:
    """Ladders of one to three pairs, on one side of the market or on both."""
    pairs = random.sample(PAIRS, min(random.choice((1, 1, 2, 3)), max(number // 3, 1)))
    sides = random.choice((("buy",), ("sell",), ("buy", "sell")))
    legs = [(pair, side) for pair in pairs for side in sides][: max(number // 3, 1)]
    share, rest = divmod(number, len(legs))
    return [
        line
        for at, (pair, side) in enumerate(legs)
        for line in _rungs(random, share + (at < rest), total, pair, side)
    ]


def regular(random: Random, number: int, total: int) -> list[Line]:
    """The same amount again and again, of one pair or of several in turn; at market or a little below."""
    pairs = random.sample(PAIRS, random.choice((1, 1, 2, 3)))
    worth = _money(random, total)
    kind, digits = random.choice(("market", "limit")), random.choice((2, 3))
    lines = []
    for at in range(number):
        pair = pairs[at % len(pairs)]
        fields = {"pair": pair, "type": "buy", "ordertype": kind}
        if kind == "limit":
            fields["price"] = _price(pair, _mid(pair) * (1 - _of(random, 0.002, 0.03)))
        lines.append(Line("", fields | {"volume": _volume(worth / _mid(pair), digits)}))
    return lines


def rebalance(random: Random, number: int, total: int) -> list[Line]:
    """Sales, then purchases, of worths that differ by pair, in equal slices; at market, or close to it."""
    kind = random.choice(("market", "limit"))
    sides = {pair: random.choice(("buy", "sell")) for pair in PAIRS}
    most = Decimal(16000) / total
    worths = {pair: min(Decimal(round(10 ** random.uniform(1.7, 3))), most) for pair in PAIRS}
    pairs = [PAIRS[at % len(PAIRS)] for at in range(random.randrange(len(PAIRS)), 100)][:number]
    lines = []
    for pair in sorted(pairs, key=lambda pair: (sides[pair] == "buy", pair)):
        side, worth = sides[pair], worths[pair]
        fields = {"pair": pair, "type": side, "ordertype": kind}
        if kind == "limit":
            away = _of(random, 0.001, 0.01)
            fields["price"] = _price(pair, _mid(pair) * (1 - away if side == "buy" else 1 + away))
        lines.append(Line("", fields | {"volume": _volume(worth / _mid(pair), 3)}))
    return lines


def stops(random: Random, number: int, total: int) -> list[Line]:
    """Buys that bring their protection along, or stops and profits for what is held."""
    pair, digits = random.choice(PAIRS), random.choice((2, 3))
    mid, worth = _mid(pair), _money(random, total)
    kind = random.choice(("close", "stop", "profit"))
    limit = random.random() < 0.5
    below, gap = _of(random, 0.02, 0.1), _of(random, 0.002, 0.02)
    lines = []
    for at in range(number):
        away = _of(random, 0.005, 0.02) + Decimal(at) / number / 5
        volume = _volume(worth / mid, digits)
        if kind == "close":
            price = mid * (1 - away)
            close = {"ordertype": "stop-loss", "price": _price(pair, price * (1 - below))}
            if limit:
                close |= {
                    "ordertype": "stop-loss-limit",
                    "price2": _price(pair, price * (1 - below) * (1 - gap)),
                }
            fields = {"pair": pair, "type": "buy", "ordertype": "limit", "price": _price(pair, price)}
            lines.append(Line("", fields | {"volume": volume}, close))
            continue
        trigger = mid * (1 - away if kind == "stop" else 1 + away)
        name = "stop-loss" if kind == "stop" else "take-profit"
        fields = {"pair": pair, "type": "sell", "ordertype": name, "price": _price(pair, trigger)}
        if limit:
            fields |= {"ordertype": f"{name}-limit", "price2": _price(pair, trigger * (1 - gap))}
        lines.append(Line("", fields | {"volume": volume}))
    return lines


def mixed(random: Random, number: int, total: int) -> list[Line]:
    """Parts of all kinds in one group."""
    if number < 6:
        return ladder(random, number, total)
    some = max(number // 3, 3)
    return [
        *ladder(random, number - some, total),
        *random.choice((regular, stops, ladder))(random, some, total),
    ]


KINDS = {
    "ladder": ladder,
    "regular": regular,
    "rebalance": rebalance,
    "stops": stops,
    "mixed": mixed,
}
