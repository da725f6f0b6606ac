"""The parts of a run's intents in limits of a day, for a ledger that sums them over all runs.

A gate sums them as well, by what it has read. The ledger does so in the transaction in which an intent
becomes durable, and has the last word.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import Answer, MaxCancels, Per

from .context import day_of, display_amount
from .prices import NoPrice
from .violation import Violation

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from collections.abc import Set as AbstractSet

    from runner.domain import Rule

    from .context import OrderContext
    from .limits import Limit
    from .tallies import Tallies


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The part of one intent in a limit of a day; ``reqid`` is that of its message, 0 before it has one.

    ``bucket`` is what its rule sums by itself, such as a day and a currency. ``day`` is counted from 1970.
    ``before`` is the sum without this part, by all journals; ``most`` is None for what is counted and never
    denied. ``unit`` follows a number.
    """

    reqid: int = 0
    rule: Rule
    bucket: Hashable
    day: int
    before: Decimal
    amount: Decimal
    most: Decimal | None
    unit: str

    @property
    def sum(self) -> str:
        """The name of the sum; rules of one name in two policies may differ."""
        content = repr((self.rule.check, self.rule.only, self.bucket)).encode()
        return f"{self.rule.name} {hashlib.sha256(content).hexdigest()[:16]}"

    def denial(self, total: Decimal | None) -> str:
        """Return why it is denied; ``total`` is the sum that the ledger would have, None if unknown."""
        assert self.most is not None, "without a limit nothing is denied"
        found = "more" if total is None else f"{display_amount(total)} {self.unit}"
        detail = f"{found} by the ledger; at most {display_amount(self.most)} {self.unit} for a day"
        violation = Violation(
            rule=self.rule.name, answer=Answer.DENY, message=self.rule.message, detail=detail
        )
        return str(violation)


def is_drawn(rule: Rule) -> bool:
    """Return whether a rule limits a day, and denies what goes beyond it."""
    return rule.answer is Answer.DENY and getattr(rule.check, "per", None) is Per.DAY


def draws_of_order(
    limits: Iterable[tuple[Rule, Limit]], context: OrderContext, tallies: Tallies
) -> list[Draw]:
    """Return what an order takes beyond what it has in the sums: one that is sent again counts once."""
    found = []
    for rule, limit in limits:
        if not is_drawn(rule) or isinstance(limit.amount, NoPrice):
            continue
        bucket = (rule.name, limit.bucket)
        own, others = tallies.part(bucket, context.owner), tallies.before(bucket, context.owner)
        if limit.amount > own and not isinstance(others, NoPrice):
            draw = Draw(
                rule=rule,
                bucket=limit.bucket,
                day=day_of(context.now),
                before=others + own,
                amount=limit.amount - own,
                most=limit.most,
                unit=limit.unit,
            )
            found.append(draw)
    return found


def draw_of_cancel(
    rule: Rule, before: AbstractSet[Hashable], names: AbstractSet[Hashable], unknown: int, now: float
) -> Draw:
    """Return what a ``cancelOrder`` takes: the orders in it that are not among those ``before``.

    ``unknown`` counts its ids of which it is not known how many orders have them.
    """
    assert isinstance(rule.check, MaxCancels)
    return Draw(
        rule=rule,
        bucket=day_of(now),
        day=day_of(now),
        before=Decimal(len(before)),
        amount=Decimal(len(names - before) + unknown),
        most=Decimal(rule.check.most),
        unit="cancels",
    )
