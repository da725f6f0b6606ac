"""The review of a plan as text: money and distance of each order, notes, sums, findings.

Everything is shown once, including the checks that could not be made.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text, decimal_text, grouped, rfc3339
from runner.planning import Disposition
from runner.report.alike import merge_alike, more_words
from runner.report.humanize import moment
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.grid import grid
from runner.review import Severity, price_text

from .traded import HEADS, traded_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import OrderKey, RestingOrder
    from runner.planning import Plan, PlannedCancel
    from runner.policy import Resolved
    from runner.review import (
        CurrencyTotal,
        Finding,
        OpenOrderTotals,
        PairTotal,
        Review,
        ReviewedCancel,
        ReviewedOrder,
    )

MOST_PAIRS: Final = 12

SHOWN_FINDINGS: Final = 50
"""More are counted; the JSON form has them all."""

FAR_PERCENT: Final = 5
"""From here on a limit through its own trigger is reported."""

MOST_DIGITS: Final = 6

_STYLES: Final = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.WARNING}


class ReviewColumns:
    """The columns and notes of the orders and cancellations of a plan, by their keys."""

    def __init__(self, review: Review | None, plan: Plan) -> None:
        self._plan = plan
        orders = tuple(review.orders()) if review else ()
        self._orders = {order.order.key: order for order in orders}
        self._cancels = {
            id(cancel.cancel): cancel
            for group in (review.groups if review else ())
            for cancel in group.cancel
        }
        self._orders_known = (
            review is not None and review.account is not None and review.account.orders is not None
        )
        self._looked_at = {look.order for look in (review.second_looks if review else ())}
        self._wrong = {finding.subject for finding in (review.errors if review else ())}

    def worth(self, key: OrderKey) -> str:
        """Return the notional of an order; empty if it is not sent or not known."""
        order = self._orders.get(key)
        return "" if order is None else _notional(order)

    def distance(self, key: OrderKey) -> str:
        """Return the distance of an order from the market; empty if it is not sent or not known."""
        order = self._orders.get(key)
        return "" if order is None else _distance(order)

    def is_wrong(self, key: OrderKey) -> bool:
        """Return whether a check refuses this order."""
        return str(key) in self._wrong

    def is_odd(self, key: OrderKey) -> bool:
        """Return whether an order needs a look: a second one, or because a check refuses it."""
        return key in self._looked_at or str(key) in self._wrong

    def notes(self, key: OrderKey) -> Iterator[str]:
        """Yield what else there is to know of an order."""
        order = self._orders.get(key)
        if order is None:
            return
        becomes = self._plan.becomes(order.order)
        if becomes is Disposition.PLACED and self._orders_known:
            yield f"it is {_state(order.resting)}"
        elif becomes is Disposition.OPEN_AT_EXCHANGE and order.resting is not None:
            yield f"the exchange has it already, as {order.resting.txid}: {_state(order.resting)}"
        for price in (order.priced.stop, order.priced.limit):
            if order.sent and price is not None and price.relative:
                yield _relative(price, order)

    def trades(self, key: OrderKey) -> Iterator[str]:
        """Yield what there is to know of when an order trades, and at which price."""
        order = self._orders.get(key)
        if order is not None and order.sent:
            yield from _trades(order)

    def cancel_targets(self, cancel: PlannedCancel) -> Iterator[str]:
        """Yield all open orders that a cancellation would remove.

        Orders of this batch that will be open by then are among them if the author has included them.
        """
        found: ReviewedCancel | None = self._cancels.get(id(cancel))
        removes = found.removes if found and found.sent else ()
        for resting in removes:
            text = describe_resting(resting)
            yield f"{resting.txid}, {text}" if cancel.userref else text
        if found and found.sent and cancel.including_own:
            own = [str(key) for key, order in self._orders.items() if _will_carry(order, cancel)]
            if own:
                yield f"and of this batch, once placed: {', '.join(own)}"


def _will_carry(order: ReviewedOrder, cancel: PlannedCancel) -> bool:
    return order.sent and order.order.userref == cancel.sent_as


def describe_resting(order: RestingOrder) -> str:
    """Return an open order in words: ``sell 1 ETH/EUR @ limit 180, 0.25 of it executed``."""
    prices = [decimal_text(price, 18) for price in (order.stop, order.price) if price is not None]
    done = f", {decimal_text(order.executed)} of it executed" if order.executed else ""
    terms = " ".join([order.ordertype, *prices])
    return f"{order.type} {decimal_text(order.volume)} {order.pair} @ {terms}{done}"


def seen_line(review: Review) -> Line:
    """Return a line that says when the market was read, or that it was not."""
    if review.market is None and review.gaps:
        return line(Span("the market could not be read", Style.QUIET))
    if review.market is None:
        return line(Span("offline: neither market nor account was read", Style.QUIET))
    return line(Span(f"at the market of {moment(rfc3339(review.market.at))}", Style.QUIET))


def market_lines(review: Review | None, width: int) -> list[Line]:
    """Return the market of each pair that would be traded: bid, ask, last trade, and when they were read."""
    rows = market_rows(review)
    if not rows:
        return []
    lines = grid(("market", "bid", "ask", "last", "at, UTC"), rows[:MOST_PAIRS], width)
    left = len(rows) - MOST_PAIRS
    return [(), *lines, *([line(f"and {left} more pairs")] if left > 0 else [])]


def market_rows(review: Review | None) -> list[list[str]]:
    """Return the market of each pair of orders that would be sent, as cells of a table."""
    sent = [order for order in (review.orders() if review else ()) if order.sent]
    quotes = {order.terms.pair: order for order in sent if order.quote is not None}
    rows = []
    for pair, order in quotes.items():
        quote, tick = order.quote, order.instrument.tick_size if order.instrument else Decimal(1)
        assert quote is not None, "only orders with a quote are kept"
        prices = [price and grouped(price_text(price, tick)) for price in (quote.bid, quote.ask, quote.last)]
        rows.append([pair, *(price or "none" for price in prices), rfc3339(quote.at)[11:19]])
    return rows


def sum_lines(review: Review, width: int) -> list[Line]:
    """Return the sums by pair and side and by currency; no lines if there is nothing to add up."""
    totals = review.totals
    lines: list[Line] = []
    if totals.pairs:
        heads = ("total", "", "orders", "volume", "notional", f"in {totals.reporting}", "open now", "after")
        lines += [
            (),
            *grid(heads, [_pair(total, totals.reporting) for total in totals.pairs], width, names=2),
        ]
        lines += hang(_all(review), width, 2)
    traded = traded_rows(order for order in review.orders() if order.sent)
    lines += [(), *grid(HEADS, traded, width)] if traded else []
    moved = [total for total in totals.currencies if total.before is not None]
    if moved:
        names = ("balance", "available", "to hold", "to pay", "to receive", "to release", "after")
        lines += [(), *grid(names, [_currency(total) for total in moved], width)]
    return lines


def finding_lines(review: Review, width: int) -> list[Line]:
    """Return the findings in a form that editors can jump to, then the checks that could not be made."""
    lines: list[Line] = []
    by_severity = sorted(review.findings, key=lambda finding: finding.severity is not Severity.ERROR)
    merged = merge_alike(by_severity, lambda finding: ((finding.severity, finding.rule), finding.message))
    shown = merged[:SHOWN_FINDINGS]
    for finding, others in sorted(shown, key=lambda pair: pair[0].place):
        more = f" ({more_words([other.place.line for other in others])})" if others else ""
        lines += hang((*_finding(finding), Span(more)), width, 4)
    if len(merged) > len(shown):
        lines.append(line(f"and {len(merged) - len(shown)} more, which --format json shows"))
    for warning in review.key.warnings:
        lines += hang(line(Span("warning", Style.WARNING), f": {warning}"), width, 4)
    # Of a plan with nothing to do one thing is worth knowing: on whose word there is nothing to do.
    unchecked = review.unchecked if review.plan.changes else filter(None, [review.unheld])
    if texts := "; ".join(map(str, unchecked)):
        lines += hang(line(Span(f"not checked: {texts}", Style.QUIET)), width, 2)
    return [(), *lines] if lines else []


def _notional(order: ReviewedOrder) -> str:
    if not order.sent or order.priced.notional is None:
        return ""
    return amount_text(order.priced.notional, order.terms.quote)


def _distance(order: ReviewedOrder) -> str:
    if not order.sent or order.quote is None:
        return ""
    if order.priced.takes:
        return "at once"
    return "" if order.priced.distance is None else f"{order.priced.distance:+.1f}%"


def _trades(order: ReviewedOrder) -> Iterator[str]:
    """Yield remarks on how an order trades: through the market, past its trigger, far from it, its close."""
    priced, quote = order.priced, order.terms.quote
    if priced.takes and priced.through:
        yield f"at once, {percent(priced.through)} through the market"
        if priced.most is not None and priced.most != priced.notional:
            yield f"it may cost up to {amount_text(priced.most, quote)}, at its limit"
    if priced.triggered and priced.stop is not None:
        then = "" if priced.takes else ": it rests at its limit at once"
        yield f"its trigger {decimal_text(priced.stop.value, 18)} has been passed{then}"
    if priced.beyond is not None and priced.beyond >= FAR_PERCENT:
        yield f"its limit is {percent(priced.beyond)} through its trigger: it trades at the market there"
    if priced.close is not None and priced.close.at_once:
        through = f", {percent(priced.close.through)} through the market" if priced.close.through else ""
        yield f"its close trades at once when this is filled{through}"


def percent(number: Decimal) -> str:
    """Return a percentage for people: ``99.9 %``.

    What is nearly nothing or nearly all is not rounded to it.
    """
    decimals = 1
    while decimals < MOST_DIGITS and round(number, decimals) in (0, 100):
        decimals += 1
    return f"{round(number, decimals):f} %"


def _state(resting: RestingOrder | None) -> str:
    if resting is None:
        return "not open any more"
    return f"open, {decimal_text(resting.executed)} of {decimal_text(resting.volume)} executed"


def _relative(price: Resolved, order: ReviewedOrder) -> str:
    assert price.reference is not None
    of_last = order.quote is not None and price.reference == order.quote.last
    what = "the last price" if of_last else "the trigger"
    value, reference = decimal_text(price.value, 18), decimal_text(price.reference, 18)
    return f"{price.text} is {value} at the moment, with {what} at {reference}"


def _pair(total: PairTotal, reporting: str) -> list[str]:
    base, _, quote = total.pair.partition("/")
    return [
        total.pair,
        total.type,
        str(total.orders or ""),
        _amount(total.volume, base) if total.orders else "",
        _amount(total.notional, quote) if total.orders else "",
        _bare(total.reported if total.orders else None, reporting),
        _open(total.before),
        _open(total.after),
    ]


def _open(totals: OpenOrderTotals | None) -> str:
    return "" if totals is None else str(totals.orders)


def _amount(amount: Decimal | None, currency: str) -> str:
    return "?" if amount is None else amount_text(amount, currency)


def _currency(total: CurrencyTotal) -> list[str]:
    flows = (total.held, total.paid, total.received, total.released)
    return [
        total.currency,
        _bare(total.before, total.currency),
        *(_bare(amount or None, total.currency) for amount in flows),
        _bare(total.after, total.currency),
    ]


def _bare(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else amount_text(amount, currency).removesuffix(f" {currency}")


def _all(review: Review) -> Line:
    totals = review.totals
    if totals.reported is None:
        return line(Span(f"the total in {totals.reporting} is unknown", Style.QUIET))
    total = f"all of it: {amount_text(totals.reported, totals.reporting)}"
    if totals.fee_least is None or totals.fee_most is None:
        return line(total)
    least, most = (_bare(fee, totals.reporting) for fee in (totals.fee_least, totals.fee_most))
    fees = most if least == most else f"{least} to {most}"
    return line(f"{total}, fees about {fees} {totals.reporting}")


def _finding(finding: Finding) -> Line:
    where = Span(f"{finding.file}:{finding.place.line}:{finding.place.column}:", Style.NAME)
    hint = f" ({finding.hint})" if finding.hint else ""
    return line(
        where,
        " ",
        Span(f"{finding.severity.value}:", _STYLES[finding.severity]),
        f" {finding.subject}: {finding.message}{hint} ",
        Span(f"[{finding.rule.value}]", Style.QUIET),
    )
