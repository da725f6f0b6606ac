"""The number of steps that a piece of work takes: the same on every machine, however busy it is."""

from __future__ import annotations

import cProfile
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

MOST: Final = 4.6
"""How many times as many steps four times as much may take. Sorting takes a little more than four times."""


def calls(work: Callable[[], object]) -> int:
    """Return how many calls a piece of work makes, of functions of every kind."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount + entry.reccallcount for entry in profile.getstats())


def lines(work: Callable[[], object]) -> int:
    """Return how many lines of Python a piece of work goes through, in libraries too."""
    count = 0

    def follow(frame: FrameType, event: str, argument: object) -> Callable[..., object]:
        nonlocal count
        count += event == "line"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
