"""``python -m tests.soak.exchange``: the exchange of ``paper serve``, for many clients and a long time.

The trading rate counters are off, since twenty clients of one account would be refused nearly everything;
and it forgets early, so that what it keeps by rule is full before memory is looked at.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from runner.app.access.venues import paper_exchange, serve
from runner.batchfile import parse_scenario
from runner.net.clock import RunClock
from runner.paper import Options
from runner.paper.options.options import LimitOptions, RecordOptions

if TYPE_CHECKING:
    from runner.domain import Scenario


def main() -> None:
    """Serve until SIGTERM; a line on standard output says where."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.exchange", description=__doc__)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--scenario", type=Path, required=True)
    parser.add_argument("--kept", type=int, required=True, help="ended orders, and trades, to remember")
    args = parser.parse_args()
    options = Options(
        limits=LimitOptions(enforce_rates=False),
        records=RecordOptions(ended_orders_kept=args.kept, trades_kept=args.kept),
    )
    parsed = parse_scenario(args.scenario.read_bytes(), str(args.scenario))
    assert parsed.scenario is not None, parsed.problems
    trio.run(_serve, args.state_dir, parsed.scenario, options)


async def _serve(state_dir: Path, scenario: Scenario, options: Options) -> None:
    with paper_exchange(state_dir, options) as paper, trio.open_signal_receiver(signal.SIGTERM) as stop:
        async with trio.open_nursery() as nursery:
            where = await nursery.start(partial(serve, paper, RunClock(), None, scenario))
            endpoints = {
                "rest_url": where.rest_url,
                "ws_url": where.ws_url,
                "api_key": paper.credentials.key.reveal(),
                "api_secret": paper.credentials.secret.reveal(),
            }
            sys.stdout.write(json.dumps(endpoints) + "\n")
            sys.stdout.flush()
            async for _ in stop:
                nursery.cancel_scope.cancel()
                return


if __name__ == "__main__":
    main()
