"""A command at a simulated exchange of its own, which is thrown away with the journals at the end.

It is served during each part of the command that waits, in a folder that only this command knows; all else
attaches to it as to any served exchange. So nothing of it mixes with what the state folder keeps.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from runner.errors import InvalidInput
from runner.runtime.storage import temporary_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.kraken import Tier
    from runner.paper import Options
    from runner.runtime.driver import StopSource

    from .stage import Stage

FORGOTTEN: Final = "This is a rehearsal on a simulated exchange of its own: nothing of it is kept."


@asynccontextmanager
async def with_rehearsal(
    target: Target, environ: Mapping[str, str], host: Host, out: Console, tier: Tier
) -> AsyncIterator[tuple[Target, Host]]:
    """Give a target with a folder and an exchange of its own during a block; both as they are without one.

    Raises ``InvalidInput``, ``InvalidBatch`` and ``Unreachable`` for a market that cannot be had.
    """
    if not target.rehearsal.wanted:
        yield target, host
        return
    assert target.venue == "paper", "Kraken has a market of its own"
    from runner.paper import LimitOptions, Options  # noqa: PLC0415

    from .choices import read_choice  # noqa: PLC0415 - most commands rehearse on the standing market
    from .stage import read_stage  # noqa: PLC0415

    choice = read_choice(target.rehearsal)
    stages: list[Stage] = []

    async def read() -> None:
        stages.append(await read_stage(choice, environ, out.note))

    await host.run(read)
    for text in filter(None, (stages[0].words, FORGOTTEN)):
        out.note(text)
    with temporary_folder() as folder:
        options = Options(limits=LimitOptions(tier=tier))
        serving = _ServingHost(host, folder, stages[0], options)
        yield replace(target, state_dir=folder), serving


@asynccontextmanager
async def with_rehearsal_of_all(
    targets: Sequence[Target], environ: Mapping[str, str], host: Host, out: Console, tier: Tier
) -> AsyncIterator[tuple[list[Target], Host]]:
    """As ``with_rehearsal``, for several files on one exchange."""
    if not targets:
        yield [], host
        return
    async with with_rehearsal(targets[0], environ, host, out, tier) as (first, serving):
        yield [replace(target, state_dir=first.state_dir) for target in targets], serving


def refuse_pointless(targets: Sequence[Target], *, offline: bool, saves: bool) -> None:
    """Raise ``InvalidInput`` for a rehearsal that opens no exchange, or whose plan would be saved.

    The account of such a plan is gone before it is applied.
    """
    if not any(target.rehearsal.wanted for target in targets):
        return
    if offline:
        raise InvalidInput("offline there is no exchange, and so no market, speed or balances of its own")
    if saves:
        raise InvalidInput(
            "a plan of a rehearsal cannot be saved: its exchange is thrown away when the command ends",
            details=[
                "Serve the exchange, and plan and apply there: `order-batch paper serve`.",
            ],
        )


class _ServingHost:
    """A host that serves the exchange of a rehearsal while it runs a part that waits."""

    def __init__(self, host: Host, folder: Path, stage: Stage, options: Options) -> None:
        self._host = host
        self._folder = folder
        self._stage = stage
        self._options = options

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run a function to its end, at the exchange."""
        await self._host.run(partial(self._serve_during, main))

    def stops(self) -> Sequence[StopSource]:
        """Return those of the host."""
        return self._host.stops()

    def while_sending(self) -> AbstractContextManager[Any]:
        """Return the block of the host."""
        return self._host.while_sending()

    async def _serve_during(self, main: Callable[[], Awaitable[None]]) -> None:
        from runner.app.access.venues import paper_exchange  # noqa: PLC0415
        from runner.net.clock import RunClock  # noqa: PLC0415

        from .serving import serve_stage  # noqa: PLC0415

        with paper_exchange(self._folder, self._options, self._stage.opening) as paper:
            async with serve_stage(paper, self._stage, RunClock(), self._folder):
                await main()
