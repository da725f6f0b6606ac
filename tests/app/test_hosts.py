"""The programs that a recipe runs in: who starts Trio, what comes out of it, and what is left alone."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

import pytest
import trio

from runner.app.access.signals import StopSignals
from runner.app.hosts import OwnProcess, PlainProgram, TrioProgram, result_without_loop
from runner.errors import Refused

if TYPE_CHECKING:
    from runner.app.access.signals import StopSignals
from runner.app.hosts import Host

PROGRAMS = pytest.mark.parametrize("host", [OwnProcess(), PlainProgram()])


async def recipe(host: Host, found: list[str]) -> int:
    """A recipe that waits inside of its host alone."""

    async def main() -> None:
        await trio.lowlevel.checkpoint()
        found.append("waited")

    await host.run(main)
    return 7


async def fail_in_a_nursery() -> None:
    """Raise what a nursery wraps."""
    async with trio.open_nursery():
        raise Refused("no")


@PROGRAMS
def test_a_program_without_trio_gets_the_result(host: Host) -> None:
    """The recipe is done when the call returns."""
    found: list[str] = []
    assert result_without_loop(recipe(host, found)) == 7
    assert found == ["waited"]


@PROGRAMS
def test_errors_come_out_plain(host: Host) -> None:
    """Nurseries wrap them."""
    with pytest.raises(Refused):
        result_without_loop(host.run(fail_in_a_nursery))


async def test_a_trio_program_awaits_it() -> None:
    """In the loop that it has already, and with plain errors."""
    found: list[str] = []
    assert await recipe(TrioProgram(), found) == 7
    assert found == ["waited"]
    with pytest.raises(Refused):
        await TrioProgram().run(fail_in_a_nursery)


async def test_a_timeout_of_the_program_around_holds() -> None:
    """A cancellation reaches its own scope."""

    async def forever() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            nursery.start_soon(trio.sleep_forever)

    with trio.move_on_after(0) as scope:
        await TrioProgram().run(forever)
    assert scope.cancelled_caught


async def test_an_error_counts_more_than_a_cancellation() -> None:
    """Both come out together."""

    async def fails_when_canceled() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            try:
                await trio.sleep_forever()
            finally:
                raise Refused("no")

    with pytest.raises(Refused), trio.move_on_after(0):
        await TrioProgram().run(fails_when_canceled)


def test_a_guest_works_in_any_thread() -> None:
    """Only the main thread may listen to signals."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(result_without_loop(recipe(PlainProgram(), []))))
    thread.start()
    thread.join(5)
    assert found == [7]


@pytest.mark.parametrize("host", [PlainProgram(), TrioProgram()])
def test_a_guest_leaves_the_process_alone(host: Host) -> None:
    """No signal, and no setting of the interpreter."""
    before = gc.get_threshold(), sys.getswitchinterval()
    with host.while_sending():
        assert (gc.get_threshold(), sys.getswitchinterval()) == before
    assert host.stops() == ()


def test_the_own_process_obeys_signals() -> None:
    """And is tuned while orders are sent."""
    before = sys.getswitchinterval()
    with OwnProcess().while_sending():
        assert sys.getswitchinterval() < before
    assert [type(source) for source in OwnProcess().stops()] == [StopSignals]


def test_a_recipe_that_waits_outside_is_a_mistake() -> None:
    """Nothing would ever resume it."""
    with pytest.raises(AssertionError):
        result_without_loop(recipe(TrioProgram(), []))
