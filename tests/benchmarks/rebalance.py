"""Rebalancing: each currency that the simulated exchange has for dollars, from start to exit.

The exchange is another process on loopback; the command reads pairs, prices, balances, open orders, fees
and the key there, and writes the batch. Its peer is the same command from the snapshot that the first has
kept, so that the difference is the look. Runs take turns.
Run alone: ``python -m tests.benchmarks.rebalance``.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from runner.domain import CURRENCY
from runner.paper.state.instruments import INSTRUMENTS
from tests.app.shell import environment, served
from tests.benchmarks.rows import Row, alone, beside, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

QUOTE = "USD"
SHARE_PERCENT = 3
LIMIT_MS = 1000
UNCOUNTED = ("--option", "rest.enforce_rates=false")
"""The call counter would make runs one after the other wait, which is not the usual case."""


def targets() -> tuple[int, str]:
    """Return how many currencies there are, and a file that wants as much of each of them."""
    pairs = INSTRUMENTS.values()
    names = [pair.base for pair in pairs if (pair.quote, pair.asset_class) == (QUOTE, CURRENCY)]
    weights = ", ".join(f"{name}: {SHARE_PERCENT}%" for name in names)
    lines = [
        *("version: 1", "name: many", f"quote: {QUOTE}", f"weights: {{{weights}}}"),
        f"cash: {{target: {100 - SHARE_PERCENT * len(names)}%}}",
        "band: {absolute: 1%, relative: 25%, to: half}",
        "price: {from: mid, offset: 0.1%}",
    ]
    return len(names), "\n".join(lines) + "\n"


def measure(repeats: int) -> list[Row]:
    """Both commands in turn, after one run of each that is not counted."""
    count, text = targets()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "targets.yaml").write_text(text, "utf-8")
        with served(folder / "exchange", *UNCOUNTED) as exchange:
            variables = environment(**exchange.environment)
            live = ["--venue", "kraken", "--tier", "pro", "--save-snapshot", "snapshot.json"]
            offline = ["--snapshot", "snapshot.json"]
            found: dict[str, list[tuple[float, float]]] = {"live": [], "offline": []}
            for turn in range(repeats + 1):
                for kind, options in (("live", live), ("offline", offline)):
                    taken = _milliseconds(options, folder, variables)
                    if turn:
                        found[kind].append(taken)
                (folder / "snapshot.json").unlink()
    wall, processor = ([[taken[at] for taken in found[kind]] for kind in found] for at in (0, 1))
    what = f"rebalance, {count} currencies"
    return [
        beside(what, "ms", wall[0], "from a snapshot", wall[1]),
        alone(f"{what}, processor", "ms", processor[0], target=LIMIT_MS),
    ]


def _milliseconds(options: Sequence[str], folder: Path, variables: Mapping[str, str]) -> tuple[float, float]:
    """The time of a command on the wall and of the processor."""
    command = [sys.executable, "-m", "runner", "rebalance", "targets.yaml", "--out", "batch.yaml", *options]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    taken_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    (folder / "batch.yaml").unlink()
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken_s * 1000, spent_s * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    print(table(measure(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
