"""``cancelAllOrdersAfter``: a timer that cancels everything unless it is set again in time.

There is one timer for the account. It does not fire during maintenance, but as soon as that is over.
Source: https://docs.kraken.com/api/docs/websocket-v1/cancelallordersafter
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.kraken import CancelAllOrdersAfterStatus

from .error_texts import UNAVAILABLE, invalid

if TYPE_CHECKING:
    from runner.kraken import CancelAllOrdersAfter

    from .venue import Venue

DISARMED = "0"


def set_timer(request: CancelAllOrdersAfter, venue: Venue, now: float) -> CancelAllOrdersAfterStatus:
    """Set the timer, set it again, or with ``timeout`` 0 switch it off."""
    problem = None
    if venue.status == "maintenance":
        problem = UNAVAILABLE
    elif not 0 <= request.timeout <= venue.options.cancels.after_max_s:
        problem = invalid("timeout")
    if problem is not None:
        return CancelAllOrdersAfterStatus(status="error", errorMessage=problem, reqid=request.reqid)
    venue.cancel_at = now + request.timeout if request.timeout else None
    venue.touch()
    return CancelAllOrdersAfterStatus(
        status="ok",
        currentTime=_whole_seconds(now),
        triggerTime=DISARMED if venue.cancel_at is None else _whole_seconds(venue.cancel_at),
        reqid=request.reqid,
    )


def _whole_seconds(moment: float) -> str:
    rounded = datetime.fromtimestamp(math.ceil(moment), UTC)
    return rounded.strftime("%Y-%m-%dT%H:%M:%SZ")
