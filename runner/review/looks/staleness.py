"""Prices that are too old to judge an order by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import rfc3339

from .second_look import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .second_look import SecondLook
    from .survey import Examined, Survey

STALE_S: Final = 60.0


def staleness_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at the first order of each pair whose prices are older than a minute."""
    pairs: dict[str, list[Examined]] = {}
    for examined in survey.orders:
        pairs.setdefault(examined.terms.pair, []).append(examined)
    for pair, orders in pairs.items():
        quote = orders[0].order.quote
        age = None if quote is None else survey.snapshot.now - quote.at
        if quote is not None and age is not None and age > STALE_S:
            others = f", and of {len(orders) - 1} more orders" if len(orders) > 1 else ""
            when = f"{rfc3339(quote.at)[11:19]} UTC"
            words = f"the prices of {pair}, its own{others}, are of {when}, {age:,.0f} seconds old"
            yield orders[0].look(Code.STALE_PRICE, words)
