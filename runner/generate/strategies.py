"""The orders of each strategy, with the arithmetic in words.

Sums are exact: where a volume cannot be divided, the first parts are a lot larger. Prices are rounded to the
tick. Whether a pair allows all of it is seen in the plan of the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from runner.domain import decimal_text
from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ORDERS_MAX: Final = 1_000


class Spacing(StrEnum):
    """The distances of a ladder's prices: equal in the quote currency, or equal in percent."""

    EVEN = "even"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A batch to be written.

    ``arithmetic`` are lines for its top, ``defaults`` what all orders share in the words of ``addOrder``, and
    ``orders`` have their own fields by id.
    """

    name: str
    group: str
    arithmetic: tuple[str, ...]
    defaults: Mapping[str, str]
    orders: Mapping[str, Mapping[str, str]]


def ladder(
    *,
    name: str,
    pair: str,
    side: str,
    first: Decimal,
    last: Decimal,
    orders: int,
    volume: Decimal,
    tick: Decimal,
    lot: Decimal,
    spacing: Spacing = Spacing.EVEN,
) -> Generated:
    """Return limit orders from one price to another, with equal volumes that add up to ``volume``.

    Raises ``InvalidInput``.
    """
    _require(2 <= orders <= ORDERS_MAX, f"a ladder has 2 to {ORDERS_MAX} orders")
    _require(first > 0 and last > 0, "prices are above 0")
    prices = [_rounded(price, tick) for price in _prices(first, last, orders, spacing)]
    _require(
        len(set(prices)) == orders, f"with a tick of {decimal_text(tick)} some of {orders} prices are equal"
    )
    volumes = _parts(volume, orders, lot)
    rungs = {
        f"rung-{number:0{len(str(orders))}}": {"price": decimal_text(price), "volume": decimal_text(part)}
        for number, (price, part) in enumerate(zip(prices, volumes, strict=True), 1)
    }
    base, _, quote = pair.partition("/")
    worth = sum((price * part for price, part in zip(prices, volumes, strict=True)), Decimal(0))
    average = _rounded(worth / volume, tick)
    return Generated(
        name=name,
        group="ladder",
        arithmetic=(
            f"{orders} {side}s of {pair} from {decimal_text(prices[0])} to {decimal_text(prices[-1])} "
            f"{quote} in equal steps{' in percent' if spacing is Spacing.PERCENT else ''}",
            f"{_describe_parts(volumes)} = {decimal_text(volume)} {base}",
            f"all filled: {decimal_text(worth)} {quote}, {decimal_text(average)} on average",
        ),
        defaults={"pair": pair, "type": side, "ordertype": "limit", "oflags": "post"},
        orders=rungs,
    )


def dca(*, name: str, pair: str, amount: Decimal) -> Generated:
    """Return one purchase at market for an amount of the quote currency. Raises ``InvalidInput``."""
    _require(amount > 0, "the amount is above 0")
    quote = pair.partition("/")[2]
    return Generated(
        name=name,
        group="buy",
        arithmetic=(
            f"one buy of {pair} at market for {decimal_text(amount)} {quote}, fee included in {quote}",
            "the next one is a new file with another name",
        ),
        defaults={"pair": pair, "type": "buy", "ordertype": "market", "oflags": "[viqc, fciq]"},
        orders={"buy": {"volume": decimal_text(amount)}},
    )


def twap(
    *, name: str, pair: str, side: str, volume: Decimal, parts: int, every_s: int, lot: Decimal
) -> Generated:
    """Return market orders of equal volumes that the exchange starts one after another.

    Raises ``InvalidInput``.
    """
    _require(2 <= parts <= ORDERS_MAX, f"it has 2 to {ORDERS_MAX} parts")
    _require(every_s >= 1, "parts are at least a second apart")
    volumes = _parts(volume, parts, lot)
    orders = {
        f"part-{number + 1:0{len(str(parts))}}": {
            "volume": decimal_text(part),
            **({"starttm": f'"+{number * every_s}"'} if number else {}),
        }
        for number, part in enumerate(volumes)
    }
    base = pair.partition("/")[0]
    return Generated(
        name=name,
        group="parts",
        arithmetic=(
            f"{parts} {side}s of {pair} at market, one every {every_s} s, the last {(parts - 1) * every_s} s "
            "after the first",
            f"{_describe_parts(volumes)} = {decimal_text(volume)} {base}",
            "the exchange starts each at its time, whether or not this program runs",
        ),
        defaults={"pair": pair, "type": side, "ordertype": "market"},
        orders=orders,
    )


def _prices(first: Decimal, last: Decimal, count: int, spacing: Spacing) -> list[Decimal]:
    steps = count - 1
    if spacing is Spacing.EVEN:
        return [first + (last - first) * number / steps for number in range(count)]
    ratio = last / first
    return [first * ratio ** (Decimal(number) / steps) for number in range(count)]


def _parts(volume: Decimal, count: int, lot: Decimal) -> list[Decimal]:
    """Return multiples of ``lot`` that add up to ``volume``; those that are larger come first."""
    _require(volume > 0, "the volume is above 0")
    lots = volume / lot
    _require(
        lots == lots.to_integral_value(), f"{decimal_text(volume)} is no multiple of {decimal_text(lot)}"
    )
    each, more = divmod(int(lots), count)
    _require(each >= 1, f"{decimal_text(volume)} is too little for {count} parts of {decimal_text(lot)}")
    return [lot * (each + (number < more)) for number in range(count)]


def _describe_parts(volumes: Sequence[Decimal]) -> str:
    kinds = {volume: volumes.count(volume) for volume in volumes}
    return " + ".join(f"{count} x {decimal_text(volume)}" for volume, count in kinds.items())


def _rounded(price: Decimal, tick: Decimal) -> Decimal:
    found = (price / tick).quantize(Decimal(1), ROUND_HALF_EVEN) * tick
    _require(found > 0, f"with a tick of {decimal_text(tick)} a price is 0")
    return found


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise InvalidInput(why)
