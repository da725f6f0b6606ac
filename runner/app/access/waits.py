"""Work that may take long: its wait is reported soon, and then every ten seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import trio

from runner.errors import OrderBatchError
from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    T = TypeVar("T")

SAY_AFTER_S: Final = 1.5
"""Minimum duration of a wait that is reported."""

SAY_EVERY_S: Final = 10.0


async def announce_wait(
    work: Awaitable[T], say: Callable[[str], None], what: str, doing: Callable[[], str] = lambda: ""
) -> T:
    """Await some work, and report the wait. ``doing`` describes its progress."""
    done: list[T] = []
    failure: OrderBatchError | AccessFailed | None = None
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_keep_saying, say, what, doing)
        try:
            done.append(await work)
        except (OrderBatchError, AccessFailed) as error:
            failure = error  # raised again outside of the nursery, which would wrap it
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return done[0]


async def _keep_saying(say: Callable[[str], None], what: str, doing: Callable[[], str]) -> None:
    await trio.sleep(SAY_AFTER_S)
    while True:
        how_far = doing()
        say(f"Waiting for {what} ({how_far})." if how_far else f"Waiting for {what}.")
        await trio.sleep(SAY_EVERY_S)
