"""The level of each second look: a warning, unless a policy denies it or wants none.

Of the rules that are about a look the strictest holds, as all rules of all policies do: one that turns a kind
off makes no exception from one that denies it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from runner.domain import Answer, SecondLooks
from runner.planning import Ruling
from runner.policy import CheckPhase, Violation, is_about

from .looks.second_look import NEEDS_BALANCES, NEEDS_PRICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import Policy, Rule

    from .looks.second_look import Code, SecondLook
    from .review import Review
    from .snapshot import ReviewedOrder

_STRICTEST: Final = (Answer.DENY, Answer.WARN, Answer.OFF)


def judge_looks(
    review: Review, policy: Policy | None, phase: CheckPhase
) -> tuple[Review, tuple[Ruling, ...]]:
    """Return a review with its second looks as a policy wants them, and the policy's rulings on them.

    What a rule denies and cannot be determined is unchecked in a plan, and denied before anything is sent.
    """
    venue = review.plan.venue
    rules = [rule for rule in (policy.rules if policy else ()) if _holds(rule, venue)]
    if not rules:
        return review, ()
    orders = {order.order.key: order for order in review.orders()}
    kept: list[SecondLook] = []
    rulings: list[Ruling] = []
    for look in review.second_looks:
        order = orders[look.order]
        rule = _rule_for(look.code, order, rules)
        if rule is None:
            kept.append(look)
        elif rule.answer is Answer.WARN:
            kept.append(replace(look, message=f"{look.message} ({rule.message})"))
        elif rule.answer is Answer.DENY:
            kept.append(replace(look, severity=Answer.DENY))
            rulings.append(_ruling(rule, order, f"{look.message} [{look.code}]", Answer.DENY))
    unknown = Answer.DENY if phase is CheckPhase.SEND else Answer.UNCHECKED
    rulings += (_ruling(rule, order, why, unknown) for rule, order, why in _unknown(review, rules))
    return replace(review, second_looks=tuple(kept)), tuple(rulings)


def _holds(rule: Rule, venue: str) -> bool:
    about = isinstance(rule.check, SecondLooks)
    return about and (not rule.only.venues or venue in rule.only.venues)


def _names(rule: Rule, code: Code) -> bool:
    assert isinstance(rule.check, SecondLooks), "only rules about second looks are passed"
    return not rule.check.codes or code in rule.check.codes


def _rule_for(code: Code, order: ReviewedOrder, rules: Sequence[Rule]) -> Rule | None:
    """Return the strictest rule about a kind of look at an order; None if there is none."""
    about = [
        rule
        for rule in rules
        if _names(rule, code) and is_about(rule.only, order.terms.pair, order.terms.order)
    ]
    return min(about, key=lambda rule: _STRICTEST.index(rule.answer), default=None)


def _unknown(review: Review, rules: Sequence[Rule]) -> Iterator[tuple[Rule, ReviewedOrder, str]]:
    """Yield what a rule that denies cannot know, once a rule and pair, at the first order there."""
    balances = review.account.balances if review.account else None
    sent = [order for order in review.orders() if order.sent]
    for rule in rules:
        if rule.answer is not Answer.DENY:
            continue
        codes: set[str] = set()
        for order in sent:
            pair = order.terms.pair
            if not is_about(rule.only, pair, order.terms.order):
                continue
            priced = order.quote is not None and order.quote.complete
            if not priced and pair not in codes and any(_names(rule, code) for code in NEEDS_PRICES):
                codes.add(pair)
                yield rule, order, f"no price of {pair} is known"
            if balances is None and "" not in codes and any(_names(rule, code) for code in NEEDS_BALANCES):
                codes.add("")
                yield rule, order, "the balances of the account are not known"


def _ruling(rule: Rule, order: ReviewedOrder, detail: str, answer: Answer) -> Ruling:
    return Ruling(
        violation=Violation(rule=rule.name, answer=answer, message=rule.message, detail=detail),
        subject=str(order.order.key),
        place=order.order.place,
        group=order.order.key.group,
        order=order.order.key,
    )
