"""The run's clock."""

import time

import trio
from trio.testing import MockClock

from runner.net.clock import RunClock


async def test_time_follows_the_monotonic_clock(mock_clock: MockClock) -> None:
    """The wall's time is read once; after that only Trio's clock counts."""
    clock = RunClock(1_000.0)
    mock_clock.jump(5)
    assert clock() == 1_005.0
    assert clock.trio_time(1_007.0) == trio.current_time() + 2


async def test_a_clock_that_is_set_is_noticed_once_and_moves_no_deadline() -> None:
    """Forward, back, and by a sleep of the machine; that time passes is no jump."""
    now = {"wall": 5_000.0, "steady": 100.0}
    clock = RunClock(wall=lambda: now["wall"], steady=lambda: now["steady"])
    started = clock()
    for wall, steady, jumped in (
        (10, 10, None),
        (300, 0, 300),
        (0, 0, None),
        (-299, 1, -300),
        (0.5, 0, None),
    ):
        now["wall"] += wall
        now["steady"] += steady
        assert clock.jump() == jumped
    assert clock() - started < 1


async def test_it_starts_at_the_walls_time() -> None:
    """Without another starting point it is Unix time."""
    assert abs(RunClock()() - time.time()) < 5
