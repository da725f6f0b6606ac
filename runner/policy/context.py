"""The input of a rule: one message that is about to leave, and what else is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from .prices import whole_quote

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import Leg, Market, Only, OrderKey, OrderTerms, Quote, RunId
    from runner.kraken import AddOrder

SECONDS_A_DAY = 86_400


class CheckPhase(Enum):
    """The phase in which rules are checked.

    FILE: only the batch file is known, not when and where it will be sent. PLAN: nothing is sent yet, so what
    cannot be known is reported as unchecked. SEND: what cannot be known is not allowed.
    """

    FILE = auto()
    PLAN = auto()
    SEND = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The exchange's answers to the orders of this run so far."""

    answered: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class CancelId:
    """One id of a ``cancelOrder``.

    ``orders`` are its open orders, of which a user reference may have many or none; None if they are
    unknown.
    """

    text: str
    orders: tuple[str, ...] | None

    @classmethod
    def of(cls, text: str) -> CancelId:
        """Return the id of one order."""
        return cls(text, (text,))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderContext:
    """One order that is about to leave. ``now`` is Unix seconds; ``venue`` is None while it is not known."""

    run: RunId
    key: OrderKey
    request: AddOrder
    terms: OrderTerms
    now: float
    venue: str | None
    market: Market | None
    answers: Answers

    @property
    def owner(self) -> tuple[RunId, OrderKey]:
        """The order to which these amounts belong in a tally."""
        return self.run, self.key

    @property
    def order(self) -> Leg:
        """The order without its conditional close."""
        return self.terms.order

    @property
    def pair(self) -> str:
        """The pair of the order."""
        return self.terms.pair

    @property
    def quote(self) -> Quote | None:
        """The quote of the order's pair, if all of it is known."""
        return whole_quote(self.market, self.pair)


def day_of(now: float) -> int:
    """Return the day of UTC, counted from 1970."""
    return int(now // SECONDS_A_DAY)


def is_about(only: Only, pair: str, leg: Leg) -> bool:
    """Return whether a rule applies to an order, or to the conditional close of one."""
    return (
        (not only.pairs or matches(pair, only.pairs))
        and (not only.types or leg.type in only.types)
        and (not only.ordertypes or leg.ordertype in only.ordertypes)
    )


def matches(pair: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a pair matches a pattern; a star matches any base or any quote currency."""
    base, _, quote = pair.partition("/")
    return any(pattern in (pair, f"*/{quote}", f"{base}/*", "*/*") for pattern in patterns)


def display_amount(amount: Decimal, digits: int = 8) -> str:
    """Return an amount for people, without zeros at its end."""
    text = f"{round(amount, digits):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
