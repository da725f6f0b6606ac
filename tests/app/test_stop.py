"""The stop of a run by the program that called it: from any thread, until the run listens for itself."""

from __future__ import annotations

import threading

import pytest
import trio
import trio.testing

from runner.app.stop import Stop, unless_stopped
from runner.errors import ExitCode, Interrupted


async def test_a_request_of_another_thread_wakes_all_who_wait() -> None:
    """And whoever waits later does not wait at all."""
    stop = Stop()
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stop.wait)
            nursery.start_soon(stop.wait)
            await trio.testing.wait_all_tasks_blocked()
            thread = threading.Thread(target=stop.request)
            thread.start()
        await stop.wait()
    thread.join(60)
    assert stop.requested


def test_a_request_after_the_loop_has_ended_is_no_mistake() -> None:
    """A program need not know that its run is over."""
    stop = Stop()

    async def give_up() -> None:
        with trio.move_on_after(0):
            await stop.wait()

    trio.run(give_up)
    stop.request()
    assert stop.requested


async def test_a_run_is_stopped_once() -> None:
    """A second request is no order to break it off."""
    stop = Stop()
    stop.request()
    stop.request()
    with stop.listen() as requests:
        received = [(request.reason, request.exit_code) async for request in requests]
    assert received == [("stopped by the program", ExitCode.INTERRUPTED)]


async def test_what_comes_before_a_run_is_broken_off() -> None:
    """Nothing is under way that has to be brought to an end."""
    stop = Stop()

    async def main(_: trio.CancelScope) -> None:
        stop.request()
        await trio.sleep_forever()

    with trio.fail_after(60), pytest.RaisesGroup(Interrupted):
        await unless_stopped(stop, main)


async def test_a_run_that_listens_for_itself_is_left_alone() -> None:
    """It brings itself to an end."""
    stop = Stop()
    ended = False

    async def main(watching: trio.CancelScope) -> None:
        nonlocal ended
        watching.cancel()
        stop.request()
        await trio.testing.wait_all_tasks_blocked()
        ended = True

    with trio.fail_after(60):
        await unless_stopped(stop, main)
    assert ended
