"""The outcome of a group and of a run, once everything in them has an outcome.

Plain rules on outcomes; they know no order and no connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import GroupOutcome, RunOutcome
from runner.execution.orders.states import AT_EXCHANGE, State

from .states import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.execution.cancels.manager import CancelManager
    from runner.execution.orders.manager import OrderManager

    from .states import GroupTrack

_ENDED = frozenset({State.ENDED})


def group_end_reason(
    outcome: GroupOutcome, group: GroupTrack, orders: OrderManager, cancels: CancelManager
) -> str:
    """Return why a group ended as it did, for people; empty if there is nothing to explain."""
    if outcome is GroupOutcome.DONE:
        return ""
    if unresolved := orders.ids_in_states(group.name, frozenset({State.UNRESOLVED})):
        return f"the fate of {unresolved} is unknown"
    if group.planned.orphaned:
        return f"{' and '.join(_left_behind(group, orders))}: look at that before anything else is sent"
    reasons = [
        f"{names} {words}"
        for states, words in ((FAILED - _ENDED, "not placed"), (_ENDED, "ended by the exchange"))
        if (names := orders.ids_in_states(group.name, states))
    ]
    if group.planned.unwound and not reasons:
        reasons = ["an earlier run has taken it back"]
    return _why_held(group) or ", ".join(reasons) or _why_kept(group) or cancels.failure_reason(group.name)


def _left_behind(group: GroupTrack, orders: OrderManager) -> Iterator[str]:
    if there := orders.ids_in_states(group.name, AT_EXCHANGE):
        yield f"{there} is at the exchange"
    if group.planned.cancel:
        texts = ", ".join(cancel.ref for cancel in group.planned.cancel)
        yield f"an earlier run sent a cancellation of {texts}"


def _why_held(group: GroupTrack) -> str:
    if group.unknown:
        return f"whether {group.unknown} was placed is unknown, so nothing was canceled"
    return group.stop_reason


def _why_kept(group: GroupTrack) -> str:
    return f"{group.unfilled} not filled, so nothing was canceled" if group.kept_targets else ""


def run_outcome(
    groups: Iterable[GroupOutcome | None],
    *,
    stopped: bool,
    halted: bool,
    refused: bool,
    held_back: bool,
    unreachable: bool,
    sent_anything: bool,
) -> RunOutcome:
    """Return the outcome of a run.

    ``halted``: somebody halted the account. ``refused``: an order at the exchange contradicts the file.
    ``held_back``: the gate denied something, which decides the outcome only if nothing was sent.
    ``unreachable``: the exchange was unreachable, or did not accept what the run had to send.
    """
    outcomes = set(groups)
    if halted and GroupOutcome.UNRESOLVED not in outcomes:
        return RunOutcome.HALTED if sent_anything else RunOutcome.REFUSED
    if stopped and not halted:
        return RunOutcome.INTERRUPTED
    if GroupOutcome.UNRESOLVED in outcomes:
        return RunOutcome.UNRESOLVED
    if outcomes <= {GroupOutcome.DONE}:
        return RunOutcome.DONE
    if refused or (held_back and not sent_anything):
        return RunOutcome.REFUSED
    return RunOutcome.UNREACHABLE if unreachable and not sent_anything else RunOutcome.INCOMPLETE
