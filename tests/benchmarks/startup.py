"""Start-up: what a person waits for before a command has done anything, in multiples of Python's own.

Each command is a process of its own, in turn with ``python -c pass`` of the same interpreter. What counts
is the time on the wall. Run alone: ``python -m tests.benchmarks.startup``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.batches import batch_file
from tests.benchmarks.rows import Row, alone, beside, table

ORDERS = 20


def measure(repeats: int) -> list[Row]:
    """All commands in turn, ``repeats`` times, after one run of each that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder, "good.yaml"), Path(folder, "bad.yaml")
        good.write_bytes(batch_file(ORDERS))
        bad.write_bytes(batch_file(ORDERS, faulty=frozenset({3, 17})))
        commands = {
            "python -c pass": ([sys.executable, "-c", "pass"], 0),
            "--help": ([*order_batch(), "--help"], 0),
            "good": ([*order_batch(), "validate", str(good)], 0),
            "bad": ([*order_batch(), "validate", str(bad)], 3),
        }
        found: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(repeats + 1):
            for name, (command, code) in commands.items():
                taken_ms = _milliseconds(command, code)
                if turn:
                    found[name].append(taken_ms)
    peer = "python -c pass"
    return [
        alone(peer, "ms", found[peer]),
        beside("--help", "ms", found["--help"], peer, found[peer], target=5),
        beside("validate, 20 good orders", "ms", found["good"], peer, found[peer], target=7),
        beside("validate, 2 of 20 orders faulty", "ms", found["bad"], peer, found[peer], target=13),
    ]


def order_batch() -> list[str]:
    """The command as it is installed beside this interpreter, or the module."""
    installed = shutil.which("order-batch", path=str(Path(sys.executable).parent))
    return [installed] if installed else [sys.executable, "-m", "runner"]


def _milliseconds(command: list[str], code: int) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    taken_s = time.perf_counter() - started
    assert done.returncode == code, done.stderr.decode()
    return taken_s * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    print(table(measure(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
