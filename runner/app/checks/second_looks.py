"""Second looks before a run sends anything: what a policy denies of them, and what the log says of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.app.inputs.policies import problems_of, refuse_denied
from runner.domain import Answer
from runner.policy import CheckPhase, Denial
from runner.review import judge_looks

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.domain import OrderKey, Policy
    from runner.review import Review

SAID: Final = 20
"""So many are in the log of a run; a plan has them all."""


def look_again(
    review: Review, policy: Policy | None, out: Console, *, begun: bool
) -> tuple[Review, dict[OrderKey, Denial]]:
    """Return a review with its second looks as the policy wants them, and the orders to hold back.

    Orders are held back of a run that was begun. Raises ``Refused`` for what the policy denies of one that
    was not.
    """
    review, rulings = judge_looks(review, policy, CheckPhase.SEND)
    file = review.plan.file
    if not begun:
        refuse_denied(policy, rulings, file)
    out.remarks(problems_of(rulings, file, *Answer))
    denied = [ruling for ruling in rulings if ruling.violation.denies]
    return review, {
        ruling.order: Denial(str(ruling.violation)) for ruling in denied if ruling.order is not None
    }


def say_looks(review: Review, out: Console) -> None:
    """List what is worth a second look in the log of a run that asks for no confirmation."""
    looks = review.second_looks
    for look in looks[:SAID]:
        where = f"{review.plan.file}:{look.place.line}:{look.place.column}"
        out.note(f"{where}: worth a second look: {look.order}: {look.message} [{look.code}]")
    if len(looks) > SAID:
        out.note(f"and {len(looks) - SAID} more second looks, which a plan shows")
