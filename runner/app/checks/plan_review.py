"""The review of plans with the exchange's data, which is read in one session for all of them.

The orders of each plan are looked up first; the market and the account are then read once. A plan that the
exchange contradicts fails alone; an exchange that cannot be reached fails all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.app.checks.orphaned_cancels import query_orphaned_cancels
from runner.app.inputs.batches import records_of
from runner.app.inputs.policies import guarding_for
from runner.errors import OrderBatchError, Remedy, Unreachable
from runner.execution import first_look
from runner.kraken import Tier
from runner.planning import decide
from runner.review import KeyUse, review

from .account_history import AccountHistory, look_through
from .api_keys import AccountKey, check_key
from .journal_claims import OFFLINE, hold_claims
from .owners import known_owner, refuse_other_owner
from .preflight import read_exchange_data, taken_ids
from .shared_look import SharedLook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.app.inputs.policies import Guarding
    from runner.domain import Account, OrderKey, Policy
    from runner.journal import Ledger
    from runner.planning import Plan
    from runner.review import Diff, Review
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.kraken.market_data import Looked

    from .policy_prices import SharedPrices

_NO_HISTORY: Final = AccountHistory({}, {}, None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """The options of a review. ``offline``: no network.

    ``currency`` is that of totals, the batch's own if it is empty; ``tier`` is the account's.
    ``saving``: the plan is saved.
    """

    environ: Mapping[str, str] = field(repr=False)
    offline: bool = False
    saving: bool = False
    currency: str = ""
    tier: Tier = Tier.STARTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A plan to be compared with the exchange. ``policy`` has to allow a key that may withdraw money."""

    plan: Plan
    target: Target
    ledger: Ledger
    policy: Policy | None
    diff: Diff | None
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to a question, for the review of its plan.

    ``plan`` has the state of what was left open. ``unheld`` is the reason why the journal was not compared
    with the records, empty if it was; ``taken`` has a reason for each order that is refused because its id
    is taken. ``guarding`` is the policy with its prices, None without a policy; ``unpriced`` is why they
    could not be read. ``key`` is None without a connection.
    """

    plan: Plan
    key: AccountKey | None = None
    unheld: str = ""
    taken: Mapping[OrderKey, str] = field(default_factory=dict)
    history: AccountHistory = _NO_HISTORY
    guarding: Guarding | None = None
    unpriced: Unreachable | None = None


def answers_offline(question: Question, options: ReviewOptions) -> Answers:
    """Return what is known without a connection. Raises ``OtherAccount``."""
    plan, ledger, target = question.plan, question.ledger, question.target
    if ledger.claims:
        refuse_other_owner(ledger, known_owner(target, options.environ), target, plan.run)
    return Answers(plan=plan, unheld=OFFLINE, guarding=guarding_for(question.policy, plan, target))


async def ask_exchange(
    questions: Sequence[Question], options: ReviewOptions, *, reporting: str, host: Host
) -> tuple[list[Answers | OrderBatchError], Looked]:
    """Return the answers to each question, or why there are none, and the market with the account.

    Raises ``Unreachable``. The error of a question is ``OtherAccount`` for a journal that is not of the
    account that was found, or ``Contradicted`` for one that the exchange denies.
    """
    from runner.app.access.venues import look_at_venue  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    results: list[tuple[list[Answers | OrderBatchError], Looked]] = []
    target, say = questions[0].target, questions[0].say

    async def main() -> None:
        async with look_at_venue(
            target.venue,
            target.state_dir,
            options.environ,
            RunClock(),
            tier=options.tier,
            say=say,
            nonces=records_of(target).nonces,
        ) as access:
            results.append(await _ask_all(access, questions, options, reporting))

    try:
        await host.run(main)
    except AccessFailed as failure:
        raise Unreachable(f"the exchange is unreachable: {failure.reason}") from None
    found, looked = results[0]
    if looked.nothing:
        raise Unreachable(
            f"the exchange is unreachable: {looked.gaps[0].reason}",
            details=["Nothing was sent."],
            remedies=[Remedy.OFFLINE],
        )
    return found, looked


def review_of(
    question: Question,
    answers: Answers,
    looked: Looked | None,
    *,
    account: Account | None,
    taken: Mapping[OrderKey, str],
    reporting: str,
    tier: Tier,
) -> Review:
    """Return the review of a plan at its turn.

    ``account`` is as plans before it leave it, and ``taken`` has a reason for each order whose id they have
    given away. ``looked`` and ``account`` are None if they were not read.
    """
    if looked is None or answers.key is None:
        return review(
            answers.plan,
            None,
            None,
            time.time(),
            reporting=reporting,
            tier=tier,
            unheld=answers.unheld,
            diff=question.diff,
        )
    return review(
        decide(structs.replace(answers.plan, owner=answers.key.owner), found=answers.history.found),
        looked.market,
        account,
        time.time(),
        reporting=reporting,
        tier=tier,
        gaps=looked.gaps,
        unheld=answers.unheld,
        unlooked=answers.history.unlooked,
        taken={**answers.taken, **taken},
        diff=question.diff,
        key=answers.key.review,
    )


async def _ask_all(
    access: KrakenAccess, questions: Sequence[Question], options: ReviewOptions, reporting: str
) -> tuple[list[Answers | OrderBatchError], Looked]:
    from runner.app.access.waits import announce_wait  # noqa: PLC0415

    from .policy_prices import POLICY_PRICES, SharedPrices  # noqa: PLC0415

    plans = [question.plan for question in questions]
    found: list[Answers | OrderBatchError] = []

    async def work() -> Looked:
        bounded = await _bounded(access, questions, options)
        shared = SharedLook(access, [question.plan for question in bounded])
        for question in bounded:
            found.append(await _ask(shared, question, options))
        return await read_exchange_data(access, plans, reporting=reporting)

    say = questions[0].say
    looked = await announce_wait(
        work(), say, "the exchange's prices, balances and records", lambda: access.doing
    )
    prices = SharedPrices(access, plans)
    pricing = [_priced(answers, question, prices) for answers, question in zip(found, questions, strict=True)]
    priced = [await announce_wait(each, say, POLICY_PRICES, lambda: access.doing) for each in pricing]
    return priced, looked


async def _bounded(
    access: KrakenAccess, questions: Sequence[Question], options: ReviewOptions
) -> Sequence[Question]:
    """With a ledger, return the questions with plans that need no look through what the team has read."""
    seen = records_of(questions[0].target).seen
    if seen is None or not access.has_credentials:
        return questions
    if any(first_look(question.plan) is not None for question in questions):
        await seen.read_new(access, options.tier, questions[0].say)
    return [replace(question, plan=seen.bound(question.plan)) for question in questions]


async def _ask(shared: SharedLook, question: Question, options: ReviewOptions) -> Answers | OrderBatchError:
    access = shared.access
    plan, ledger, say = question.plan, question.ledger, question.say
    try:
        key = await check_key(
            access, ledger, KeyUse.PLAN, policy=question.policy, remedy=Remedy.OFFLINE, say=say
        )
        refuse_other_owner(ledger, key.owner, question.target, plan.run)
        unheld, _ = await hold_claims(access, plan, ledger, question.target, say)
        taken = await taken_ids(access, plan)
        updated = await query_orphaned_cancels(access, plan)
        history = await look_through(shared, plan, key.owner, options.tier, saving=options.saving)
    except OrderBatchError as error:
        return error
    return Answers(plan=updated, key=key, unheld=unheld, taken={**history.refused, **taken}, history=history)


async def _priced(
    answers: Answers | OrderBatchError, question: Question, prices: SharedPrices
) -> Answers | OrderBatchError:
    """Return the answers with the policy and its prices; if they cannot be read, with the reason."""
    if isinstance(answers, OrderBatchError) or answers.key is None:
        return answers
    plan = structs.replace(answers.plan, owner=answers.key.owner)
    guarding = guarding_for(question.policy, plan, question.target)
    if guarding is None:
        return answers
    try:
        return replace(answers, guarding=await prices.load(guarding))
    except Unreachable as failure:
        return replace(answers, guarding=guarding, unpriced=failure)
