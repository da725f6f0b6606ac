"""Running Trio for a command, with or without signals; errors are raised without their groups."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import trio

from runner.errors import ExitCode, Interrupted
from runner.runtime.driver import StopRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator


GARBAGE_AFTER = 50_000
"""Net number of new objects that triggers a garbage collection: those of about a thousand orders."""

SWITCH_S = 0.0002
"""Thread switch interval in seconds, so that the journal's sync overlaps with the preparation of orders.
Preparing them takes less than the default of five milliseconds; the sync would wait for all of that."""


def stop_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that stop a command; SIGHUP stays ignored if it is, as under nohup."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM, *(() if ignored else (signal.SIGHUP,)))


class StopSignals:
    """The signals that stop a command, as requests to stop a run."""

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[StopRequest]]:
        """Return a block in which each signal is a request."""
        with trio.open_signal_receiver(*stop_signals()) as numbers:
            yield _requests(numbers)


async def _requests(numbers: AsyncIterator[int]) -> AsyncIterator[StopRequest]:
    async for number in numbers:
        yield StopRequest(signal.Signals(number).name, ExitCode(128 + number))


def run(main: Callable[[], Awaitable[None]]) -> None:
    """Run a function under Trio. Of an error group, the first error that is no cancellation is raised."""
    try:
        trio.run(_until_a_signal, main)
    except BaseExceptionGroup as group:
        raise (error := first_of(group)) from _group_behind(error, group)


def run_quietly(main: Callable[[], Awaitable[None]]) -> None:
    """Run a function under Trio in any thread, without signal handlers; errors are raised as in ``run``."""
    trio.run(run_ungrouped, main)


async def run_ungrouped(main: Callable[[], Awaitable[None]]) -> None:
    """Await a function. Of an error group, the first error that is no cancellation is raised."""
    try:
        await main()
    except BaseExceptionGroup as group:
        _, errors = group.split(trio.Cancelled)
        if errors is None:
            raise  # The scope that canceled it expects all of them back.
        raise (error := first_of(errors)) from _group_behind(error, group)


def _group_behind(error: BaseException, group: BaseExceptionGroup) -> BaseException:
    """Return the innermost group that an error came out of.

    It stays behind the error: where that was raised among our own functions, only the group knows.
    """
    return error.__cause__ if isinstance(error.__cause__, BaseExceptionGroup) else group


async def _until_a_signal(main: Callable[[], Awaitable[None]]) -> None:
    """Run a function, and interrupt it at a signal. A run that sends orders handles signals itself."""
    with trio.open_signal_receiver(*stop_signals()) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_break_off, signals)
            await main()
            nursery.cancel_scope.cancel()


async def _break_off(signals: AsyncIterator[int]) -> None:
    async for number in signals:
        raise Interrupted("a signal", ExitCode(128 + number))


@contextmanager
def while_sending() -> Iterator[None]:
    """While orders are sent, collect garbage rarely, and switch to the journal's thread sooner.

    A run keeps its objects until its end, so a collection finds nothing and takes a fifth of the time.
    Existing objects are frozen.
    """
    before, interval_s = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, *before[1:])
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(interval_s)
        gc.set_threshold(*before)
        gc.unfreeze()


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first plain error in a group."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
