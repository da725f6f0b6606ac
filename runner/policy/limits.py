"""Limits as numbers: how much of a limit one message takes, and which messages share it.

It decides what is counted together. The comparison with the limit is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import MaxCancels, MaxDuplicates, MaxNotional, MaxOrders, MaxVolume, Per

from .context import day_of
from .prices import NoPrice, notional, volume
from .tallies import Amount

if TYPE_CHECKING:
    from runner.domain import Check, OrderTerms, RunId

    from .context import OrderContext

LIMITS = (MaxVolume, MaxNotional, MaxOrders, MaxDuplicates)
"""The checks that lay a limit on an order."""

_ONE = Decimal(1)
_OF = {Per.ORDER: "an order", Per.PAIR: "all orders of {} in a batch", Per.BATCH: "a batch", Per.DAY: "a day"}


@dataclass(frozen=True, slots=True)
class Limit:
    """The amount that a message takes of a limit.

    ``bucket`` names what shares the limit, None if it holds for each order alone. ``unit`` follows a number
    (``EUR``, ``orders``); ``of`` says for people what the limit is for.
    """

    amount: Amount
    most: Decimal
    unit: str
    bucket: Hashable
    of: str


def limit_of(check: Check, context: OrderContext) -> Limit | None:
    """Return the limit that a check lays on an order; None where it lays none."""
    pair = context.pair
    base = pair.partition("/")[0]
    match check:
        case MaxVolume(most, per):
            amount = volume(context.terms, context.quote)
            return Limit(amount, most, base, *_bucket(per, context, base))
        case MaxNotional(most, currency, per):
            amount = notional(context.terms, context.market, currency)
            return Limit(amount, most, currency, *_bucket(per, context))
        case MaxOrders(most, per):
            return Limit(_ONE, Decimal(most), "orders", *_bucket(per, context))
        case MaxDuplicates(most, per):
            return Limit(
                _ONE, Decimal(most), "orders alike", *_bucket(per, context, _likeness(context.terms))
            )
        case _:
            return None


def _likeness(terms: OrderTerms) -> Hashable:
    """Return what two orders that ask for the same have in common; 1.0 is the same as 1."""
    leg = terms.order
    return (terms.pair, leg.type, leg.ordertype, leg.price, leg.price2, terms.volume)


def cancel_limit(check: Check, run: RunId, now: float) -> tuple[Hashable, str] | None:
    """Return which sum of ids a check limits for a ``cancelOrder``, and what it is for; None if none."""
    if not isinstance(check, MaxCancels):
        return None
    return (day_of(now) if check.per is Per.DAY else run), _OF[check.per]


def _bucket(per: Per, context: OrderContext, shared: Hashable = "") -> tuple[Hashable, str]:
    """Return the sum that an order belongs to, and a description of the limit.

    ``shared`` divides the sums of a batch or a day: the base currency for volumes, the content of the order
    for duplicates.
    """
    bucket: Hashable = None
    match per:
        case Per.PAIR:
            bucket = (context.run, context.pair)
        case Per.BATCH:
            bucket = (context.run, shared)
        case Per.DAY:
            bucket = (day_of(context.now), shared)
    return bucket, _OF[per].format(context.pair)


def exceeds(limit: Limit, before: Amount) -> tuple[Decimal, Decimal] | NoPrice | None:
    """Return the sum before and after if that is too much, or what is missing to know it; None if allowed."""
    if isinstance(limit.amount, NoPrice):
        return limit.amount
    if isinstance(before, NoPrice):
        return before
    total = before + limit.amount
    return (before, total) if total > limit.most else None
