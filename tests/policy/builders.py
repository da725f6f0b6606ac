"""Orders, rules and gates, each with defaults so that a test says what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import Answer, Only, OrderKey, Place, Policy, Rule, RunId
from runner.kraken import AddOrder, terms_of
from runner.policy import CheckPhase, Gate
from runner.policy.context import Answers, OrderContext
from tests.policy.markets import NOW, market_of

if TYPE_CHECKING:
    from runner.domain import Check, Market, OrderTerms
    from runner.policy import SentCancel, SentOrder

RUN = RunId("b")
KEY = OrderKey("g", "a")


def request(**fields: Any) -> AddOrder:
    """An order to buy one ETH a little below the market."""
    usual = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "145", "volume": "1"}
    return AddOrder(**{**usual, **fields})


def terms(**fields: Any) -> OrderTerms:
    """Return the terms of such an order."""
    return terms_of(request(**fields))


def rule(check: Check, *, name: str = "r", answer: Answer = Answer.DENY, **only: tuple[str, ...]) -> Rule:
    """A rule with one check."""
    return Rule(name=name, check=check, message="M", place=Place(1, 1), answer=answer, only=Only(**only))


def policy(*rules: Rule) -> Policy:
    """A policy of some rules."""
    return Policy(name="p", description="", rules=rules, file="policy.yaml", digest="0" * 64)


def gate(
    *checks: Check | Rule,
    market: Market | None = None,
    sent: list[SentOrder | SentCancel] | None = None,
    phase: CheckPhase = CheckPhase.SEND,
    venue: str = "paper",
) -> Gate:
    """A gate of some checks, named r0, r1 and so on."""
    rules = [item if isinstance(item, Rule) else rule(item, name=f"r{n}") for n, item in enumerate(checks)]
    return Gate(policy(*rules), RUN, venue, market=market or market_of(), sent=sent or [], phase=phase)


def context(
    *, now: float = NOW, venue: str | None = "paper", market: Market | None = None, **fields: Any
) -> OrderContext:
    """One order that is about to leave."""
    order = request(**fields)
    return OrderContext(
        run=RUN,
        key=KEY,
        request=order,
        terms=terms_of(order),
        now=now,
        venue=venue,
        market=market or market_of(),
        answers=Answers(),
    )
