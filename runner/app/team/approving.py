"""``order-batch approve``, ``revoke`` and ``approvals``: what people say of saved plans in a ledger.

They need no exchange. Each plan of a file is approved by itself, by its SHA-256.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.app.inputs.batches import MAX_PLAN_BYTES
from runner.app.inputs.policies import policy_for
from runner.errors import InvalidInput, Refused, Remedy
from runner.harmless import neutral
from runner.policy import Demand
from runner.review import PlanApprovals, is_saved_plan, is_saved_series, read_plan, read_series
from runner.runtime.storage import read_limited

from .failures import failing
from .opening import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.app.console import Console
    from runner.app.inputs.batches import Target
    from runner.domain import Policy, Secret
    from runner.review import SavedPlan
    from runner.runtime.team_ledger.session import Session

LONGEST_REASON: Final = 2000


def say_of(target: Target, reason: str, out: Console, *, revoked: bool) -> tuple[PlanApprovals, ...]:
    """Record that the user of the ledger's database approves the plans in a file, or takes that back.

    Raises ``InvalidInput`` for a reason that says nothing, and ``Refused`` for a plan that has expired, which
    can be revoked all the same.
    """
    from runner.runtime.team_ledger.approvals import say  # noqa: PLC0415 - psycopg where a ledger is named

    words = _checked(reason)
    plans = _plans_of(target)
    if not revoked:
        _refuse_expired(plans, str(target.file))

    def act(session: Session) -> None:
        say(session, [plan.id for plan in plans], words, revoked=revoked)

    return _in_ledger(target, out, plans, act)


def approvals_of(target: Target, out: Console) -> tuple[PlanApprovals, ...]:
    """Return the approvals of the plans in a file, and what is missing."""
    return _in_ledger(target, out, _plans_of(target), lambda _: None)


def _in_ledger(
    target: Target, out: Console, plans: Sequence[SavedPlan], act: Callable[[Session], None]
) -> tuple[PlanApprovals, ...]:
    policies = [policy_for(target, plan, out) for plan in plans]
    for plan, policy in zip(plans, policies, strict=True):
        if plan.policy != (None if policy is None else policy.digest):
            out.note(
                f"WARNING: {target.file}: {plan.batch} was planned under other policies than are here; where "
                "they hold, apply refuses it."
            )
    with open_session(_ledger_of(target)) as session, failing(session):
        act(session)
        found = tuple(_approvals_of(session, *each) for each in zip(plans, policies, strict=True))
    out.approvals(found)
    return found


def _ledger_of(target: Target) -> Secret:
    if target.ledger is None:
        raise InvalidInput("approvals are in a team's ledger, and none is named", remedies=[Remedy.LEDGER])
    return target.ledger


def _approvals_of(session: Session, saved: SavedPlan, policy: Policy | None) -> PlanApprovals:
    from runner.runtime.team_ledger.approvals import approvals_recorded, now_of  # noqa: PLC0415

    recorded = approvals_recorded(session, saved.id)
    now, user = now_of(session)
    demand = Demand(plan=saved.id, rules=policy.approvals if policy is not None else ())
    return PlanApprovals(
        saved=saved, approvals=tuple(recorded), tallies=demand.tallies(recorded, now), user=user
    )


def _plans_of(target: Target) -> tuple[SavedPlan, ...]:
    """Return the saved plans in a file, or the one that is named. Raises ``InvalidInput``, ``Refused``."""
    content, name = read_limited(target.file, MAX_PLAN_BYTES), str(target.file)
    if is_saved_series(content):
        series = read_series(content, name=name)
        return (series.plan_of(target.batch, name=name),) if target.batch else series.plans
    if not is_saved_plan(content):
        raise InvalidInput(f"{name}: only a saved plan is approved", remedies=[Remedy.NEW_PLAN])
    return (read_plan(content, name=name),)


def _refuse_expired(plans: Sequence[SavedPlan], name: str) -> None:
    expired = [f"{plan.batch} expired at {plan.expires_at}" for plan in plans if time.time() >= plan.ends_at]
    if expired:
        raise Refused(
            f"{name}: this plan may not be applied any more; nothing was approved",
            details=expired,
            remedies=[Remedy.NEW_PLAN],
        )


def _checked(reason: str) -> str:
    words = neutral(reason.strip())
    if not words:
        raise InvalidInput("say why: the reason is kept with what you say")
    if len(words) > LONGEST_REASON:
        raise InvalidInput(f"the reason has {len(words)} characters; at most {LONGEST_REASON} are kept")
    return words
