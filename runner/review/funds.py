"""The funds for a batch: what the account can pay for, order by order, in the sequence of sending.

What a waiting order may still take is held; what trades at once is paid and received; what is canceled is
given back when its group cancels. A group that another one needs filled has traded at its limits by then.
Orders on margin are left out: what they need is not in any balance.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING

from runner.domain import OnReject, amount_text
from runner.policy import HUNDRED

from .findings import Finding, FindingRule, Severity
from .prices import fee_in_base

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from runner.domain import Instrument, OrderKey, RestingOrder

    from .snapshot import PlanSnapshot, ReviewedCancel, ReviewedGroup, ReviewedOrder

NOTHING = Decimal()


@dataclass(frozen=True, slots=True)
class Hold:
    """The amount of a currency that an order withholds from the others."""

    currency: str
    amount: Decimal


@dataclass(slots=True)
class Flow:
    """The changes that a batch makes to one currency.

    It holds what waits, gets back what is canceled, and receives and pays what trades at once.
    """

    held: Decimal = NOTHING
    released: Decimal = NOTHING
    received: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def change(self) -> Decimal:
        """The difference between what is available afterwards and what was available before."""
        return self.released + self.received - self.held - self.paid


@dataclass(slots=True)
class Funds:
    """The walk through a batch: flows by currency, and the orders that found too little."""

    flows: dict[str, Flow] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    holds: dict[OrderKey, Hold] = field(default_factory=dict)
    canceled: set[str] = field(default_factory=set)
    filled: set[OrderKey] = field(default_factory=set)

    def flow(self, currency: str) -> Flow:
        """Return the flow of a currency, made where there is none."""
        return self.flows.setdefault(currency, Flow())


def funds_of(snapshot: PlanSnapshot) -> Funds:
    """Walk through the batch. Where no balances are known nothing is ever short."""
    funds = Funds()
    sources = _Sources(snapshot)
    for group in snapshot.sequence():
        _fill(snapshot.filled_before(group), funds)
        for order in group.orders:
            _book(order, group, snapshot, funds, sources)
        for cancel in group.cancel:
            if cancel.sent:
                _release(cancel, snapshot, funds)
    return funds


def _fill(orders: Iterable[ReviewedOrder], funds: Funds) -> None:
    """Trade orders that wait, at their limits: the groups that need them filled are not sent before."""
    for order in orders:
        hold = funds.holds.pop(order.order.key, None)
        if hold is not None:
            flow = funds.flow(hold.currency)
            flow.held -= hold.amount
            flow.paid += hold.amount
        elif order.resting is None or order.order.key in funds.filled:
            continue
        proceeds = proceeds_of(order)
        if proceeds is not None:
            funds.filled.add(order.order.key)
            funds.flow(proceeds.currency).received += proceeds.amount * _remaining(order)


def _remaining(order: ReviewedOrder) -> Decimal:
    """Return the share of an order that is still to be executed."""
    resting = order.resting
    return Decimal(1) if resting is None or not resting.volume else resting.remaining / resting.volume


def hold_of(order: ReviewedOrder) -> Hold | None:
    """Return what an order takes at most; None if that is not known, or if it is on margin.

    That is base units when it sells, its cost when it buys, and the fee if it is taken in the same currency.
    """
    priced, instrument, terms = order.priced, order.instrument, order.terms
    if instrument is None or priced.volume is None or terms.on_margin:
        return None
    sells = terms.type == "sell"
    amount = priced.volume if sells else priced.most or priced.notional
    if amount is None:
        return None
    fee = amount * fee_share(instrument) if fee_in_base(terms) == sells else NOTHING
    return Hold(instrument.base if sells else instrument.quote, amount + fee)


def fee_share(instrument: Instrument) -> Decimal:
    """Return the higher of the two fees, as a share of what is traded."""
    return max(instrument.maker_percent or NOTHING, instrument.taker_percent or NOTHING) / HUNDRED


def _book(
    order: ReviewedOrder, group: ReviewedGroup, snapshot: PlanSnapshot, funds: Funds, sources: _Sources
) -> None:
    hold = hold_of(order) if order.sent else None
    if hold is None:
        return
    left = _left(hold.currency, snapshot, funds)
    if left is not None and hold.amount > left:
        severity = Severity.WARNING if group.group.on_reject is OnReject.CONTINUE else Severity.ERROR
        short = _short(order, hold, left, snapshot.plan.file, severity)
        funds.findings.append(replace(short, hint=sources.help_for(order, hold.currency, funds.filled)))
        return
    flow = funds.flow(hold.currency)
    if not order.priced.takes:
        if order.priced.rests:
            funds.holds[order.order.key] = hold
            flow.held += hold.amount
        return
    flow.paid += _paid(order, hold)
    proceeds = proceeds_of(order)
    if proceeds is not None:
        funds.flow(proceeds.currency).received += proceeds.amount


def proceeds_of(order: ReviewedOrder) -> Hold | None:
    """Return what an order brings when it trades, less the fee if it is taken in the same currency."""
    priced, instrument, terms = order.priced, order.instrument, order.terms
    buys = terms.type == "buy"
    brings = priced.volume if buys else priced.notional
    if instrument is None or brings is None or priced.volume is None or terms.on_margin:
        return None
    fee = brings * fee_share(instrument) if fee_in_base(terms) == buys else NOTHING
    return Hold(instrument.base if buys else instrument.quote, brings - fee)


def _paid(order: ReviewedOrder, hold: Hold) -> Decimal:
    """Return what trading at once takes; for a buy that may be less than its limit would let it take."""
    priced, instrument, terms = order.priced, order.instrument, order.terms
    if terms.type == "sell" or priced.notional is None or instrument is None:
        return hold.amount
    return priced.notional * (1 if fee_in_base(terms) else 1 + fee_share(instrument))


def _left(currency: str, snapshot: PlanSnapshot, funds: Funds) -> Decimal | None:
    balances = snapshot.account.balances if snapshot.account else None
    if balances is None:
        return None
    before = balances[currency].available if currency in balances else NOTHING
    return before + funds.flow(currency).change


def _release(cancel: ReviewedCancel, snapshot: PlanSnapshot, funds: Funds) -> None:
    for resting in cancel.removes:
        freed = _held_by(resting, snapshot.market.instruments if snapshot.market else {})
        if freed is not None and resting.txid not in funds.canceled:
            funds.canceled.add(resting.txid)
            funds.flow(freed.currency).released += freed.amount
    own = funds.holds.pop(cancel.order.order.key, None) if cancel.order else None
    if own is not None:
        funds.flow(own.currency).released += own.amount


def _held_by(resting: RestingOrder, instruments: Mapping[str, Instrument]) -> Hold | None:
    instrument = instruments.get(resting.pair)
    price = resting.price or resting.stop
    if instrument is None or price is None or resting.leverage:
        return None
    if resting.type == "sell":
        return Hold(instrument.base, resting.remaining)
    return Hold(instrument.quote, resting.remaining * price * (1 + fee_share(instrument)))


# --- an order that finds too little ----------------------------------------------------------


def _short(order: ReviewedOrder, hold: Hold, left: Decimal, file: str, severity: Severity) -> Finding:
    rest = amount_text(max(left, NOTHING), hold.currency)
    return Finding(
        file=file,
        place=order.order.place,
        subject=str(order.order.key),
        rule=FindingRule.BALANCE,
        severity=severity,
        message=f"it takes {amount_text(hold.amount, hold.currency)}, and {rest} would be left for it",
    )


class _Sources:
    """The orders of a batch that bring each currency, in the sequence in which they are sent."""

    def __init__(self, snapshot: PlanSnapshot) -> None:
        self._rank: dict[OrderKey, int] = {}
        self._by_currency: dict[str, list[tuple[int, ReviewedOrder, Hold]]] = {}
        orders = (order for group in snapshot.sequence() for order in group.orders)
        for rank, order in enumerate(orders):
            self._rank[order.order.key] = rank
            proceeds = proceeds_of(order) if order.sent else None
            if proceeds is not None:
                self._by_currency.setdefault(proceeds.currency, []).append((rank, order, proceeds))

    def help_for(self, order: ReviewedOrder, currency: str, filled: Collection[OrderKey]) -> str:
        """Name the order that brings the missing currency, too late or only some day; empty if none does.

        What the ``filled`` orders bring is there already.
        """
        sources = self._by_currency.get(currency, [])
        at = bisect_left(sources, self._rank[order.order.key], key=itemgetter(0))
        if at < len(sources):
            _, source, proceeds = sources[at]
            before = "put it before" if source.priced.takes else "put it before, and wait until it trades"
            return f"{_source_name(source, proceeds)} comes after it: {before}"
        if not sources or sources[0][1].priced.takes or sources[0][1].order.key in filled:
            return ""
        _, source, proceeds = sources[0]
        before = f"{_source_name(source, proceeds)} comes before it, but waits to trade"
        return f"{before}: {_wait_for(source, order)}"


def _wait_for(source: ReviewedOrder, order: ReviewedOrder) -> str:
    """Return how an order can wait until another one is filled."""
    name = source.order.key.group
    if name == order.order.key.group:
        return "put it into a separate group, which this one needs with `until: filled`"
    return f"its group can wait for that, with `needs: [{{group: {name}, until: filled, within: 15m}}]`"


def _source_name(source: ReviewedOrder, proceeds: Hold) -> str:
    brings = amount_text(proceeds.amount, proceeds.currency)
    return f"{source.order.key} on line {source.order.place.line}, which brings {brings},"
