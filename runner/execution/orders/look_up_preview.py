"""The orders of a plan that a run would find at the exchange by its first look, before anything is sent.

A plan shows them. They are found by the rules of a run, since its own parts search for them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution.turn import Timing
from runner.kraken import Reqids
from runner.planning import Disposition, FoundOrder, unique_orders

from .manager import OrderManager
from .states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import OrderKey
    from runner.kraken import OpenOrder
    from runner.planning import Plan


def preview_look_up(
    plan: Plan, orders: Iterable[OpenOrder], now: float
) -> tuple[dict[OrderKey, FoundOrder], dict[OrderKey, str]]:
    """Return the orders that a run would find among those of the account, and why it would refuse others.

    Call it for a plan with a first look, with what that look has shown.
    """
    known = {order.txid: order for order in unique_orders(orders)}
    if not known:
        return {}, {}
    manager = OrderManager(plan, Reqids(), Timing(), [])
    looking = tuple(manager.cold.waiting.values())
    manager.finder.search(known.values(), looking, now)
    found, refused = {}, {}
    for track in looking:
        if track.state is State.REFUSED:
            refused[track.planned.key] = track.why
        elif track.txid is not None:
            is_open = not known[track.txid].terminal
            disposition = _disposition(track.state, is_open=is_open)
            found[track.planned.key] = FoundOrder(track.txid, disposition, track.why)
    return found, refused


def _disposition(state: State, *, is_open: bool) -> Disposition:
    match state:
        case State.PLACED:
            return Disposition.OPEN_AT_EXCHANGE if is_open else Disposition.PLACED
        case State.ENDED:
            return Disposition.ENDED
        case _:  # The exchange contradicts itself: a run has to find out.
            return Disposition.LOOK_UP
