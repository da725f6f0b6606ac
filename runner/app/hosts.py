"""The host of a recipe: a command that has the process to itself, or somebody else's program.

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
    """The host of a recipe: it runs the parts that wait, and says what they may do to the process."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run a function to its end. Errors are raised without their groups."""

    def stops(self) -> Sequence[StopSource]:
        """Return the sources of requests to stop a run that sends orders."""
        ...

    def while_sending(self) -> AbstractContextManager[None]:
        """Return a block in which the process may be tuned for sending."""
        ...


class OwnProcess:
    """A process that does nothing else: it starts Trio, obeys signals, and tunes the interpreter."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run a function under Trio, and interrupt it at a signal."""
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
    """A program with its own signals and settings, which are left alone."""

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
        from .access.signals import run_ungrouped  # noqa: PLC0415

        await run_ungrouped(main)


class PlainProgram(_Guest):
    """A program without Trio, in any of its threads."""

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run a function under Trio, without signal handlers."""
        from .access.signals import run_quietly  # noqa: PLC0415

        run_quietly(main)


def result_without_loop(recipe: Coroutine[Any, Any, T]) -> T:
    """Return the result of a recipe whose host is not a Trio program: it never waits for an outer loop."""
    try:
        recipe.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    recipe.close()
    raise AssertionError("only a Trio program can be waited for")
