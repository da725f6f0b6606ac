"""How a group and a run ended, once everything in them has met its fate.

Plain rules on outcomes; they know no order and no connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import GroupOutcome, RunOutcome

from .groups import BAD
from .orders import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .cancel_desk import CancelDesk
    from .order_desk import OrderDesk


def why_ended(outcome: GroupOutcome, group: str, orders: OrderDesk, cancels: CancelDesk) -> str:
    """Why a group ended as it did, for people; empty where there is nothing to explain."""
    if outcome is GroupOutcome.DONE:
        return ""
    if unresolved := orders.named(group, frozenset({State.UNRESOLVED})):
        return f"the fate of {unresolved} is unknown"
    bad = orders.named(group, BAD)
    return f"{bad} not placed" if bad else cancels.why_not(group)


def how_ended(
    groups: Iterable[GroupOutcome | None],
    *,
    stopped: bool,
    refused: bool,
    held_back: bool,
    kept_out: bool,
    sent_anything: bool,
) -> RunOutcome:
    """How a run ended. ``refused``: something stands at the exchange that the file contradicts.

    ``held_back``: the gate let something not pass, which is all that there is to say when nothing was sent.
    ``kept_out``: the exchange could not be reached, or did not take what we have.
    """
    outcomes = set(groups)
    if stopped:
        return RunOutcome.INTERRUPTED
    if GroupOutcome.UNRESOLVED in outcomes:
        return RunOutcome.UNRESOLVED
    if outcomes <= {GroupOutcome.DONE}:
        return RunOutcome.DONE
    if refused or (held_back and not sent_anything):
        return RunOutcome.REFUSED
    return RunOutcome.UNREACHABLE if kept_out and not sent_anything else RunOutcome.INCOMPLETE
