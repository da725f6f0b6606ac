"""``order-batch paper serve|reset``: the simulated exchange for any v1 client, and forgetting it."""

from __future__ import annotations

import shutil
import signal
from functools import partial
from typing import TYPE_CHECKING

import trio

from runner.errors import ExitCode
from runner.transport.clock import RunClock

from .running import run
from .venues import PAPER, paper_exchange, serve

if TYPE_CHECKING:
    from pathlib import Path

    from runner.report import Output


def paper_serve(state_dir: Path, out: Output) -> ExitCode:
    """Serve until SIGTERM or SIGINT; says where and with which credentials as soon as it listens."""

    async def main() -> None:
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as stop:
            async with trio.open_nursery() as nursery:
                where = await nursery.start(partial(serve, paper, RunClock()))
                out.served(
                    rest_url=where.rest_url,
                    ws_url=where.ws_url,
                    api_key=paper.credentials.key.reveal(),
                    api_secret=paper.credentials.secret.reveal(),
                )
                async for _ in stop:
                    nursery.cancel_scope.cancel()
                    break

    with paper_exchange(state_dir) as paper:
        run(main)
    return ExitCode.DONE


def paper_reset(state_dir: Path, out: Output) -> ExitCode:
    """Forget the simulated exchange and everything that was applied to it; live state is not touched."""
    folder = state_dir / PAPER
    if folder.exists():
        with paper_exchange(state_dir):
            shutil.rmtree(folder)
    out.note(f"{folder}: forgotten")
    return ExitCode.DONE
