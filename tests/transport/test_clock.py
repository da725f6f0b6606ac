"""The run's clock."""

import time

import trio
from trio.testing import MockClock

from runner.transport.clock import RunClock


async def test_time_follows_the_monotonic_clock(mock_clock: MockClock) -> None:
    """The wall's time is read once; after that only Trio's clock counts."""
    clock = RunClock(1_000.0)
    mock_clock.jump(5)
    assert clock() == 1_005.0
    assert clock.trio_time(1_007.0) == trio.current_time() + 2


async def test_it_starts_at_the_walls_time() -> None:
    """Without another starting point it is Unix time."""
    assert abs(RunClock()() - time.time()) < 5
