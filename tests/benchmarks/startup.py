"""Start-up: the wait before a command has done anything, in multiples of Python's own.

The command is the wheel in an environment that holds nothing else, and its peer is ``python -c pass`` of that
environment: an editable installation and the plugins of a test environment slow down every interpreter that
starts there, and so flatter the ratio. Each command is a process; what counts is the time on the wall. Beside
it is that of the processor, which a machine with other work disturbs less. Run alone:
``python -m tests.benchmarks.startup``.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.batches import batch_file
from tests.benchmarks.rows import Row, alone, beside, table
from tests.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ORDERS = 20


def measure(repeats: int) -> list[Row]:
    """All commands in turn, ``repeats`` times, after one run of each that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder, "good.yaml"), Path(folder, "bad.yaml")
        good.write_bytes(batch_file(ORDERS))
        bad.write_bytes(batch_file(ORDERS, faulty=frozenset({3, 17})))
        programs = clean_environment(Path(folder))
        order_batch = str(programs / "order-batch")
        commands = {
            "python -c pass": ([str(programs / "python"), "-c", "pass"], 0),
            "--help": ([order_batch, "--help"], 0),
            "good": ([order_batch, "validate", str(good)], 0),
            "bad": ([order_batch, "validate", str(bad)], 3),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for turn in range(repeats + 1):
            for name, (command, code) in commands.items():
                taken = _milliseconds(command, code)
                if turn:
                    found[name].append(taken)
    times = {name: list(zip(*taken, strict=True)) for name, taken in found.items()}
    return [*_rows("", times, 0), *_rows(", processor", times, 1)]


def _rows(suffix: str, times: Mapping[str, Sequence[Sequence[float]]], which: int) -> list[Row]:
    found = {name: measured[which] for name, measured in times.items()}
    peer = "python -c pass"
    return [
        alone(f"{peer}{suffix}", "ms", found[peer]),
        beside(f"--help{suffix}", "ms", found["--help"], peer, found[peer], target=4),
        beside(f"validate, 20 good orders{suffix}", "ms", found["good"], peer, found[peer], target=8),
        beside(f"validate, 2 of 20 orders faulty{suffix}", "ms", found["bad"], peer, found[peer], target=12),
    ]


def clean_environment(folder: Path) -> Path:
    """The programs of a new environment in ``folder`` in which the wheel of this tree is installed."""
    home = folder / "environment"
    venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(wheel, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    install = [*pip, "install", str(next(folder.glob("*.whl")))]
    subprocess.run(install, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return home / "bin"


def _milliseconds(command: list[str], code: int) -> tuple[float, float]:
    """The time of a command on the wall and of the processor."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    taken_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.stderr.decode()
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken_s * 1000, spent_s * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    print(table(measure(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
