"""The terms of orders as columns: side, volume, pair, order type and price below one another, points too.

Numbers keep the digits of their author, with thousands apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import grouped
from runner.report.lines import Line, Span, Style, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.report.wording.orders import OrderFields

SIDES: Final = {"buy": Style.BUY, "sell": Style.SELL}

WIDEST: Final = 16
"""A number with more digits than that on one side of its point is not made room for."""


def aligned(orders: Sequence[OrderFields]) -> list[Line]:
    """Return each order as a line whose parts are below those of the others."""
    volumes = _numbers([order.volume for order in orders])
    prices = _numbers([order.price for order in orders])
    sides, pairs, types = (
        _words([getattr(order, name) for order in orders]) for name in ("side", "pair", "ordertype")
    )
    return [
        _line(order, side, f"{volume} {pair} @ {type} {price}")
        for order, side, volume, pair, type, price in zip(
            orders, sides, volumes, pairs, types, prices, strict=True
        )
    ]


def _line(order: OrderFields, side: str, terms: str) -> Line:
    more = order.more and f"{'' if order.more.startswith('->') else ','} {order.more}"
    # A comma follows its word, an arrow has its own column.
    terms = terms if more.startswith(" ") else terms.rstrip()
    return line(Span(side, SIDES.get(order.side, Style.PLAIN)), f" {terms}", more)


def _words(texts: Iterable[str]) -> list[str]:
    texts = list(texts)
    width = max(map(len, texts), default=0)
    return [text.ljust(width) for text in texts]


def _numbers(texts: Iterable[str]) -> list[str]:
    """Return numbers with their points below one another; what is no plain number too."""
    parts = [grouped(text).partition(".") for text in texts]
    whole = max((len(first) for first, _, _ in parts if len(first) <= WIDEST), default=0)
    rest = max((len(point + last) for _, point, last in parts if len(last) <= WIDEST), default=0)
    return [first.rjust(whole) + (point + last).ljust(rest) for first, point, last in parts]
