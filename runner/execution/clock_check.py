"""The comparison of the exchange's clock with ours: a deadline is useful only while they nearly agree.

They are compared before the first connection, and again if there is a reason to doubt: the exchange has
refused a deadline, or our clock has jumped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .connection import clock_limit_s, clock_problem
from .turn import ConnectFailed

if TYPE_CHECKING:
    from decimal import Decimal

    from .turn import Timing

JUMP_S = 10.0
"""The delay of a timer from which our clock may have jumped."""

BACK_S = 1.0
"""A clock that goes back by this much is wrong now, or was before."""


class ClockCheck:
    """The state of the clock comparison.

    ``right``: the clocks agreed when they were last compared, and nothing contradicts that since.
    """

    def __init__(self, timing: Timing) -> None:
        self._deadline_s = timing.deadline_s
        self._measuring = False
        self.right = False

    def doubt(self) -> None:
        """Request another comparison of the clocks."""
        self.right = False

    def check_readings(self, before: float, due: float | None, now: float) -> None:
        """Compare two readings of our own clock; ``due`` is when the timer should have expired, if any."""
        late = due is not None and now > due + JUMP_S
        if before and (late or now < before - BACK_S):
            self.doubt()

    def start_measuring(self) -> bool:
        """Return whether to query the exchange's time now, and note the start of the query."""
        if self.right or self._measuring:
            return False
        self._measuring = True
        return True

    def on_measured(self, skew: tuple[float, float] | None) -> ConnectFailed | None:
        """Take the skew of the exchange's clock in seconds; return why it is not acceptable, or None."""
        self._measuring = False
        failure = judge_skew(skew, self._deadline_s)
        self.right = failure is None
        return failure

    def on_failure(self) -> None:
        """Note that the query failed, if one was under way."""
        self._measuring = False


def judge_skew(skew: tuple[float, float] | None, deadline_s: Decimal) -> ConnectFailed | None:
    """Return why a skew of the exchange's clock, in seconds, is not acceptable with a deadline, or None.

    A slow answer is compatible with any skew within its delay: if it does not show the clocks apart, it shows
    nothing, and they are to be compared again.
    """
    problem = clock_problem(skew, deadline_s)
    if problem is not None:
        return ConnectFailed(problem, final=True)
    limit_s, took_s = clock_limit_s(deadline_s), _took_s(skew)
    if took_s > limit_s:
        return ConnectFailed(
            f"the exchange took {took_s:.1f} s to give its time, too long to compare clocks by it; "
            f"a deadline of {deadline_s} s allows {limit_s:.1f} s"
        )
    return None


def _took_s(skew: tuple[float, float] | None) -> float:
    """Return the duration of the query; the exchange's time is in whole seconds, which adds one."""
    least, most = skew or (0.0, 0.0)
    return most - least - 1
