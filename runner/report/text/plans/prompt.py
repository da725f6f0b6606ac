"""The money that a person is shown before real orders leave: sums, what trades at once, what is odd.

All of it is what the review found; nothing is computed here but sums.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text
from runner.planning import MAY_SEND
from runner.report.humanize import count
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.grid import grid

from .plan import what
from .review import percent
from .traded import HEADS, traded_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.review import Review, ReviewedOrder

NAMED: Final = 3
"""Maximum number of orders named before the rest is counted."""


def money_lines(review: Review, width: int) -> list[Line]:
    """Return sums by currency and the orders to look at twice, as lines of at most ``width`` columns."""
    leaving = [order for order in review.orders() if review.plan.becomes(order.order) in MAY_SEND]
    rows = traded_rows(leaving)
    lines = [line("  ", *spans) for spans in grid(HEADS, rows, width - 2)] if rows else []
    for note in (*_at_once(leaving), *_furthest(leaving), *_largest(leaving), *_unpriced_orders(leaving)):
        lines += hang(note, width, 4)
    return lines


def _at_once(leaving: Sequence[ReviewedOrder]) -> Iterator[Line]:
    taking = [order for order in leaving if order.priced.takes]
    if not taking:
        yield line("  at once: nothing trades, as the market is now")
        return
    worst = sorted(taking, key=lambda order: -(order.priced.through or Decimal()))
    named = ", ".join(_through(order) for order in worst[:NAMED])
    more = f" and {len(worst) - NAMED} more" if len(worst) > NAMED else ""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in taking:
        if order.priced.notional is not None:
            sums[_quote(order)] += order.priced.notional
    money = " and ".join(amount_text(amount, currency) for currency, amount in sums.items())
    head = f"{count(len(taking), 'order')}{f' for {money}' if money else ''}"
    yield line("  trades at once: ", Span(head, Style.WARNING), f": {named}{more}")


def _through(order: ReviewedOrder) -> str:
    through = order.priced.through
    return f"{order.order.key}{f' ({percent(through)} through the market)' if through else ''}"


def _furthest(leaving: Sequence[ReviewedOrder]) -> Iterator[Line]:
    far = [(abs(o.priced.distance), o) for o in leaving if o.priced.distance is not None]
    if far:
        _, order = max(far, key=lambda pair: pair[0])
        assert order.priced.distance is not None
        sign = "+" if order.priced.distance > 0 else ""
        away = Span(f"{sign}{percent(order.priced.distance)}", Style.NAME)
        yield line("  furthest from the market: ", away, f", {order.order.key}: {what(order.order)}")


def _largest(leaving: Sequence[ReviewedOrder]) -> Iterator[Line]:
    by_currency: defaultdict[str, list[tuple[Decimal, ReviewedOrder]]] = defaultdict(list)
    for order in leaving:
        worth = _market_worth(order)
        if worth is not None:
            by_currency[_quote(order)].append((worth, order))
    for currency, orders in by_currency.items():
        worth, order = max(orders, key=lambda pair: pair[0])
        amount = Span(amount_text(worth, currency), Style.NAME)
        yield line("  largest at the market: ", amount, f", {order.order.key}: {what(order.order)}")


def _market_worth(order: ReviewedOrder) -> Decimal | None:
    """Return what an order's volume is worth at the market, whatever price it names."""
    price = None if order.quote is None else order.quote.opposite(order.terms.type)
    volume = order.priced.volume
    return None if price is None or volume is None else price * volume


def _unpriced_orders(leaving: Sequence[ReviewedOrder]) -> Iterator[Line]:
    unknown = [str(order.order.key) for order in leaving if order.priced.notional is None]
    if unknown:
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        yield line("  of unknown worth: ", Span(", ".join(unknown[:NAMED]) + more, Style.WARNING))


def _quote(order: ReviewedOrder) -> str:
    return order.terms.quote
