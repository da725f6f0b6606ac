"""``order-batch plan``: the orders to send, their totals and their problems. Sends nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from runner.domain import Answer
from runner.errors import ExitCode, Refused, Unreachable
from runner.kraken import Tier
from runner.planning import decide
from runner.policy import CheckPhase
from runner.review import forecast, judge_looks

from .checks.account_history import saved_after
from .checks.preflight import ReviewOptions, review_at_venue
from .exit_codes import exit_code_of_plan
from .inputs.batches import Target, ledger_at, load, plan_of, refuse_changed, refuse_own_orders
from .inputs.other_runs import with_orders_elsewhere
from .inputs.policies import guarding_for, policy_for, problems_of, refuse_denied, rulings_on
from .inputs.provenance import provenance_of
from .inputs.revisions import diff_against
from .inputs.saved_plans import (
    Saving,
    refuse_no_file,
    save,
    say_what_it_binds,
    say_what_it_looked_at,
)

if TYPE_CHECKING:
    from runner.planning import Forecast, Plan
    from runner.review import Review, SavedPlan

    from .checks.account_history import AccountHistory
    from .console import Console
    from .hosts import Host
    from .inputs.policies import Guarding


class Outcome(NamedTuple):
    """The result of the command.

    ``intended`` is the plan of file and journal, to be digested; ``saved`` is the plan that was written to a
    file, if one was.
    """

    code: ExitCode
    intended: Plan
    saved: SavedPlan | None = None


async def plan(
    target: Target,
    options: ReviewOptions,
    out: Console,
    host: Host,
    *,
    detailed_exitcode: bool = False,
    saving: Saving | None = None,
    against: str = "",
    tier: Tier = Tier.STARTER,
) -> Outcome:
    """Show the plan; what ``apply`` would refuse is refused here as well, with the same exit code."""
    loaded = load(target)
    if saving is not None:
        refuse_no_file(saving.path, "the plan", target, options.environ, loaded.saved)
    batch = loaded.batch
    policy = policy_for(target, loaded.saved, out, beside=None if saving is None else saving.path)
    diff = diff_against(against, batch, out) if against else None
    ledger = ledger_at(target, batch)
    found = plan_of(target, batch, ledger, policy)
    found = intended = structs.replace(found, provenance=provenance_of(loaded, target, options.environ))
    refuse_own_orders(found, ledger)
    if not options.offline:
        found = with_orders_elsewhere(found, target, time.time())
    options = replace(options, tier=tier, saving=saving is not None, policy=policy)
    review, history = await review_at_venue(
        found, target, options, ledger, host=host, say=out.note, diff=diff
    )
    review, looked = judge_looks(review, policy, CheckPhase.PLAN)
    found = review.plan
    guarding, prices_failed = await _load_prices(
        guarding_for(policy, found, target), target, options, out, host
    )
    rulings = rulings_on(found, guarding.gate(CheckPhase.PLAN)) if guarding is not None else ()
    rulings = (*rulings, *looked)
    found = decide(found, rulings=rulings)
    found = structs.replace(found, forecast=_forecast(found, tier, history))
    review = replace(review, plan=found)
    out.plan(found, review, diff)
    out.remarks(problems_of(rulings, found.file, *Answer))
    for text in _unchecked(review, prices_failed):
        out.note(text)
    try:
        refuse_changed(found)
        refuse_denied(policy, rulings, found.file)
    except Refused as refusal:
        # The plan is the result, in JSON the only one; the reason why it cannot be applied is a message.
        for text in (str(refusal), *refusal.details):
            out.note(text)
        return Outcome(refusal.exit_code, intended)
    code = exit_code_of_plan(found, review, detailed=detailed_exitcode)
    if prices_failed is not None:
        code = ExitCode.REFUSED if code is ExitCode.REFUSED else ExitCode.UNREACHABLE
    if saving is None or code in (ExitCode.REFUSED, ExitCode.UNREACHABLE):
        return Outcome(code, intended)
    saved = save(found, loaded.source, target, saving, review, look=history.empty)
    out.note(f"{saving.path}: plan {saved.id[:12]} is saved, to be applied once, before {saved.expires_at}")
    say_what_it_binds(saved, saving.path, out)
    say_what_it_looked_at(saved, saving.path, out)
    return Outcome(code, intended, saved)


def _unchecked(review: Review, prices_failed: Unreachable | None) -> list[str]:
    """Return in words which checks could not be made."""
    gaps = (*review.gaps, *filter(None, [review.unlooked]))
    return [*(f"Not checked: {gap}." for gap in gaps), *([str(prices_failed)] if prices_failed else [])]


def _forecast(plan: Plan, tier: Tier, history: AccountHistory) -> Forecast:
    """Return the forecast of a run of the plan; of the saved one where it is saved after an empty look."""
    if history.empty is None:
        return forecast(plan, tier, history.closed)
    return forecast(saved_after(history.empty, plan, plan.owner), tier, history.closed)


async def _load_prices(
    guarding: Guarding | None, target: Target, options: ReviewOptions, out: Console, host: Host
) -> tuple[Guarding | None, Unreachable | None]:
    """Return the policy with the prices that it needs, or as it is and why they could not be read.

    The plan is shown all the same, with the orders that no rule could check.
    """
    if guarding is None or not guarding.pairs or options.offline:
        return guarding, None
    from .checks.policy_prices import with_prices  # noqa: PLC0415 - offline loads no sockets

    try:
        return await with_prices(guarding, target, options.environ, host, out.note), None
    except Unreachable as failure:
        return guarding, failure
