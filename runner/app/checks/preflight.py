"""The review of a plan before it is sent, with the exchange's data: what ``plan`` shows is enforced."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

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
from runner.review import Review, review

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from runner.app.console import Console
    from runner.domain import Account, OrderKey
    from runner.journal import Ledger
    from runner.planning import Plan
    from runner.review import Finding, KeyReview
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.kraken.market_data import Looked

    from .shared_look import SharedLook


SHOWN_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The surroundings of a plan at its turn.

    ``account`` is as plans before it leave it, None if it was not read.
    ``reporting`` is the currency of totals, the batch's own if it is empty; ``taken`` has a reason for each
    order whose id a plan before it has given away. ``key`` is what is known of the API key.
    """

    account: Account | None
    reporting: str
    key: KeyReview
    taken: Mapping[OrderKey, str] = field(default_factory=dict)


async def read_history(shared: SharedLook, plan: Plan, say: Callable[[str], None]) -> Plan:
    """Look through the records, before prices are read: they would be outdated afterwards.

    Return the plan with the orders that were found, for which no funds are needed. Everything is looked up
    again before anything is sent. What a team has not seen a moment ago is not there.
    """
    from runner.app.access.waits import announce_wait  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    look = shared.look
    if look is not None and first_look(plan) is not None and not (plan.team_look and plan.team_look.unseen):
        access = shared.access
        with suppress(AccessFailed):
            what = (
                f"the exchange's records{since_text(look.since)}, where orders of this batch may be already"
            )
            closed = await announce_wait(shared.closed_orders(), say, what, lambda: access.doing)
            found_orders, _ = preview_look_up(plan, closed, time.time())
            return decide(plan, found=found_orders)
    return plan


def check_before_sending(
    plan: Plan,
    looked: Looked,
    ledger: Ledger,
    out: Console,
    *,
    circumstances: Circumstances,
    tier: Tier = Tier.STARTER,
) -> tuple[Review, Mapping[OrderKey, Denial]]:
    """Raise ``Refused`` for orders that the exchange would reject; report other findings. Sends nothing.

    Return the review, whose plan knows what the account has open, and the orders to hold back, with reasons.

    Nothing is sent either if a check could not be made: that raises ``Unreachable``. An unfinished run is
    completed all the same: what it has sent already cannot be refused. Orders that it did not list are new,
    and are held back for what would have been refused.
    """
    result = review(
        plan,
        looked.market,
        circumstances.account,
        time.time(),
        reporting=circumstances.reporting,
        tier=tier,
        gaps=looked.gaps,
        taken=circumstances.taken,
        key=circumstances.key,
    )
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


def review_unchecked(plan: Plan, looked: Looked | None, circumstances: Circumstances) -> Review:
    """Return the review of a plan that is sent unchecked, for a confirmation, as far as data was read."""
    if looked is None:
        return review(plan, None, None, time.time(), reporting=circumstances.reporting)
    return review(
        plan,
        looked.market,
        circumstances.account,
        time.time(),
        reporting=circumstances.reporting,
        gaps=looked.gaps,
    )


async def refuse_taken(access: KrakenAccess, plan: Plan) -> None:
    """Raise ``Refused`` if others use an id of the batch: a validation would not notice their orders.

    Raises ``Unreachable`` if that cannot be read.
    """
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    try:
        taken = await taken_ids(access, plan)
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


_BROKEN_OFF: Final = (RunOutcome.UNRESOLVED, RunOutcome.INTERRUPTED, RunOutcome.HALTED)


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    rest = len(findings) - SHOWN_FINDINGS
    more = [f"and {rest} more, which the plan as JSON lists"] if rest > 0 else []
    return [*map(str, findings[:SHOWN_FINDINGS]), *more]


async def read_exchange_data(access: KrakenAccess, plans: Sequence[Plan], *, reporting: str) -> Looked:
    """Read the market of the pairs of plans and, with credentials, the account, as far as they can be read.

    ``reporting`` is the currency of the totals.
    """
    from runner.runtime.kraken.market_data import look_over  # noqa: PLC0415 - offline loads no sockets

    pairs = [order.pair for plan in plans for order in plan.orders()]
    return await look_over(access, pairs, clock=time.time, reporting=reporting)


async def taken_ids(access: KrakenAccess, plan: Plan) -> dict[OrderKey, str]:
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
