"""Whether the exchange's clock and ours agree: a deadline means something only while they nearly do.

They are compared before the first connection, and again where there is a reason to doubt: the exchange has
refused a deadline, or our clock has jumped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .link import clock_complaint, clock_limit_s
from .turn import ConnectFailed

if TYPE_CHECKING:
    from .turn import Timing

JUMP_S = 10.0
"""When nothing is heard of a run for so much longer than it asked for, its clock may have jumped."""

BACK_S = 1.0
"""A clock that goes back by so much is wrong now, or was before."""


class ClockCheck:
    """``right``: the clocks agreed when they were last compared, and nothing speaks against it since."""

    def __init__(self, timing: Timing) -> None:
        self._deadline_s = timing.deadline_s
        self._asked = False
        self.right = False

    def doubt(self) -> None:
        """There is a reason to compare the clocks again."""
        self.right = False

    def watch(self, before: float, due: float | None, now: float) -> None:
        """Compare two readings of our own clock; ``due`` is when the run wanted to be called, if at all."""
        late = due is not None and now > due + JUMP_S
        if before and (late or now < before - BACK_S):
            self.doubt()

    def wants_measuring(self) -> bool:
        """Whether the exchange is to be asked for its time now; asking begins it."""
        if self.right or self._asked:
            return False
        self._asked = True
        return True

    def measured(self, skew: tuple[float, float] | None) -> ConnectFailed | None:
        """Take the answer, in seconds by which the exchange's clock is ahead; gives why it does not do.

        An answer that was long on its way allows for any skew within that time: where it does not show the
        clocks apart it shows nothing, and they are to be compared again.
        """
        self._asked = False
        complaint = clock_complaint(skew, self._deadline_s)
        self.right = False
        if complaint is not None:
            return ConnectFailed(complaint, final=True)
        limit_s, took_s = clock_limit_s(self._deadline_s), _took_s(skew)
        if took_s > limit_s:
            return ConnectFailed(
                f"the exchange took {took_s:.1f} s to tell its time, too long to compare clocks by it; "
                f"a deadline of {self._deadline_s} s bears {limit_s:.1f} s"
            )
        self.right = True
        return None

    def failed(self) -> None:
        """A question came to nothing, if one was under way."""
        self._asked = False


def _took_s(skew: tuple[float, float] | None) -> float:
    """How long the answer was under way: the exchange tells whole seconds, so that one comes on top."""
    least, most = skew or (0.0, 0.0)
    return most - least - 1
