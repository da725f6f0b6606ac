"""The reasons not to compute: data that is missing, contradictory, or older or wider than the file allows.

All of them are named at once. What is unknown is not zero.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from runner.domain import PriceFrom, decimal_text

from .weights import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Quote, Targets

    from .snapshot import Snapshot

_FIFTY_DIGITS: Final = Context(prec=50)
_SHOWN_QUOTES: Final = 8


class DoubtKind(StrEnum):
    """A kind of reason not to compute."""

    NO_BALANCES = "no-balances"
    NO_ORDERS = "no-orders"
    OVERDRAWN = "overdrawn"
    NO_PAIR = "no-pair"
    NO_PRICE = "no-price"
    CROSSED = "crossed"
    WIDE_SPREAD = "wide-spread"
    OLD_PRICE = "old-price"
    NO_FEE = "no-fee"
    NOTHING_MANAGED = "nothing-managed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reason. ``subject`` is a pair or a currency, or empty; ``hint`` is what to do, or empty."""

    kind: DoubtKind
    subject: str
    message: str
    hint: str = ""


def doubts(targets: Targets, snapshot: Snapshot) -> tuple[Doubt, ...]:
    """Return every reason for which no orders are computed from a snapshot; none if there is none."""
    with localcontext(_FIFTY_DIGITS):
        found = [*_account(targets, snapshot)]
        for currency in sorted(targets.weights):
            found += _pair(targets, snapshot, currency)
        if not found and weigh(targets, snapshot)[0] <= 0:
            message = (
                f"there is nothing to manage: no {targets.quote} and none of the listed currencies is free"
            )
            found.append(Doubt(kind=DoubtKind.NOTHING_MANAGED, subject="", message=message))
    return tuple(found)


def _account(targets: Targets, snapshot: Snapshot) -> Iterator[Doubt]:
    if snapshot.balances is None:
        message = "the balances could not be read, and what is not known is not zero"
        hint = "an API key needs the permission to query funds"
        yield Doubt(kind=DoubtKind.NO_BALANCES, subject="", message=message, hint=hint)
    if snapshot.orders is None:
        message = "the open orders could not be read, and they may buy and sell the same"
        hint = "an API key needs the permission to query open orders"
        yield Doubt(kind=DoubtKind.NO_ORDERS, subject="", message=message, hint=hint)
    for currency in sorted({*targets.weights, targets.quote}):
        balance = (snapshot.balances or {}).get(currency)
        if balance is not None and balance.available < 0:
            message = f"more {currency} is owed, or held by open orders, than there is"
            yield Doubt(kind=DoubtKind.OVERDRAWN, subject=currency, message=message)


def _pair(targets: Targets, snapshot: Snapshot, currency: str) -> Iterator[Doubt]:
    pair = targets.pair(currency)
    if pair not in snapshot.market.instruments:
        hint = _instead(snapshot.market.names, currency, targets.quote)
        yield Doubt(kind=DoubtKind.NO_PAIR, subject=pair, message=f"there is no pair {pair}", hint=hint)
        return
    quote = snapshot.market.quotes.get(pair)
    missing = _missing_prices(targets, quote)
    if quote is None or missing:
        message = f"{pair} has no price: no {' and no '.join(missing)}"
        yield Doubt(kind=DoubtKind.NO_PRICE, subject=pair, message=message)
    else:
        yield from _quote(targets, snapshot, pair, quote)
    fees = snapshot.fees.get(pair)
    if targets.fee is None and (fees is None or not all(0 <= fee < 1 for fee in (fees.maker, fees.taker))):
        hint = "an API key needs the permission to query funds; or write a rate, such as fees: 0.26%"
        message = f"the fee of {pair} is not known"
        yield Doubt(kind=DoubtKind.NO_FEE, subject=pair, message=message, hint=hint)


def _missing_prices(targets: Targets, quote: Quote | None) -> list[str]:
    """Return the prices that are needed and missing: bid and ask make the mid, which is every value."""
    needed = ("bid", "ask", "last") if targets.price.source is PriceFrom.LAST else ("bid", "ask")
    return [name for name in needed if quote is None or getattr(quote, name) is None]


def _quote(targets: Targets, snapshot: Snapshot, pair: str, quote: Quote) -> Iterator[Doubt]:
    rule, bid, ask, mid = targets.price, quote.bid, quote.ask, quote.mid
    assert bid is not None
    assert ask is not None
    assert mid is not None
    if bid > ask:
        message = f"the bid of {pair}, {bid:f}, is above its ask, {ask:f}"
        yield Doubt(kind=DoubtKind.CROSSED, subject=pair, message=message)
    spread = (ask - bid) / mid
    if rule.max_spread is not None and spread > rule.max_spread:
        message = (
            f"the spread of {pair} is {_percent(spread)}, and the file allows {_percent(rule.max_spread)}"
        )
        yield Doubt(kind=DoubtKind.WIDE_SPREAD, subject=pair, message=message)
    age = datetime.fromtimestamp(snapshot.market.at, UTC) - datetime.fromtimestamp(quote.at, UTC)
    if rule.max_age is not None and age.total_seconds() > rule.max_age:
        message = (
            f"the price of {pair} is {age.total_seconds():.0f} s old, and the file allows {rule.max_age} s"
        )
        yield Doubt(kind=DoubtKind.OLD_PRICE, subject=pair, message=message)


def _instead(names: tuple[str, ...], currency: str, quote: str) -> str:
    """Return what is traded instead of a pair that does not exist, as far as all pairs are known."""
    pairs = sorted(name.split("/") for name in names if name.count("/") == 1)
    if others := [other for base, other in pairs if base == currency]:
        more = ", ..." if len(others) > _SHOWN_QUOTES else ""
        return f"{currency} is traded against {', '.join(others[:_SHOWN_QUOTES])}{more}"
    bases = [base for base, other in pairs if other == quote]
    if pairs and not bases:
        return f"nothing is traded against {quote}"
    near = difflib.get_close_matches(currency, bases, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _percent(share: Decimal) -> str:
    return f"{decimal_text(share * 100, 4)} %"
