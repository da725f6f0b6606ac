"""The orders of a plan that are shown where not all have room: what needs a look, the largest, and samples.

Of each series, which are the orders of one group, pair, side, order type and disposition, the first is shown,
and the others are counted below it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from runner.domain import decimal_text, grouped
from runner.planning import Disposition
from runner.report.humanize import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.domain import OrderKey
    from runner.planning import Plan, PlannedOrder
    from runner.review import Review

LARGEST: Final = 5
MOST_TO_LOOK_AT: Final = 30
MOST_SERIES: Final = 40

_QUIET: Final = {Disposition.SEND, Disposition.PLACED, Disposition.OPEN_AT_EXCHANGE, Disposition.DENIED}


@dataclass(frozen=True, slots=True)
class Samples:
    """The orders to show, None for all of them; ``like`` are words for those that each sample represents."""

    shown: frozenset[OrderKey] | None = None
    like: dict[OrderKey, str] = field(default_factory=dict)
    left: str = ""

    def has(self, key: OrderKey) -> bool:
        """Return whether an order is shown."""
        return self.shown is None or key in self.shown


def samples_of(plan: Plan, review: Review | None, most: int) -> Samples:
    """Return all orders of a plan, or samples of them where there are more than ``most``."""
    orders = list(plan.orders())
    if len(orders) <= most:
        return Samples()
    odd = _to_look_at(plan, review, orders)
    shown = {*odd[:MOST_TO_LOOK_AT], *_largest(review)}
    series: defaultdict[tuple[str, ...], list[PlannedOrder]] = defaultdict(list)
    for order in orders:
        if order.key not in shown and order.key not in odd[MOST_TO_LOOK_AT:]:
            terms = order.terms
            fate = plan.becomes(order).value
            series[order.group, terms.pair, terms.type, terms.ordertype, fate].append(order)
    kept = list(series.values())[:MOST_SERIES]
    shown |= {members[0].key for members in kept}
    like = {members[0].key: _like(members) for members in kept if len(members) > 1}
    return Samples(frozenset(shown), like, _left(odd, list(series.values())[MOST_SERIES:]))


def _to_look_at(plan: Plan, review: Review | None, orders: Iterable[PlannedOrder]) -> list[OrderKey]:
    named = [str(look.order) for look in (review.second_looks if review else ())]
    named += [finding.subject for finding in (review.findings if review else ())]
    named += [ruling.subject for ruling in plan.rulings]
    rank = {name: at for at, name in enumerate(dict.fromkeys(named))}
    found = [order.key for order in orders if str(order.key) in rank or plan.becomes(order) not in _QUIET]
    return sorted(found, key=lambda key: rank.get(str(key), len(rank)))


def _largest(review: Review | None) -> list[OrderKey]:
    worths = [
        (worth, order.order.key)
        for order in (review.orders() if review else ())
        if review
        and order.sent
        and (worth := review.reported(order.priced.notional, order.terms.quote)) is not None
    ]
    return [key for _, key in sorted(worths, key=lambda pair: -pair[0])[:LARGEST]]


def _like(members: Sequence[PlannedOrder]) -> str:
    """``47 like it, 9,001.0 to 9,470.0 in steps of 10``."""
    others = members[1:]
    words = [f"{len(others):,} like it"]
    prices = [order.terms.order.price for order in members]
    known = [price for price in prices if price is not None and not price.relative]
    if len(known) == len(members):
        named = known[1:]
        low, high = (pick(named, key=lambda price: price.amount) for pick in (min, max))
        first, last = grouped(low.text), grouped(high.text)
        span = first if low.amount == high.amount else f"{first} to {last}"
        words.append(span + _steps([price.amount for price in known]))
    volumes = sorted({order.terms.volume for order in others if order.terms.volume is not None})
    if volumes:
        first, last = (grouped(decimal_text(volume)) for volume in (volumes[0], volumes[-1]))
        words.append(f"{first} each" if first == last else f"{first} to {last}")
    return ", ".join(words)


def _steps(amounts: Sequence[Decimal]) -> str:
    every = sorted(abs(later - earlier) for earlier, later in pairwise(amounts))
    usual = every[len(every) // 2] if every else Decimal()
    # Where an order of the series is shown by itself, the step over it is none.
    steps = [step for step in every if step * 2 < usual * 3]
    if not usual or steps[0] * 2 < usual:
        return ""
    first, last = (grouped(decimal_text(step, 18)) for step in (steps[0], steps[-1]))
    return f" in steps of {first}" if first == last else f" in steps of {first} to {last}"


def _left(odd: Sequence[OrderKey], series: Sequence[Sequence[PlannedOrder]]) -> str:
    """Return in words what is neither shown nor counted below another; empty if nothing is."""
    parts = []
    if len(odd) > MOST_TO_LOOK_AT:
        parts.append(f"{len(odd) - MOST_TO_LOOK_AT:,} more to look at")
    if series:
        number = sum(map(len, series))
        parts.append(f"{count(number, 'more order')} of {count(len(series), 'other kind')}")
    return " and ".join(parts)
