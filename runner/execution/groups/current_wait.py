"""The current wait of a run, and its latest end: every wait is reported. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution.connection import MAX_ATTEMPTS
from runner.execution.orders.doubt import absence_proven_at
from runner.execution.orders.states import State
from runner.execution.progress import progress_of
from runner.execution.turn import Wait, earliest

if TYPE_CHECKING:
    from runner.execution.connection import Link
    from runner.execution.orders.manager import OrderManager
    from runner.execution.send_timeout import SendTimeout
    from runner.execution.turn import Progress, Timing

    from .runner import GroupRunner

SHORT_S = 1.0
"""A wait for the rate limit below this is not reported."""


def progress_in(runner: GroupRunner, send_timeout: SendTimeout, timing: Timing, now: float) -> Progress:
    """Return the progress of a run, and its current wait."""
    cancels_total = sum(len(group.planned.cancel) for group in runner.ends.all.values())
    remaining_s, slowest = runner.pacer.slowest(now)
    return progress_of(
        runner.orders,
        runner.cancels,
        cancels_total,
        remaining_s,
        connected=runner.link.up,
        wait=_blocking_wait(runner, send_timeout, timing)
        or _rate_wait(remaining_s, slowest, now)
        or _reply_wait(runner, cancels_total, now),
    )


def _blocking_wait(runner: GroupRunner, send_timeout: SendTimeout, timing: Timing) -> Wait | None:
    """Return what keeps the next message from being sent, other than the rate limit."""
    link, orders = runner.link, runner.orders
    if (unpaid := orders.executions.wait()) is not None:
        return unpaid
    if runner.cancels.awaits_outcome:
        return Wait("the exchange's records to show what became of cancellations that an earlier run sent")
    if not link.up:
        return None if link.gave_up else _connection_wait(link)
    if (until := send_timeout.timer()) is not None:
        return Wait(f"the exchange, which is in status {link.status}", until)
    unknown = orders.cold.wait() or _doubt_wait(orders, timing) or orders.denials.wait()
    return unknown or runner.confirmation.wait() or runner.barriers.wait()


def _connection_wait(link: Link) -> Wait:
    what = f"a connection ({link.reason})" if link.reason else "a connection"
    return Wait(
        what, detail=f"attempt {link.attempts} of at most {MAX_ATTEMPTS}" if link.attempts > 1 else ""
    )


def _doubt_wait(orders: OrderManager, timing: Timing) -> Wait | None:
    doubts = orders.steps.doubts
    if not doubts:
        return None
    names = ", ".join([str(track.planned.key) for track in doubts][:3])
    more = f" and {len(doubts) - 3} more" if len(doubts) > 3 else ""
    return Wait(
        f"the exchange's records to show what became of {names}{more}",
        max(absence_proven_at(track, timing) for track in doubts),
    )


def _rate_wait(remaining_s: float, pair: str, now: float) -> Wait | None:
    if remaining_s < SHORT_S:
        return None
    return Wait(f"the rate limit of {pair}" if pair else "the rate limit", now + remaining_s)


def _reply_wait(runner: GroupRunner, cancels_total: int, now: float) -> Wait | None:
    """Return the wait for what is under way, or for what has to be open before anything is canceled."""
    orders = runner.orders
    if sent := orders.totals()[State.SENT]:
        until = earliest(orders.timer(connected=False))
        return Wait(f"the exchange's replies to {sent} order{'' if sent == 1 else 's'}", until)
    if orders.unsent and any(orders.unsent.values()):
        return Wait("room for the next order")
    if runner.rests_until > now:
        return Wait("new orders to stay open for a moment, before anything is canceled", runner.rests_until)
    return Wait("news of what was canceled") if runner.cancels.settled_count < cancels_total else None
