"""Second looks at small batches, in short."""

from __future__ import annotations

from decimal import Decimal

from runner.domain import Account, Market
from runner.review import Review
from tests.review.markets import MARKET, group, order, reviewed

SOL = "SOL/EUR"


def looks(*groups: str, market: Market | None = MARKET, account: Account | None = None) -> list[str]:
    """The second looks at a batch, as ``code id``, sorted."""
    return looks_of(reviewed(*groups, market=market, account=account, reporting=""))


def looks_of(review: Review) -> list[str]:
    """The same of a review."""
    return sorted(f"{look.code.value} {look.order.id}" for look in review.second_looks)


def message(*groups: str, market: Market | None = MARKET, account: Account | None = None) -> str:
    """The message of the first look."""
    return reviewed(*groups, market=market, account=account, reporting="").second_looks[0].message


def ladder(number: int, *, first: str = "145", step: str = "1", **changed: dict[str, object]) -> str:
    """A ladder of buys; ``changed`` says by id (``r3``) what is another there."""
    rungs = [
        order(f"r{at}", **{"price": Decimal(first) - at * Decimal(step), **changed.get(f"r{at}", {})})
        for at in range(number)
    ]
    return group(*rungs)
