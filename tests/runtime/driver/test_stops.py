"""Requests to stop: the first is reported, the second ends the run where it is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import trio

from runner.errors import ExitCode, Stopped
from runner.execution import StopRequested
from runner.runtime.driver import StopRequest
from runner.runtime.driver.stops import listen_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@dataclass
class Source:
    """A source of so many requests."""

    requests: int

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[StopRequest]]:
        yield self._requests()

    async def _requests(self) -> AsyncIterator[StopRequest]:
        for _ in range(self.requests):
            await trio.lowlevel.checkpoint()
            yield StopRequest("why", ExitCode.TERMINATED)


@pytest.mark.parametrize("requests", [0, 1])
async def test_the_first_request_is_reported(requests: int) -> None:
    """A source may end without any."""
    reported: list[StopRequested] = []

    async def report(event: StopRequested) -> None:
        reported.append(event)

    await listen_to(Source(requests), report)
    assert reported == [StopRequested("why")] * requests


async def test_the_second_request_stops_at_once_even_if_the_first_is_not_taken() -> None:
    """As in a run that hangs."""

    async def report(_: StopRequested) -> None:
        await trio.sleep_forever()

    with trio.fail_after(60), pytest.RaisesGroup(Stopped) as caught:
        await listen_to(Source(2), report)
    assert caught.value.exceptions[0].exit_code is ExitCode.TERMINATED
