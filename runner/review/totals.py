"""The totals of a batch: by pair and side, by currency, and in one currency; before and after.

*After* is when all of it is at the exchange: what waits is held, what trades at once has traded, what is
canceled is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from runner.domain import Market

    from .funds import Flow, Funds
    from .snapshot import PlanSnapshot, ReviewedOrder

    _Side = tuple[str, str]

NOTHING = Decimal()


@dataclass(frozen=True, slots=True)
class OpenOrderTotals:
    """Open orders of one pair and side: how many, and how much of them is still to be traded (base units)."""

    orders: int
    volume: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTotal:
    """The total of what would be sent on one side of a pair.

    ``volume`` is in base units, ``notional`` in quote units, ``reported`` in the reporting currency; None if
    a price is missing. ``before`` and ``after`` are the account's open orders there, None if they were not
    read.
    """

    pair: str
    type: str
    orders: int
    volume: Decimal | None
    notional: Decimal | None
    reported: Decimal | None
    before: OpenOrderTotals | None
    after: OpenOrderTotals | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyTotal:
    """The effect of a batch on one currency.

    ``before`` and ``after`` are what is available for new orders, None if the balance is not known; the rest
    is what happens in between.
    """

    currency: str
    before: Decimal | None
    held: Decimal
    paid: Decimal
    received: Decimal
    released: Decimal
    after: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All of it. ``reported`` and the fees are in the reporting currency, None where a price is missing.

    ``fee_least`` is when everything trades as cheaply as it can, ``fee_most`` when as dearly.
    """

    reporting: str
    pairs: tuple[PairTotal, ...]
    currencies: tuple[CurrencyTotal, ...]
    reported: Decimal | None
    fee_least: Decimal | None
    fee_most: Decimal | None


def totals_of(snapshot: PlanSnapshot, funds: Funds, converter: Converter) -> Totals:
    """Return the totals of a plan; ``converter`` turns money into the reporting currency."""
    sent = [order for order in snapshot.orders() if order.sent]
    pairs = _by_pair(sent, snapshot, converter)
    return Totals(
        reporting=converter.reporting,
        pairs=pairs,
        currencies=tuple(_currency(name, flow, snapshot) for name, flow in funds.flows.items()),
        reported=known_sum(pair.reported for pair in pairs if pair.orders),
        fee_least=_fees(sent, converter, min),
        fee_most=_fees(sent, converter, max),
    )


class Converter:
    """Converts amounts into one reporting currency, and looks each rate up once."""

    def __init__(self, market: Market | None, reporting: str) -> None:
        self.reporting = reporting
        self._market = market
        self._rates: dict[str, Decimal | None] = {}

    def convert(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """Return an amount in the reporting currency; None if the market has no rate."""
        if amount is None or self._market is None:
            return None
        if currency not in self._rates:
            self._rates[currency] = self._market.rate(currency, self.reporting)
        rate = self._rates[currency]
        return None if rate is None else amount * rate


def _by_pair(
    sent: list[ReviewedOrder], snapshot: PlanSnapshot, converter: Converter
) -> tuple[PairTotal, ...]:
    sides: dict[_Side, list[ReviewedOrder]] = {}
    for order in sent:
        sides.setdefault((order.terms.pair, order.terms.type), []).append(order)
    open_orders = snapshot.account.orders if snapshot.account else None
    before = _open_totals((order.pair, order.type, order.remaining) for order in open_orders or ())
    gone = _open_totals(_canceled_orders(snapshot))
    for side in gone:
        sides.setdefault(side, [])
    return tuple(
        _pair(side, orders, converter, None if open_orders is None else (before, gone))
        for side, orders in sides.items()
    )


def _pair(
    side: _Side,
    orders: list[ReviewedOrder],
    converter: Converter,
    known: tuple[dict[_Side, OpenOrderTotals], dict[_Side, OpenOrderTotals]] | None,
) -> PairTotal:
    notional = known_sum(order.priced.notional for order in orders)
    before = after = None
    if known is not None:
        before, gone = (standing.get(side, _NONE) for standing in known)
        waits = [order for order in orders if order.priced.rests]
        volume = sum((order.priced.volume or NOTHING for order in waits), NOTHING)
        after = OpenOrderTotals(
            before.orders - gone.orders + len(waits), before.volume - gone.volume + volume
        )
    return PairTotal(
        pair=side[0],
        type=side[1],
        orders=len(orders),
        volume=known_sum(order.priced.volume for order in orders),
        notional=notional,
        reported=converter.convert(notional, side[0].partition("/")[2]),
        before=before,
        after=after,
    )


def _open_totals(orders: Iterable[tuple[str, str, Decimal]]) -> dict[_Side, OpenOrderTotals]:
    totals: dict[_Side, OpenOrderTotals] = {}
    for pair, type, volume in orders:
        old = totals.get((pair, type), _NONE)
        totals[pair, type] = OpenOrderTotals(old.orders + 1, old.volume + volume)
    return totals


def _canceled_orders(snapshot: PlanSnapshot) -> Iterator[tuple[str, str, Decimal]]:
    """Each order that would be taken away, once: what is open, and what the batch itself would place."""
    seen: set[str] = set()
    for cancel in (cancel for group in snapshot.groups for cancel in group.cancel if cancel.sent):
        for resting in cancel.removes:
            if resting.txid not in seen:
                seen.add(resting.txid)
                yield resting.pair, resting.type, resting.remaining
        own = cancel.order
        if own is not None and own.sent and own.priced.rests and str(own.order.key) not in seen:
            seen.add(str(own.order.key))
            yield own.terms.pair, own.terms.type, own.priced.volume or NOTHING


def _currency(name: str, flow: Flow, snapshot: PlanSnapshot) -> CurrencyTotal:
    balances = snapshot.account.balances if snapshot.account else None
    before = None
    if balances is not None:
        before = balances[name].available if name in balances else NOTHING
    return CurrencyTotal(
        currency=name,
        before=before,
        held=flow.held,
        paid=flow.paid,
        received=flow.received,
        released=flow.released,
        after=None if before is None else before + flow.change,
    )


def _fees(
    orders: Iterable[ReviewedOrder], converter: Converter, pick: Callable[[list[Decimal]], Decimal]
) -> Decimal | None:
    return known_sum(converter.convert(_fee(order, pick), order.terms.quote) for order in orders)


def _fee(order: ReviewedOrder, pick: Callable[[list[Decimal]], Decimal]) -> Decimal | None:
    """Return the fee of an order when it goes well or badly.

    What would trade at once pays as a taker either way.
    """
    priced = order.priced
    if priced.takes:
        return priced.fee_taker
    fees = [fee for fee in (priced.fee_maker, priced.fee_taker) if fee is not None]
    return pick(fees) if fees else None


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum, or None where one of them is not known."""
    total = NOTHING
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


_NONE = OpenOrderTotals(0, NOTHING)
