"""``order-batch plan``: the orders to send, their totals and their problems. Sends nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from runner.domain import Answer
from runner.errors import ExitCode, OrderBatchError, Refused
from runner.planning import decide
from runner.policy import CheckPhase
from runner.review import forecast, judge_looks, reporting_currency

from .checks.account_history import saved_after
from .checks.halts import refuse_halted
from .checks.plan_review import Question, ReviewOptions, answers_offline, ask_exchange, review_of
from .exit_codes import exit_code_of_plan
from .inputs.batches import ledger_at, load, plan_of, refuse_changed, refuse_own_orders
from .inputs.other_runs import with_orders_elsewhere
from .inputs.policies import policy_for, problems_of, refuse_denied, rulings_on
from .inputs.provenance import provenance_of
from .inputs.revisions import diff_against
from .inputs.saved_plans import (
    Saving,
    refuse_no_file,
    save,
    say_what_it_binds,
    say_what_it_looked_at,
)
from .rehearsal.rehearsing import refuse_pointless, with_rehearsal
from .series import Predecessors
from .team.opening import with_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.errors import Unreachable
    from runner.kraken import Tier
    from runner.planning import EmptyLook, Forecast, Plan, Ruling
    from runner.review import Review, SavedPlan
    from runner.runtime.kraken.market_data import Looked

    from .checks.account_history import AccountHistory
    from .checks.plan_review import Answers
    from .console import Console
    from .hosts import Host
    from .inputs.batches import Loaded, Target


class Outcome(NamedTuple):
    """The result of the command.

    ``intended`` is the plan of file and journal, to be digested; ``saved`` is the plan that was written to a
    file, if one was.
    """

    code: ExitCode
    intended: Plan
    saved: SavedPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """The options of ``plan``. ``against`` names another version, ``saving`` is where the plan is saved.

    ``detailed_exitcode``: a plan with changes has its own exit code.
    """

    review: ReviewOptions
    detailed_exitcode: bool = False
    saving: Saving | None = None
    against: str = ""


async def plan(target: Target, options: PlanOptions, out: Console, host: Host) -> Outcome:
    """Show the plan; what ``apply`` would refuse is refused here as well, with the same exit code."""
    review = options.review
    refuse_pointless([target], offline=review.offline, saves=options.saving is not None)
    async with (
        with_rehearsal(target, review.environ, host, out, review.tier) as (own, serving),
        with_ledger(own, review.environ, serving, offline=review.offline) as opened,
    ):
        refuse_halted([opened])
        return await _plan(opened, options, out, serving)


async def _plan(target: Target, options: PlanOptions, out: Console, host: Host) -> Outcome:
    reading = read_for_plan(target, load(target), options, out)
    reporting = options.review.currency or reporting_currency([reading.intended])
    (answers,), looked = await ask([reading], options, reporting=reporting, host=host)
    if isinstance(answers, OrderBatchError):
        raise answers
    before = Predecessors(looked.account if looked else None)
    judged = judge(reading, answers, looked, before, options, reporting=reporting)
    show(reading, judged)
    saved = None
    if options.saving is not None and judged.may_be_saved:
        saved = save(
            judged.plan, reading.loaded.source, target, options.saving, judged.review, look=judged.look
        )
        say_what_was_saved(options.saving, saved, out)
    return Outcome(judged.code, reading.intended, saved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file that was read. ``intended`` is its plan by file and journal; ``out`` shows what is found."""

    target: Target
    loaded: Loaded
    intended: Plan
    question: Question
    out: Console


def read_for_plan(target: Target, loaded: Loaded, options: PlanOptions, out: Console) -> Reading:
    """Read all that is on disk for the plan of a file. Raises ``InvalidInput``, ``Refused``."""
    saving, environ = options.saving, options.review.environ
    if saving is not None:
        refuse_no_file(saving.path, "the plan", target, environ, loaded.saved)
    policy = policy_for(target, loaded.saved, out, beside=None if saving is None else saving.path)
    diff = diff_against(options.against, loaded.batch, out) if options.against else None
    ledger = ledger_at(target, loaded.batch)
    plan = plan_of(target, loaded.batch, ledger, policy)
    plan = intended = structs.replace(plan, provenance=provenance_of(loaded, target, environ))
    refuse_own_orders(plan, ledger)
    if not options.review.offline:
        plan = with_orders_elsewhere(plan, target, time.time())
    question = Question(plan=plan, target=target, ledger=ledger, policy=policy, diff=diff, say=out.note)
    return Reading(target=target, loaded=loaded, intended=intended, question=question, out=out)


async def ask(
    readings: Sequence[Reading], options: PlanOptions, *, reporting: str, host: Host
) -> tuple[Sequence[Answers | OrderBatchError], Looked | None]:
    """Return what is known of each file, or why it is not, and the market with the account.

    Offline those are None. Raises ``Unreachable``.
    """
    questions = [reading.question for reading in readings]
    if options.review.offline:
        return [_answers_offline(question, options.review) for question in questions], None
    return await ask_exchange(questions, options.review, reporting=reporting, host=host)


def _answers_offline(question: Question, options: ReviewOptions) -> Answers | OrderBatchError:
    try:
        return answers_offline(question, options)
    except OrderBatchError as error:
        return error


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A plan with its review, and what follows from it. ``refusal`` is why nothing of it would be sent.

    ``unpriced`` is why the prices of a policy could not be read.
    """

    plan: Plan
    review: Review
    rulings: tuple[Ruling, ...]
    history: AccountHistory
    unpriced: Unreachable | None
    refusal: Refused | None
    code: ExitCode

    @property
    def look(self) -> EmptyLook | None:
        """The look of a plan to be saved that found nothing of it in the account."""
        return self.history.empty

    @property
    def may_be_saved(self) -> bool:
        """True if a run of it would not be refused, as far as everything could be checked."""
        return self.code not in (ExitCode.REFUSED, ExitCode.UNREACHABLE)


def judge(
    reading: Reading,
    answers: Answers,
    looked: Looked | None,
    before: Predecessors,
    options: PlanOptions,
    *,
    reporting: str,
) -> Judged:
    """Review a plan at its turn; one that would be carried out is added to those before the next."""
    question, tier = reading.question, options.review.tier
    review = review_of(
        question,
        answers,
        looked,
        account=before.account,
        taken=before.taken(question.plan),
        reporting=reporting,
        tier=tier,
    )
    review, looks = judge_looks(review, question.policy, CheckPhase.PLAN)
    plan, guarding = review.plan, answers.guarding
    if guarding is not None:
        guarding = replace(guarding, sent=(*guarding.sent, *before.sent))
    rulings = rulings_on(plan, guarding.gate(CheckPhase.PLAN)) if guarding is not None else ()
    rulings = (*rulings, *looks)
    plan = decide(plan, rulings=rulings)
    plan = structs.replace(plan, forecast=_forecast(plan, tier, answers.history))
    review = replace(review, plan=plan)
    refusal = _refusal(reading, plan, rulings)
    code = _code_of(plan, review, refusal, answers.unpriced, detailed=options.detailed_exitcode)
    if code is not ExitCode.REFUSED:
        before.add(review)
    return Judged(
        plan=plan,
        review=review,
        rulings=rulings,
        history=answers.history,
        unpriced=answers.unpriced,
        refusal=refusal,
        code=code,
    )


def _refusal(reading: Reading, plan: Plan, rulings: Sequence[Ruling]) -> Refused | None:
    try:
        refuse_changed(plan)
        refuse_denied(reading.question.policy, rulings, plan.file)
    except Refused as refusal:
        return refusal
    return None


def _code_of(
    plan: Plan, review: Review, refusal: Refused | None, unpriced: Unreachable | None, *, detailed: bool
) -> ExitCode:
    if refusal is not None:
        return refusal.exit_code
    code = exit_code_of_plan(plan, review, detailed=detailed)
    if unpriced is not None:
        return ExitCode.REFUSED if code is ExitCode.REFUSED else ExitCode.UNREACHABLE
    return code


def show(reading: Reading, judged: Judged) -> None:
    """Show a plan. It is the result, in JSON the only one; why it cannot be applied is a message."""
    out, plan = reading.out, judged.plan
    out.plan(plan, judged.review, reading.question.diff)
    out.remarks(problems_of(judged.rulings, plan.file, *Answer))
    for text in _unchecked(judged.review, judged.unpriced):
        out.note(text)
    if judged.refusal is not None:
        for text in (str(judged.refusal), *judged.refusal.details):
            out.note(text)


def say_what_was_saved(saving: Saving, saved: SavedPlan, out: Console) -> None:
    """Report a plan that was saved, until when it holds, and for whom."""
    out.note(f"{saving.path}: plan {saved.id[:12]} is saved, to be applied once, before {saved.expires_at}")
    say_what_it_binds(saved, saving.path, out)
    say_what_it_looked_at(saved, saving.path, out)


def _unchecked(review: Review, unpriced: Unreachable | None) -> list[str]:
    """Return in words which checks could not be made."""
    gaps = (*review.gaps, *filter(None, [review.unlooked]))
    return [*(f"Not checked: {gap}." for gap in gaps), *([str(unpriced)] if unpriced else [])]


def _forecast(plan: Plan, tier: Tier, history: AccountHistory) -> Forecast:
    """Return the forecast of a run of the plan; of the saved one where it is saved after an empty look."""
    if history.empty is None:
        return forecast(plan, tier, history.closed)
    return forecast(saved_after(history.empty, plan, plan.owner), tier, history.closed)
