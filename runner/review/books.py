"""Sides of the book on which there is nothing, or nothing that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .findings import Finding, FindingRule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .snapshot import PlanSnapshot, ReviewedOrder


def book_findings(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """Yield one finding for each pair that lacks a price, at the first order that would be sent there."""
    if snapshot.market is None:
        return
    seen: set[str] = set()
    for order in snapshot.orders():
        pair = order.order.pair
        if order.sent and order.instrument is not None and pair not in seen:
            seen.add(pair)
            missing = _missing(order)
            if missing:
                yield _finding(order, missing, snapshot.plan.file)


def _missing(order: ReviewedOrder) -> list[str]:
    quote = order.quote
    prices = {
        "ask": None if quote is None else quote.ask,
        "bid": None if quote is None else quote.bid,
        "last trade": None if quote is None else quote.last,
    }
    return [name for name, price in prices.items() if price is None]


def _finding(order: ReviewedOrder, missing: list[str], file: str) -> Finding:
    return Finding(
        file=file,
        place=order.order.place,
        subject=str(order.order.key),
        rule=FindingRule.EMPTY_BOOK,
        severity=Severity.WARNING,
        message=f"{order.order.pair} has no {' and no '.join(missing)} at the moment",
        hint="what depends on that price was not checked",
    )
