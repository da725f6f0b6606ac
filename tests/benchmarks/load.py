"""Reading: 10,000 orders loaded and validated, with the place of each, beside what others need for less.

``yaml.CSafeLoader`` makes plain data of the same file and checks nothing; the parser's events alone are
the lower bound of all users of libyaml. Each run is another process, and its memory is what the
operating system saw at most, less what was there before. Run alone: ``python -m tests.benchmarks.load``.
"""

# ruff: noqa: PLC0415 - each piece of work loads what it needs, so that the memory before it is its own

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.batches import batch_file
from tests.benchmarks.rows import Row, beside, table

ORDERS = 10_000
SAMPLE = 1_000
"""Orders for stock jsonschema, which takes seconds for them."""

Work = Callable[[], object]


# --- one run -----------------------------------------------------------------------------------


def ours() -> Work:
    """The way of a file through ``runner.batchfile.parse``, to a batch with places."""
    from runner.batchfile import parse

    content = batch_file(ORDERS)
    assert parse(batch_file(20), "warm").batch is not None
    return lambda: parse(content, "f").batch or sys.exit("the file is not valid")


def ours_faulty() -> Work:
    """The same with three faulty orders, each explained."""
    from runner.batchfile import parse

    content = batch_file(ORDERS, faulty=frozenset({17, 4_711, 9_998}))
    assert parse(batch_file(20, faulty=frozenset({7})), "warm").problems
    return lambda: len(parse(content, "f").problems) == 3 or sys.exit("three problems were expected")


def c_safe_loader() -> Work:
    """Plain data by PyYAML with libyaml."""
    import yaml

    content = batch_file(ORDERS)
    return lambda: yaml.load(content, Loader=yaml.CSafeLoader)


def events() -> Work:
    """libyaml's events, all ignored."""
    import yaml

    content = batch_file(ORDERS)

    def take_all() -> None:
        take = yaml.CSafeLoader(content).get_event
        while take() is not None:
            pass

    return take_all


def gate() -> Work:
    """Our rules on a document that is read already."""
    from runner.batchfile.schema.schema import schema_faults
    from runner.batchfile.yaml.reader import read

    document = read(batch_file(SAMPLE).decode()).root
    schema_faults(read(batch_file(20).decode()).root)
    return lambda: schema_faults(document) and sys.exit("the document is not valid")


def stock_jsonschema() -> Work:
    """The same schema on the same document, numbers as text, by jsonschema as it comes."""
    from jsonschema import Draft202012Validator

    from runner.batchfile import load_schema
    from runner.batchfile.yaml.reader import read

    document: Any = read(batch_file(SAMPLE).decode()).root
    document["version"] = 1
    validator = Draft202012Validator(load_schema("batch"))
    return lambda: validator.is_valid(document) or sys.exit("the document is not valid")


WORKS = {work.__name__: work for work in (ours, ours_faulty, c_safe_loader, events, gate, stock_jsonschema)}


def one_run(name: str) -> dict[str, float]:
    """Seconds of processor time, and MiB at most beyond those before, of one piece of work."""
    work = WORKS[name]()
    gc.collect()
    before = _peak_mib()
    started = time.process_time()
    result = work()
    seconds = time.process_time() - started
    del result
    return {"seconds": seconds, "mib": _peak_mib() - before}


def _peak_mib() -> float:
    """The most memory of this program so far. ``ru_maxrss`` would count what it was started from."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# --- all of them -------------------------------------------------------------------------------


def measure(repeats: int) -> list[Row]:
    """Every piece of work in turn, ``repeats`` times."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in WORKS}
    for _ in range(repeats):
        for name in WORKS:
            runs[name].append(_in_a_process(name))
    seconds = {name: [run["seconds"] for run in found] for name, found in runs.items()}
    mib = {name: [run["mib"] for run in found] for name, found in runs.items()}
    loader, floor, stock = "yaml.CSafeLoader", "libyaml's events alone", "jsonschema"
    unit, peers, theirs = "s", seconds["c_safe_loader"], seconds["stock_jsonschema"]
    return [
        beside("read and validate 10,000 orders", unit, seconds["ours"], loader, peers, target=0.3),
        beside("memory for it", "MiB", mib["ours"], loader, mib["c_safe_loader"], target=0.3),
        beside("read and validate 10,000 orders", unit, seconds["ours"], floor, seconds["events"]),
        beside("the same with three faulty orders", unit, seconds["ours_faulty"], loader, peers),
        beside("the schema alone on 1,000 orders", unit, seconds["gate"], stock, theirs, target=0.05),
    ]


def _in_a_process(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.load", "--run", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Print the table, or the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--run", choices=sorted(WORKS), help="one run, in this process")
    wanted = parser.parse_args()
    print(json.dumps(one_run(wanted.run)) if wanted.run else table(measure(wanted.repeats)))


if __name__ == "__main__":
    main()
