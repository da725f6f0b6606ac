"""All benchmarks: a table, its rows as JSON and as markdown, and a picture.

``python -m tests.benchmarks --json benchmark.json --chart .github/benchmark.svg``; the peers are in
their own environments (see ``--help``), and the rows of those that are missing are left out.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import chart, journal, load, pacer, rebalance, startup, wire
from tests.benchmarks.rows import Row, markdown, table


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs behind each median")
    parser.add_argument("--json", type=Path, help="rows as JSON; the table goes beside it as .md")
    parser.add_argument("--chart", type=Path, help="where the picture goes (SVG)")
    parser.add_argument("--from-json", type=Path, help="measure nothing: show what an earlier run wrote")
    wire.add_options(parser)
    chosen = parser.parse_args()
    rows = _read(chosen.from_json) if chosen.from_json else list(_measured(chosen))
    print(table(rows))
    if chosen.json:
        _write(chosen.json, rows)
    if chosen.chart:
        chosen.chart.write_text(chart.draw(rows), "utf-8")


def _measured(chosen: argparse.Namespace) -> Iterator[Row]:
    homes = wire.homes_of(chosen)
    for benchmark in (load, startup, journal, pacer, rebalance):
        yield from benchmark.measure(chosen.repeats)
    yield from wire.measure(chosen.repeats, homes)
    yield from wire.limited(homes)
    yield from wire.memory(min(chosen.repeats, 3))


def _write(path: Path, rows: list[Row]) -> None:
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    content = {"machine": machine, "rows": [dataclasses.asdict(row) | {"kept": row.kept} for row in rows]}
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    path.with_suffix(".md").write_text(markdown(rows), "utf-8")


def _read(path: Path) -> list[Row]:
    rows = json.loads(path.read_text("utf-8"))["rows"]
    names = [field.name for field in dataclasses.fields(Row)]
    return [Row(**{name: row[name] for name in names} | {"spread": tuple(row["spread"])}) for row in rows]


if __name__ == "__main__":
    main()
