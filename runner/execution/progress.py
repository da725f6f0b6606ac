"""The progress of a run, as counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .orders.states import State
from .turn import Progress

if TYPE_CHECKING:
    from .cancels.manager import CancelManager
    from .orders.manager import OrderManager
    from .turn import Wait


def progress_of(
    orders: OrderManager,
    cancels: CancelManager,
    cancels_total: int,
    remaining_s: float,
    *,
    connected: bool,
    wait: Wait | None = None,
) -> Progress:
    """Return the current counts of a run."""
    total = orders.totals()
    first = next(iter(orders.tracks.values()), None)  # Either all are to be validated, or none is.
    validating = first is not None and first.planned.request.validate is not None
    return Progress(
        orders=len(orders.tracks),
        sent=orders.sent,
        placed=total[State.PLACED],
        rejected=total[State.REJECTED],
        settled=len(orders.tracks) - total[State.NEW] - total[State.SENT] - total[State.DOUBT],
        cancels=cancels_total,
        canceled=cancels.settled_count,
        remaining_s=remaining_s,
        connected=connected,
        wait=wait,
        validated=total[State.VALIDATED] if validating else None,
    )
