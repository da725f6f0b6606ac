"""Time is passed over where nothing else can happen, and nowhere else."""

from __future__ import annotations

import time

import pytest
import trio

from runner.net.clock import RunClock
from tests.support.skipped_waits import QUIET_S, skip_waits

HOUR_S = 3600.0


@pytest.fixture(autouse=True)
def _skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are passed over in each test here."""
    skip_waits(monkeypatch)


def test_an_hour_is_over_at_once_and_every_clock_says_so() -> None:
    """Also in the next run, whose clock begins where this one ended."""

    async def wait() -> None:
        began, clock = trio.current_time(), RunClock()
        with trio.move_on_after(HOUR_S):
            await trio.sleep_forever()
        assert trio.current_time() - began >= HOUR_S
        assert clock() - wall >= HOUR_S
        assert clock.jump() is None

    really, wall = time.monotonic(), time.time()
    trio.run(wait)
    assert time.monotonic() - really < HOUR_S / 2
    assert time.time() - wall >= HOUR_S
    trio.run(wait)


def test_deadlines_are_met_in_their_order() -> None:
    """The clock stops at each of them."""
    ended: list[float] = []

    async def wait(seconds: float) -> None:
        with trio.move_on_after(seconds):
            await trio.sleep_forever()
        ended.append(seconds)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for seconds in (30.0, 10.0, 20.0):
                nursery.start_soon(wait, seconds)

    trio.run(main)
    assert ended == [10.0, 20.0, 30.0]


def test_nothing_is_passed_over_while_a_thread_works() -> None:
    """A journal may take its time: the deadline of what waits for it is not reached by that."""

    async def main() -> None:
        began = trio.current_time()
        with trio.move_on_after(HOUR_S):
            await trio.to_thread.run_sync(time.sleep, 2 * QUIET_S)
        assert trio.current_time() - began < HOUR_S / 2

    trio.run(main)


def test_what_is_on_its_way_arrives_before_a_deadline() -> None:
    """A frame on a socket, which comes within no time of the loop's own."""

    async def main() -> None:
        ours, theirs = trio.socket.socketpair()
        with ours, theirs, trio.fail_after(HOUR_S):
            for number in range(100):
                await theirs.send(bytes([number]))
                assert await ours.recv(1) == bytes([number])

    trio.run(main)
