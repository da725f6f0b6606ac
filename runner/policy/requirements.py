"""The facts that a policy needs for its checks: prices, of which pairs, and the orders sent today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Collar, MaxCancels, MaxDuplicates, MaxNotional, MaxOrders, MaxVolume, Per

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import Policy


def currencies(policy: Policy) -> tuple[str, ...]:
    """Return the currencies in which the policy counts, into which others have to be converted."""
    found = [rule.check.currency for rule in policy.rules if isinstance(rule.check, MaxNotional)]
    return tuple(dict.fromkeys(found))


def pairs_to_price(policy: Policy, pairs: Iterable[str]) -> tuple[str, ...]:
    """Of the pairs that a batch trades, those whose prices a rule looks at."""
    priced = any(isinstance(rule.check, (Collar, MaxNotional, MaxVolume)) for rule in policy.rules)
    return tuple(dict.fromkeys(pairs)) if priced else ()


def needs_the_day(policy: Policy, venue: str) -> bool:
    """Return whether a rule that holds at a venue counts what all batches have sent today."""
    limits = (MaxVolume, MaxNotional, MaxOrders, MaxDuplicates, MaxCancels)
    holding = (rule for rule in policy.rules if not rule.only.venues or venue in rule.only.venues)
    return any(isinstance(rule.check, limits) and rule.check.per is Per.DAY for rule in holding)
