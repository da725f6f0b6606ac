"""One ``trio.run`` for a command, whose errors come out as they were raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def run(main: Callable[[], Awaitable[None]]) -> None:
    """Run it. Nurseries wrap errors in groups; the first error that is no cancellation is raised instead."""
    try:
        trio.run(main)
    except BaseExceptionGroup as group:
        # The group stays behind it: where it was raised among our own functions, only the group knows.
        raise first_of(group) from group


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first plain error in a group."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
