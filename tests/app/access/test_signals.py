"""One ``trio.run``, whose errors come out as they were raised."""

from __future__ import annotations

import gc
import signal
import sys

import pytest
import trio

from runner.app.access.signals import GARBAGE_AFTER, SWITCH_S, first_of, run, stop_signals, while_sending
from runner.errors import Locked, Refused


async def fail(error: BaseException) -> None:
    """Fail, after all others have begun."""
    await trio.lowlevel.checkpoint()
    raise error


def test_error_in_nested_nurseries_comes_out_plain() -> None:
    """Nurseries wrap; whoever calls sees the error itself, with the group behind it for a traceback."""
    error = Refused("no")

    async def main() -> None:
        async with trio.open_nursery() as outer:
            outer.start_soon(trio.sleep_forever)
            async with trio.open_nursery() as inner:
                inner.start_soon(fail, error)

    with pytest.raises(Refused) as caught:
        run(main)
    assert caught.value is error
    assert isinstance(caught.value.__cause__, BaseExceptionGroup)


def test_interrupt_comes_out_plain() -> None:
    """Ctrl-C inside a nursery is still Ctrl-C."""

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail, KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        run(main)


def test_a_hang_up_stops_as_well_unless_it_is_ignored() -> None:
    """Under nohup the signal is ignored, and so it is here."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        assert set(stop_signals()) == {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        assert set(stop_signals()) == {signal.SIGINT, signal.SIGTERM}
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_goes_well_ends_well() -> None:
    """Nothing is raised where nothing was."""
    done = []

    async def main() -> None:
        await trio.lowlevel.checkpoint()
        done.append(True)

    run(main)
    assert done == [True]


def test_first_of_several_errors_is_taken() -> None:
    """Groups in groups, in order."""
    first, second = Locked("first"), Refused("second")
    inner = BaseExceptionGroup("inner", [first, second])
    assert first_of(BaseExceptionGroup("outer", [inner, Refused("third")])) is first


def test_the_interpreter_is_as_before_when_the_run_is_over() -> None:
    """Even when it ended badly."""
    gc.unfreeze()  # what the tests themselves have set aside
    before = gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()
    with pytest.raises(OSError, match="broke"), while_sending():
        _break_off()
    assert (gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()) == before


def _break_off() -> None:
    assert gc.get_threshold()[0] == GARBAGE_AFTER
    assert gc.get_freeze_count() > 0
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
    raise OSError("broke")
