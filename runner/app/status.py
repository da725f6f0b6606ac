"""``order-batch status``: compare the journal with the exchange, for each order. Sends nothing.

It needs no state and creates none; facts that cannot be read are reported as unknown.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from runner.domain import RunOutcome, rfc3339
from runner.errors import ExitCode, InvalidInput, OrderBatchError, Refused, Remedy
from runner.execution import LookUp
from runner.journal import manifest
from runner.planning import claims_of, contradictions, find, names_in, narrowed
from runner.review import KeyUse

from .checks.api_keys import KeyLacks, check_key
from .checks.halts import say_halted
from .checks.journal_claims import ask_until_sure
from .checks.orphaned_cancels import query_orphaned_cancels
from .checks.owners import OtherAccount, known_owner, refuse_other_owner
from .inputs.batches import Target, ledger_at, load_batch, plan_of, records_of, run_of
from .team.opening import with_ledger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence

    from runner.domain import Batch, OrderKey
    from runner.journal import Ledger
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, Plan
    from runner.runtime.kraken.access import KrakenAccess

    from .console import Console
    from .hosts import Host

    _Answer = tuple[Plan, tuple[OpenOrder, ...]]


_MOST_UNKNOWN: Final = 20
"""After so many orders that the exchange does not know, no more of them are queried by id."""

_NEAR: Final = 3
_NAMED: Final = 10
_RECORDS: Final = "the exchange's records of these orders"


async def status(
    target: Target,
    environ: Mapping[str, str],
    out: Console,
    host: Host,
    *,
    offline: bool,
    only: Collection[str] = (),
) -> ExitCode:
    """Show the status, and return the exit code.

    An order with an unknown outcome gives that of an unresolved run, a journal that the exchange contradicts
    that of a refusal. ``offline``: only the journal is read. ``only`` these groups and orders are shown, all
    if it is empty; the exit code is that of all.
    """
    async with with_ledger(target, environ, host, offline=offline) as opened:
        return await _status(opened, environ, out, host, offline=offline, only=only)


async def _status(
    target: Target,
    environ: Mapping[str, str],
    out: Console,
    host: Host,
    *,
    offline: bool,
    only: Collection[str],
) -> ExitCode:
    batch = load_batch(target)
    halt = say_halted(target, out)
    ledger = ledger_at(target, batch)
    plan = plan_of(target, batch, ledger)
    _refuse_unknown(plan, only)
    shown: Mapping[OrderKey, OpenOrder | None] | None = None
    denied: list[Contradiction] = []
    if offline and ledger.claims:
        refuse_other_owner(ledger, known_owner(target, environ), target, plan.run)
    if not offline:
        try:
            plan, shown, denied = await _at_the_exchange(
                plan, ledger, target, environ, host=host, say=out.note
            )
        except (OtherAccount, KeyLacks):
            raise
        except OrderBatchError as error:
            out.note(f"the exchange was not queried: {error}")
    read_at = "" if shown is None else rfc3339(time.time())
    some = narrowed(plan, only) if only else plan
    out.status(some, _last_run(ledger, target, batch), shown, denied, read_at, halt=halt)
    if hidden := sum(1 for _ in plan.orders()) - sum(1 for _ in some.orders()):
        out.note(f"Not shown: {hidden} of the batch's orders. The exit code is that of all.")
    if denied:
        return ExitCode.REFUSED
    return ExitCode.UNRESOLVED if plan.in_doubt or ledger.cancels_open else ExitCode.DONE


def _refuse_unknown(plan: Plan, only: Collection[str]) -> None:
    """Raise ``InvalidInput`` for a name that is neither a group nor an order."""
    from difflib import get_close_matches  # noqa: PLC0415 - few names are wrong

    known = names_in(plan)
    for name in only:
        if name not in known:
            near = get_close_matches(name, known, n=_NEAR)
            raise InvalidInput(
                f"{name!r} is neither a group nor an order of {plan.run.batch}",
                details=[
                    f"Did you mean {' or '.join(near)}?" if near else f"Groups and orders: {_listed(known)}."
                ],
            )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _last_run(ledger: Ledger, target: Target, batch: Batch) -> dict[str, Any] | None:
    """Return the manifest of the last run, None before any; it says so if that run is still under way."""
    if not ledger.runs:
        return None
    last = manifest(ledger)
    with suppress(Refused):  # Who may not look at the lock reads the journal all the same.
        if last["outcome"] == RunOutcome.UNFINISHED and records_of(target).is_held(run_of(target, batch)):
            return {**last, "reason": "it is under way"}
    return last


async def _at_the_exchange(
    plan: Plan,
    ledger: Ledger,
    target: Target,
    environ: Mapping[str, str],
    *,
    host: Host,
    say: Callable[[str], None],
) -> tuple[Plan, dict[OrderKey, OpenOrder | None] | None, list[Contradiction]]:
    """Return the plan, each order's record and the contradictions between records and journal.

    The plan has the state of what was left open. The records are None if there is no exchange yet.
    """
    from .access.venues import PAPER, there_is_a_paper_exchange  # noqa: PLC0415 - offline loads no sockets

    if target.venue == PAPER and not ledger.claims and not there_is_a_paper_exchange(target.state_dir):
        return plan, None, []

    async def ask(access: KrakenAccess) -> _Answer:
        key = await check_key(access, ledger, KeyUse.LOOK, remedy=Remedy.OFFLINE, say=say)
        refuse_other_owner(ledger, key.owner, target, plan.run)
        known: Mapping[str, OpenOrder] = {}
        if claims_of(plan):
            known, _ = await ask_until_sure(access, plan, ledger, say, most_unknown=_MOST_UNKNOWN)
        look = _look_for_others(plan, known)
        orders = (*(await access.look_up(look) if look else ()), *known.values())
        return await query_orphaned_cancels(access, plan), orders

    settled, orders = await _ask(ask, target, environ, host, say)
    shown = {order.key: find(order, orders) for order in plan.orders()}
    return settled, shown, _against(plan, shown, orders)


def _look_for_others(plan: Plan, known: Mapping[str, OpenOrder]) -> LookUp | None:
    """Return the look-up of orders that no txid has shown; None if there are none.

    It may go through all that the account has ever closed, fifty orders a call.
    """
    orders = [order for order in plan.orders() if order.known is None or order.known.txid not in known]
    cl_ord_ids = tuple(order.cl_ord_id for order in orders if order.cl_ord_id)
    userrefs = tuple(dict.fromkeys(order.userref for order in orders if order.userref))
    return LookUp(cl_ord_ids, userrefs, plan.unseen_since) if cl_ord_ids or userrefs else None


def _against(
    plan: Plan, shown: Mapping[OrderKey, OpenOrder | None], orders: Iterable[OpenOrder]
) -> list[Contradiction]:
    """Return the contradictions between the records and the journal."""
    claims = claims_of(plan)
    unknown = {claim.txid for claim in claims if claim.key is not None and shown[claim.key] is None}
    return contradictions(claims, {order.txid: order for order in orders}, unknown)


async def _ask(
    ask: Callable[[KrakenAccess], Awaitable[_Answer]],
    target: Target,
    environ: Mapping[str, str],
    host: Host,
    say: Callable[[str], None],
) -> _Answer:
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.runtime.kraken.access import AccessFailed  # noqa: PLC0415

    from .access.venues import KRAKEN, look_at_venue, open_venue  # noqa: PLC0415
    from .access.waits import announce_wait  # noqa: PLC0415

    answers: list[_Answer] = []

    async def main() -> None:
        way = open_venue if target.venue == KRAKEN else look_at_venue
        nonces = records_of(target).nonces
        async with way(target.venue, target.state_dir, environ, RunClock(), say=say, nonces=nonces) as access:
            answers.append(await announce_wait(ask(access), say, _RECORDS, lambda: access.doing))

    try:
        await host.run(main)
    except AccessFailed as failure:
        raise InvalidInput(failure.reason) from None
    return answers[0]
