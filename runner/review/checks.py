"""The checks of a single order: what the exchange would refuse of it, or what cannot have been meant.

A check takes one order that would be sent and yields what is wrong with it; adding a rule is adding a
function to ``_CHECKS``. What depends on other orders is checked in other modules.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import (
    MarketStatus,
    OnReject,
    amount_text,
    decimal_text,
    rfc3339,
)

from .findings import Finding, FindingRule, Severity
from .prices import MOST_DECIMALS, price_text

if TYPE_CHECKING:
    from runner.domain import Instrument, OrderTerms, Price

    from .snapshot import PlanSnapshot, ReviewedGroup, ReviewedOrder

EXPIRE_AHEAD_MAX_S: Final = 31 * 86400.0
"""The exchange takes an ``expiretm`` of at most a month ahead."""

_OTHER_NAMES: Final = {"BTC": "XBT", "DOGE": "XDG"}


@dataclass(frozen=True, slots=True)
class Case:
    """One order under examination."""

    snapshot: PlanSnapshot
    group: ReviewedGroup
    order: ReviewedOrder

    @property
    def terms(self) -> OrderTerms:
        """The terms of the order."""
        return self.order.terms

    @property
    def tolerant(self) -> Severity:
        """Return the severity of a finding that may soon change.

        It is a warning if the group continues after a reject.
        """
        goes_on = self.group.group.on_reject is OnReject.CONTINUE
        return Severity.WARNING if goes_on else Severity.ERROR

    def finding(
        self, rule: FindingRule, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> Finding:
        """Return a finding about this order."""
        return Finding(
            file=self.snapshot.plan.file,
            place=self.order.order.place,
            subject=str(self.order.order.key),
            rule=rule,
            severity=severity,
            message=message,
            hint=hint,
        )


def order_findings(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """Everything that is wrong with single orders that would be sent."""
    for group in snapshot.groups:
        for order in group.orders:
            if order.sent:
                case = Case(snapshot, group, order)
                for check in _CHECKS:
                    yield from check(case)


# --- the pair --------------------------------------------------------------------------------


def _known_pair(case: Case) -> Iterator[Finding]:
    market, pair = case.snapshot.market, case.terms.pair
    if market is None or case.order.instrument is not None:
        return
    meant = _meant_pair(pair, market.names)
    yield case.finding(
        FindingRule.UNKNOWN_PAIR,
        f"the exchange has no pair {pair}",
        f"did you mean {meant}?" if meant else "its pages list all pairs by their `wsname`",
    )


def _meant_pair(pair: str, names: tuple[str, ...]) -> str:
    base, _, quote = pair.partition("/")
    renamed = f"{_OTHER_NAMES.get(base, base)}/{_OTHER_NAMES.get(quote, quote)}"
    for name in (renamed, f"{quote}/{base}"):
        if name in names:
            return name
    # The base of a tokenized asset ends in a small x: NVDAx.
    alike = [name for name in names if name.upper() == pair.upper()]
    if alike:
        return alike[0]
    near = difflib.get_close_matches(pair, names, n=1, cutoff=0.6)
    return near[0] if near else ""


def _open_pair(case: Case) -> Iterator[Finding]:
    instrument, terms = case.order.instrument, case.terms
    if instrument is None:
        return
    limit = terms.ordertype == "limit"
    match instrument.status:
        case MarketStatus.ONLINE:
            return
        case MarketStatus.LIMIT_ONLY if limit:
            return
        case MarketStatus.POST_ONLY if limit and "post" in terms.flags:
            return
        case MarketStatus.REDUCE_ONLY if terms.reduce_only or terms.ordertype == "settle-position":
            return
        case status:
            what = _TAKEN.get(status, "it takes no new orders")
            yield case.finding(
                FindingRule.PAIR_STATUS, f"{instrument.wsname} is {status} at the moment: {what}"
            )


_TAKEN: Final[dict[str, str]] = {
    MarketStatus.LIMIT_ONLY: "it takes limit orders only",
    MarketStatus.POST_ONLY: "it takes limit orders with `post` only",
    MarketStatus.REDUCE_ONLY: "it takes orders with `reduce_only` set",
}


def _leverage(case: Case) -> Iterator[Finding]:
    instrument, terms = case.order.instrument, case.terms
    if instrument is None or not (terms.leverage or terms.margin):
        return
    offered = instrument.leverages(terms.type)
    if not offered:
        message = f"no leverage is offered to a {terms.type} of {instrument.wsname}"
        yield case.finding(FindingRule.LEVERAGE, message, "leave `leverage` and `margin` out")
    elif terms.leverage and terms.leverage not in map(str, offered):
        message = f"leverage {terms.leverage} is not offered to a {terms.type} of {instrument.wsname}"
        yield case.finding(FindingRule.LEVERAGE, message, f"it takes {_either(offered)}")


def _either(numbers: tuple[int, ...]) -> str:
    *others, last = map(str, sorted(numbers))
    return f"{', '.join(others)} or {last}" if others else last


# --- numbers ---------------------------------------------------------------------------------


def _tick_size(case: Case) -> Iterator[Finding]:
    instrument, terms = case.order.instrument, case.terms
    if instrument is None:
        return
    for field, price in _named_prices(terms):
        # The exchange itself rounds what it computes from a relative price.
        if price and not price.relative and price.amount % instrument.tick_size:
            message = (
                f"{field} {price.text} is not a multiple of {instrument.wsname}'s tick size, "
                f"{decimal_text(instrument.tick_size, MOST_DECIMALS)}"
            )
            yield case.finding(FindingRule.TICK_SIZE, message, _nearest_prices(price.amount, instrument))


def _named_prices(terms: OrderTerms) -> Iterator[tuple[str, Price | None]]:
    for leg in terms.legs:
        yield f"{leg.name} price".lstrip(), leg.price
        yield f"{leg.name} price2".lstrip(), leg.price2


def _nearest_prices(price: Decimal, instrument: Instrument) -> str:
    steps = price / instrument.tick_size
    below, above = (
        price_text(steps.to_integral_value(rounding) * instrument.tick_size, instrument.tick_size)
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    )
    return f"write {above}" if steps < 1 else f"write {below} or {above}"


def _lot_decimals(case: Case) -> Iterator[Finding]:
    instrument, terms = case.order.instrument, case.terms
    volume = terms.volume
    if instrument is None or volume is None or terms.in_quote:
        return
    step = Decimal(1).scaleb(-instrument.lot_decimals)
    if volume % step:
        message = (
            f"volume {volume:f} has more than the {instrument.lot_decimals} decimals "
            f"that {instrument.wsname} takes"
        )
        shorter = decimal_text(volume // step * step, MOST_DECIMALS)
        yield case.finding(FindingRule.LOT_DECIMALS, message, f"write {shorter}" if shorter != "0" else "")


def _ordermin(case: Case) -> Iterator[Finding]:
    instrument, volume = case.order.instrument, case.order.priced.volume
    if instrument is None or instrument.ordermin is None or volume is None or _settles(case.terms):
        return
    if volume < instrument.ordermin:
        least = decimal_text(instrument.ordermin, MOST_DECIMALS)
        message = f"volume {decimal_text(volume)} is below {instrument.wsname}'s ordermin"
        yield case.finding(FindingRule.ORDERMIN, message, f"write {least} or more")


def _costmin(case: Case) -> Iterator[Finding]:
    instrument, cost = case.order.instrument, _named_cost(case)
    if instrument is None or instrument.costmin is None or cost is None or _settles(case.terms):
        return
    if cost < instrument.costmin:
        least = f"{decimal_text(instrument.costmin, MOST_DECIMALS)} {instrument.quote}"
        message = (
            f"it costs {amount_text(cost, instrument.quote)}, "
            f"which is below {instrument.wsname}'s costmin, {least}"
        )
        yield case.finding(FindingRule.COSTMIN, message, _enough(case, instrument))


def _named_cost(case: Case) -> Decimal | None:
    """Return the cost that the exchange compares with its minimum: the volume at the price of the order."""
    priced = case.order.priced
    if case.terms.in_quote:
        return priced.notional
    if priced.named is None or priced.named <= 0 or priced.volume is None:
        return None
    return priced.named * priced.volume


def _enough(case: Case, instrument: Instrument) -> str:
    price, costmin = case.order.priced.named, instrument.costmin
    if not price or costmin is None or case.terms.in_quote:
        return ""
    step = Decimal(1).scaleb(-instrument.lot_decimals)
    volume = (costmin / price / step).to_integral_value(ROUND_CEILING) * step
    return f"write a volume of {decimal_text(volume, MOST_DECIMALS)} or more"


def _settles(terms: OrderTerms) -> bool:
    # A volume of 0 means the whole position there.
    return terms.ordertype == "settle-position"


# --- the market and the time -----------------------------------------------------------------


def _no_price(case: Case) -> Iterator[Finding]:
    """Report a relative price that resolves to zero or less."""
    priced, tick = case.order.priced, case.order.instrument
    for name, price in (("price2" if priced.stop else "price", priced.limit), ("price", priced.stop)):
        if price is not None and price.value <= 0 and price.reference is not None:
            shown = price_text(price.value, tick.tick_size if tick else price.value)
            message = f"{name} {price.text} comes to {shown} at the moment, which is not a price"
            hint = f"it is computed from {decimal_text(price.reference, MOST_DECIMALS)}"
            yield case.finding(FindingRule.NO_PRICE, message, hint)


def _post(case: Case) -> Iterator[Finding]:
    terms, quote, priced = case.terms, case.order.quote, case.order.priced
    instrument = case.order.instrument
    best = None if quote is None else quote.opposite(terms.type)
    if not priced.refused or best is None or instrument is None:
        return
    assert priced.limit is not None
    buys = terms.type == "buy"
    tick = instrument.tick_size
    rests = best - tick if buys else best + tick
    message = (
        f"a {terms.type} at {price_text(priced.limit.value, tick)} would trade at once, "
        f"the {'ask' if buys else 'bid'} is {price_text(best, tick)}: `post` forbids it"
    )
    hint = f"{price_text(rests, tick)} would rest" if rests > 0 else ""
    yield case.finding(FindingRule.POST_CROSSES, message, hint, case.tolerant)


def _starttm(case: Case) -> Iterator[Finding]:
    start = case.terms.starts_at(case.snapshot.now)
    if start is not None and start < case.snapshot.now:
        message = f"starttm, {_time(start)}, is over: the order would start at once"
        yield case.finding(
            FindingRule.STARTTM, message, "leave it out, or give a later time", Severity.WARNING
        )


def _expiretm(case: Case) -> Iterator[Finding]:
    now, terms = case.snapshot.now, case.terms
    expire, start = terms.expires_at(now), terms.starts_at(now)
    if expire is None:
        return
    if expire <= now:
        message = f"expiretm, {_time(expire)}, is over"
        yield case.finding(FindingRule.EXPIRETM, message, "give a later time")
    elif start is not None and expire <= start:
        message = f"it would expire, {_time(expire)}, before it starts, {_time(start)}"
        yield case.finding(FindingRule.EXPIRETM, message, "give a later expiretm")
    elif terms.timeinforce == "GTD" and expire > now + EXPIRE_AHEAD_MAX_S:
        message = f"expiretm, {_time(expire)}, is more than a month ahead"
        yield case.finding(FindingRule.EXPIRETM, message, f"{_time(now + EXPIRE_AHEAD_MAX_S)} at the latest")


def _time(moment: float) -> str:
    return f"{rfc3339(moment, digits=3)[:19]}Z"


_CHECKS: Final[tuple[Callable[[Case], Iterator[Finding]], ...]] = (
    _known_pair,
    _open_pair,
    _leverage,
    _tick_size,
    _lot_decimals,
    _ordermin,
    _costmin,
    _no_price,
    _post,
    _starttm,
    _expiretm,
)
