"""The review of a plan with the exchange's data: shown by ``plan``, enforced by ``apply``."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.app.checks.orphaned_cancels import query_orphaned_cancels
from runner.domain import RunOutcome, since_text
from runner.errors import Refused, Remedy, Unreachable
from runner.execution import (
    LookUp,
    adoption_conflicts,
    find_new_orders,
    first_look,
    ids_to_check,
    preview_look_up,
    without,
)
from runner.kraken import Tier, cure_of
from runner.planning import decide
from runner.policy import Denial
from runner.review import KeyUse, Review, reporting_currency, review

from .account_history import AccountHistory, look_through
from .api_keys import AccountKey, check_key
from .journal_claims import OFFLINE, hold_claims
from .owners import known_owner, refuse_other_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.domain import OrderKey, Policy
    from runner.journal import Ledger
    from runner.planning import Plan
    from runner.review import Diff, Finding, KeyReview
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.kraken.market_data import Looked


SHOWN_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """The options of a review. ``offline``: no network.

    ``currency`` is that of totals, the batch's own if it is empty; ``tier`` is the account's.
    ``saving``: the plan is saved. ``policy`` has to allow a key that may withdraw money.
    """

    environ: Mapping[str, str] = field(repr=False)
    offline: bool = False
    saving: bool = False
    currency: str = ""
    tier: Tier = Tier.STARTER
    policy: Policy | None = None


async def review_at_venue(
    plan: Plan,
    target: Target,
    options: ReviewOptions,
    ledger: Ledger,
    *,
    host: Host,
    say: Callable[[str], None],
    diff: Diff | None = None,
) -> tuple[Review, AccountHistory]:
    """Return the review of a plan at its venue, or without it, and the account's history.

    Raises ``Unreachable``, ``OtherAccount`` for a journal that is not of the account that was found, and
    ``Contradicted`` for one that the exchange denies.
    """
    if options.offline:
        if ledger.claims:
            refuse_other_owner(ledger, known_owner(target, options.environ), target, plan.run)
        offline = review(
            plan,
            None,
            None,
            time.time(),
            reporting=options.currency,
            tier=options.tier,
            unheld=OFFLINE,
            diff=diff,
        )
        return offline, AccountHistory({}, {}, None, "")
    answers = await _at_the_exchange(plan, target, options, ledger, host=host, say=say)
    result = review(
        decide(structs.replace(answers.plan, owner=answers.key.owner), found=answers.history.found),
        answers.looked.market,
        answers.looked.account,
        time.time(),
        reporting=options.currency,
        tier=options.tier,
        gaps=answers.looked.gaps,
        unheld=answers.unheld,
        unlooked=answers.history.unlooked,
        taken=answers.taken,
        diff=diff,
        key=answers.key.review,
    )
    return result, answers.history


async def read_history(access: KrakenAccess, plan: Plan, say: Callable[[str], None]) -> Plan:
    """Look through the records, before prices are read: they would be outdated afterwards.

    Return the plan with the orders that were found, for which no funds are needed. Everything is looked up
    again before anything is sent.
    """
    from runner.app.access.waits import announce_wait  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    if (look := first_look(plan)) is not None:
        with suppress(AccessFailed):
            what = (
                f"the exchange's records{since_text(look.since)}, where orders of this batch may be already"
            )
            closed = await announce_wait(access.read_history(look), say, what, lambda: access.doing)
            found, _ = preview_look_up(plan, closed, time.time())
            return decide(plan, found=found)
    return plan


async def check_before_sending(
    access: KrakenAccess,
    plan: Plan,
    ledger: Ledger,
    out: Console,
    *,
    key: KeyReview,
    tier: Tier = Tier.STARTER,
) -> tuple[Review, Mapping[OrderKey, Denial]]:
    """Raise ``Refused`` for orders that the exchange would reject; report other findings. Sends nothing.

    Return the review, whose plan knows what the account has open, and the orders to hold back, with reasons.

    Nothing is sent either if a check could not be made: that raises ``Unreachable``. An unfinished run is
    completed all the same: what it has sent already cannot be refused. Orders that it did not list are new,
    and are held back for what would have been refused.
    """
    looked = await read_exchange_data(access, plan)
    result = review(plan, looked.market, looked.account, time.time(), tier=tier, gaps=looked.gaps, key=key)
    held: Mapping[OrderKey, Denial] = {}
    if has_unfinished_run(ledger):
        held = _hold_new_orders(result, ledger, tier)
    else:
        _refuse_errors(result)
        _refuse_gaps(result)
    for text in (*_finding_lines(result.findings), *(f"Not checked: {name}." for name in result.unchecked)):
        out.note(text)
    return result, held


def _hold_new_orders(result: Review, ledger: Ledger, tier: Tier) -> dict[OrderKey, Denial]:
    """Return the new orders of an edited file, each with its denial, if there is a reason for one."""
    new_orders = find_new_orders(result.plan, ledger, since=_last_end(ledger))
    if not new_orders:
        return {}
    names = set(map(str, new_orders))
    before = set(map(_named, _without(result, new_orders, tier).errors))
    errors = [error for error in result.errors if error.subject in names or _named(error) not in before]
    if errors:
        why = "; ".join(f"{error.subject}: {error.message}" for error in errors[:_NAMED])
        denial = Denial(f"new in the file, and the exchange would not take it: {why}")
    elif result.gaps:
        denial = Denial(f"new in the file, and not checked: {result.gaps[0]}")
    else:
        return {}
    return dict.fromkeys(new_orders, denial)


def _without(result: Review, new_orders: Collection[OrderKey], tier: Tier) -> Review:
    """Return the review of the same plan without the new orders."""
    return review(without(result.plan, new_orders), result.market, result.account, result.now, tier=tier)


def _named(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.subject


_NAMED: Final = 3


async def review_unchecked(access: KrakenAccess | None, plan: Plan) -> Review:
    """Return the review of a plan that is sent unchecked, for a confirmation, as far as data can be read."""
    if access is None:
        return review(plan, None, None, time.time())
    looked = await read_exchange_data(access, plan)
    return review(plan, looked.market, looked.account, time.time(), gaps=looked.gaps)


async def refuse_taken(access: KrakenAccess, plan: Plan) -> None:
    """Raise ``Refused`` if others use an id of the batch: a validation would not notice their orders.

    Raises ``Unreachable`` if that cannot be read.
    """
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    try:
        taken = await _taken_ids(access, plan)
    except AccessFailed as failure:
        raise Unreachable(failure.reason) from None
    if taken:
        places = {order.key: order.place for order in plan.orders()}
        raise Refused(
            "an id of this batch is taken; nothing was sent",
            details=[
                f"{plan.file}:{places[key].line}:{places[key].column}: {key}: {why}"
                for key, why in taken.items()
            ],
        )


def _refuse_errors(result: Review) -> None:
    if not result.errors:
        return
    many = "an order" if len(result.errors) == 1 else "orders"
    raise Refused(
        f"the exchange would not take {many} of this batch; nothing was sent",
        details=[
            *_finding_lines(result.errors),
            *(f"Not checked: {gap}." for gap in result.gaps),
            "Put it right, or let the exchange decide.",
        ],
        remedies=[Remedy.SKIP_CHECKS],
    )


def _refuse_gaps(result: Review) -> None:
    if not result.gaps:
        return
    raise Unreachable(
        f"not everything could be checked: {result.gaps[0].reason}",
        details=[
            *(f"Not checked: {gap}." for gap in result.gaps),
            *_finding_lines(result.findings),
            *dict.fromkeys(cure_of(gap.reason) for gap in result.gaps),
        ],
        remedies=[Remedy.SKIP_CHECKS],
    )


def has_unfinished_run(ledger: Ledger) -> bool:
    """Return True if the last run was interrupted after sending something since the last run that ended."""
    since = _last_end(ledger)
    sent = any(record.in_doubt or record.sent_run > since for record in ledger.orders.values())
    return since < len(ledger.runs) and (sent or bool(ledger.run_cancel_ids))


def _last_end(ledger: Ledger) -> int:
    """Return the number of the last completed run, counted from 1; 0 for none."""
    ended = [run for run, outcome in ledger.finished.items() if outcome not in _BROKEN_OFF]
    return max(ended, default=0)


_BROKEN_OFF: Final = (RunOutcome.UNRESOLVED, RunOutcome.INTERRUPTED)


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    rest = len(findings) - SHOWN_FINDINGS
    more = [f"and {rest} more, which the plan as JSON lists"] if rest > 0 else []
    return [*map(str, findings[:SHOWN_FINDINGS]), *more]


async def read_exchange_data(access: KrakenAccess, plan: Plan, *, currency: str = "") -> Looked:
    """Read the market of a plan's pairs and, with credentials, the account, as far as they can be read.

    ``currency`` is that of the totals, the batch's own if it is empty.
    """
    from runner.runtime.kraken.market_data import look_over  # noqa: PLC0415 - offline loads no sockets

    pairs = [order.pair for order in plan.orders()]
    return await look_over(access, pairs, clock=time.time, reporting=currency or reporting_currency(plan))


@dataclass(frozen=True, slots=True)
class _Answers:
    """The exchange's answers for a review.

    ``plan`` has the state of what was left open. ``unheld`` is the reason why the journal was not compared
    with the records, empty if it was; ``taken`` has a reason for each order that is refused because its id
    is taken.
    """

    plan: Plan
    looked: Looked
    key: AccountKey
    unheld: str
    taken: Mapping[OrderKey, str]
    history: AccountHistory


async def _at_the_exchange(
    plan: Plan,
    target: Target,
    options: ReviewOptions,
    ledger: Ledger,
    *,
    host: Host,
    say: Callable[[str], None],
) -> _Answers:
    from runner.app.access.venues import look_at_venue  # noqa: PLC0415
    from runner.app.access.waits import announce_wait  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    answers: list[_Answers] = []

    async def main() -> None:
        async with look_at_venue(
            target.venue, target.state_dir, options.environ, RunClock(), tier=options.tier, say=say
        ) as access:
            asking = _ask(access, plan, target, options, ledger, say=say)
            what = "the exchange's prices, balances and records"
            answers.append(await announce_wait(asking, say, what, lambda: access.doing))

    try:
        await host.run(main)
    except AccessFailed as failure:
        raise Unreachable(f"the exchange is unreachable: {failure.reason}") from None
    looked = answers[0].looked
    if looked.nothing:
        raise Unreachable(
            f"the exchange is unreachable: {looked.gaps[0].reason}",
            details=["Nothing was sent."],
            remedies=[Remedy.OFFLINE],
        )
    return answers[0]


async def _ask(
    access: KrakenAccess,
    plan: Plan,
    target: Target,
    options: ReviewOptions,
    ledger: Ledger,
    *,
    say: Callable[[str], None],
) -> _Answers:
    key = await check_key(access, ledger, KeyUse.PLAN, policy=options.policy, remedy=Remedy.OFFLINE, say=say)
    owner = key.owner
    refuse_other_owner(ledger, owner, target, plan.run)
    unheld, _ = await hold_claims(access, plan, ledger, target, say)
    taken = await _taken_ids(access, plan)
    updated = await query_orphaned_cancels(access, plan)
    history = await look_through(access, plan, owner, options.tier, saving=options.saving)
    looked = await read_exchange_data(access, plan, currency=options.currency)
    return _Answers(updated, looked, key, unheld, {**history.refused, **taken}, history)


async def _taken_ids(access: KrakenAccess, plan: Plan) -> dict[OrderKey, str]:
    """Return the reasons to refuse orders whose author's own id is taken; none without an account."""
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    ids = ids_to_check(plan)
    if not ids or not access.has_credentials:
        return {}
    try:
        return adoption_conflicts(plan, await access.look_up(LookUp(cl_ord_ids=ids, userrefs=(), since=None)))
    except AccessFailed as failure:
        if failure.not_permitted:
            return {}
        raise
