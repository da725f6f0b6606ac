"""The program that a recipe runs in: a command that has the process to itself, or somebody else's program.

A recipe reads files as plain code and awaits only ``Host.run``, which carries out what needs the exchange.
Trio is loaded by the first such part, so that what opens no connection does not wait for it.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from contextlib import AbstractContextManager

    from runner.runtime.driver import StopSource

    T = TypeVar("T")


class Host(Protocol):
    """The way to run the parts of a recipe that wait, and what they may do to the process."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run it to its end. Errors come out as they were raised, in no group."""

    def stops(self) -> Sequence[StopSource]:
        """Return what requests to stop a run which sends orders."""
        ...

    def while_sending(self) -> AbstractContextManager[None]:
        """Return a block in which the process may be tuned for sending."""
        ...


class OwnProcess:
    """A process that does nothing else: it starts Trio, obeys signals, and tunes the interpreter."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Start Trio for it, and break it off at a signal."""
        from .access.signals import run  # noqa: PLC0415

        run(main)

    def stops(self) -> Sequence[StopSource]:
        """Return the signals that end a process."""
        from .access.signals import StopSignals  # noqa: PLC0415

        return (StopSignals(),)

    def while_sending(self) -> AbstractContextManager[None]:
        """Return a block with rare garbage collections and quick thread switches."""
        from .access.signals import while_sending  # noqa: PLC0415

        return while_sending()


class _Guest:
    """A part of a program that has its own signals and settings: they are left alone."""

    def stops(self) -> Sequence[StopSource]:
        """Return none."""
        return ()

    def while_sending(self) -> AbstractContextManager[None]:
        """Return a block that changes nothing."""
        return nullcontext()


class TrioProgram(_Guest):
    """A program that runs under Trio and awaits the recipe; its cancel scopes and timeouts hold."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Await it."""
        from .access.signals import ungrouped  # noqa: PLC0415

        await ungrouped(main)


class PlainProgram(_Guest):
    """A program without Trio, in any of its threads."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Start Trio for it, without a signal handler."""
        from .access.signals import run_quietly  # noqa: PLC0415

        run_quietly(main)


def finished(recipe: Coroutine[Any, Any, T]) -> T:
    """Return what a recipe returns whose host is no Trio program: it never waits for a loop outside."""
    try:
        recipe.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    recipe.close()
    raise AssertionError("only a Trio program can be waited for")
