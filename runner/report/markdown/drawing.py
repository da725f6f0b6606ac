"""The prices of each pair as a Mermaid chart, which GitHub draws in a comment.

Source of the form: https://mermaid.js.org/syntax/xyChart.html
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import decimal_text

from .page import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.domain import Quote
    from runner.review import Review, ReviewedOrder

FEWEST: Final = 3
"""Fewer orders are no series: the table shows them as well."""
POINTS: Final = 60
CHARTS: Final = 3


def drawing_sections(review: Review | None) -> list[Section]:
    """Return a chart of each of a few pairs, those with an order that is worth a second look first."""
    if review is None or review.market is None:
        return []
    odd = {look.order for look in review.second_looks}
    pairs: dict[str, list[ReviewedOrder]] = {}
    for order in review.orders():
        if order.sent and order.priced.named is not None:
            pairs.setdefault(order.terms.pair, []).append(order)
    drawn = [(pair, orders) for pair, orders in pairs.items() if len(orders) >= FEWEST]
    drawn.sort(key=lambda item: (not any(order.order.key in odd for order in item[1]), item[0]))
    sections = []
    for pair, orders in drawn[:CHARTS]:
        shown = _sample(orders, [order.order.key in odd for order in orders])
        prices = [order.priced.named for order in shown if order.priced.named is not None]
        sections.append(Section(head=tuple(_chart(pair, prices, review.market.quotes.get(pair)))))
    return sections


def _sample(orders: Sequence[ReviewedOrder], odd: Sequence[bool]) -> list[ReviewedOrder]:
    """Return at most so many orders in their order: those that are odd, and the others at even distances."""
    if len(orders) <= POINTS:
        return list(orders)
    step = len(orders) / POINTS
    even = {int(number * step) for number in range(POINTS)}
    return [order for number, order in enumerate(orders) if odd[number] or number in even][: 2 * POINTS]


def _chart(pair: str, prices: Sequence[Decimal], quote: Quote | None) -> list[str]:
    market = next((price for price in ((quote.bid, quote.ask, quote.last) if quote else ()) if price), None)
    shown = [*prices, *([market] if market is not None else [])]
    low, high = min(shown), max(shown)
    room = (high - low) / 20 or high / 100
    base, _, currency = pair.partition("/")
    straight = "; the straight line is the market" if market is not None else ""
    lines = [
        "```mermaid",
        "xychart-beta",
        f'  title "{base}/{currency}: the prices in the order of the file{straight}"',
        f'  x-axis "order" 1 --> {len(prices)}',
        f'  y-axis "{currency}" {_number(max(low - room, Decimal()))} --> {_number(high + room)}',
        f"  line [{', '.join(map(_number, prices))}]",
    ]
    if market is not None:
        lines.append(f"  line [{', '.join([_number(market)] * len(prices))}]")
    return [*lines, "```"]


def _number(value: Decimal) -> str:
    return decimal_text(value)
