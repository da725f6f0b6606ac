"""A simulated exchange that is served with its market: it moves, and is fed, as long as it is served."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import trio

from runner.app.access.venues import PAPER, announce_address, serve
from runner.domain import seconds
from runner.runtime.storage import forget_runs

from .stage import follower_of, movement_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from runner.app.access.venues import PaperExchange
    from runner.domain import Scenario
    from runner.net.clock import RunClock
    from runner.paper.server.serve_options import Listening, PaperEndpoints

    from .stage import Stage


@asynccontextmanager
async def serve_stage(
    paper: PaperExchange,
    stage: Stage,
    clock: RunClock,
    state_dir: Path,
    *,
    listening: Listening | None = None,
    scenario: Scenario | None = None,
) -> AsyncIterator[PaperEndpoints]:
    """Serve an exchange during a block, and announce it to other commands with its state folder.

    A reset forgets the batches of that folder with it.

    Raises ``InvalidInput`` if it cannot listen or does not trade what its market is about.
    """
    exchange = paper.exchange
    opened = clock() + seconds(scenario.clock_skew_s if scenario else 0)
    movement = movement_of(stage, exchange, opened, fresh=paper.fresh)
    exchange.follow(movement)
    feeding = follower_of(stage, movement, exchange)
    async with trio.open_nursery() as nursery:
        forget = partial(forget_runs, state_dir, PAPER)
        where = await nursery.start(partial(serve, paper, clock, listening, scenario, forget=forget))
        if feeding is not None:
            nursery.start_soon(feeding)
        with announce_address(state_dir, where):
            yield where
        nursery.cancel_scope.cancel()
