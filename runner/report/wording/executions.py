"""The execution of orders in words: what was executed, what it cost, and how far from the plan's price.

It reads the ``execution`` objects of a manifest or a status. Amounts keep all of the exchange's digits but
zeros at their end.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.domain import decimal_text, parse_decimal
from runner.report.humanize import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Execution = Mapping[str, Any]

NOT_KNOWN_YET: Final = "what was paid is not known yet: `status` reads it again"
_MOST_DECIMALS: Final = 30


def describe_execution(execution: Execution | None, *, of: str = "") -> str:
    """Return what was executed of an order and at which price; empty for one that nothing was executed of.

    ``of`` says of how much, such as `` of 0.25``.
    """
    if execution is None:
        return ""
    if execution["awaited"]:
        return NOT_KNOWN_YET
    volume = _number(execution["vol_exec"])
    if not volume:
        return ""
    currency = execution["fee_currency"]
    price, cost, fee = (_money(execution[name], currency) for name in ("avg_price", "cost", "fee"))
    parts = [f"{_digits(volume)}{of} executed at {price} for {cost}", f"fee {fee}"]
    worse = _number(execution["slippage_percent"])
    if worse is not None:
        parts.append(describe_slippage(worse))
    return ", ".join(parts)


def describe_slippage(percent: Decimal) -> str:
    """Return how much worse or better than the plan's a price was."""
    if not percent:
        return "as planned"
    return f"{_digits(abs(percent))} % {'worse' if percent > 0 else 'better'} than planned"


def describe_total(orders: Iterable[Mapping[str, Any]]) -> str:
    """Return what all orders of a result came to in each currency; empty where nothing was executed."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    missing = 0
    for order in orders:
        execution = order.get("execution")
        if execution is None:
            continue
        missing += execution["awaited"]
        for key, amount in _summed(order, execution):
            sums[key] += amount
    parts = [f"{words} {_digits(total)} {currency}" for (words, currency), total in _by_kind(sums)]
    parts += [f"{count(missing, 'order')} not known yet"] if missing else []
    return ", ".join(parts)


_KINDS: Final = {"buy": "bought for", "sell": "sold for", "fee": "fees"}


def _summed(order: Mapping[str, Any], execution: Execution) -> Iterator[tuple[str, Decimal]]:
    side, currency = (order["request"] or {}).get("type"), execution["fee_currency"]
    for kind, name in ((side, "cost"), ("fee", "fee")):
        amount = _number(execution[name])
        if amount and kind in _KINDS and currency:
            yield f"{kind} {currency}", amount


def _by_kind(sums: Mapping[str, Decimal]) -> Iterator[tuple[tuple[str, str], Decimal]]:
    for kind, words in _KINDS.items():
        for key, total in sums.items():
            name, _, currency = key.partition(" ")
            if name == kind:
                yield (words, currency), total


def _money(text: str | None, currency: str | None) -> str:
    amount = _number(text)
    return "an unknown amount" if amount is None else " ".join(filter(None, (_digits(amount), currency)))


def _number(text: str | None) -> Decimal | None:
    """Return a decimal that may be negative; None for what is none."""
    try:
        number = parse_decimal((text or "").removeprefix("-"))
    except ValueError:
        return None
    return -number if (text or "").startswith("-") else number


def _digits(number: Decimal) -> str:
    return decimal_text(number, _MOST_DECIMALS)
