"""Pacing: a run's makespan over the optimum of a sender who knows everything, at an exchange that refuses
whatever goes over the limit. Virtual time, so that nothing is waited for.

``python -m tests.simulation.pacing`` goes through more worlds. Run alone:
``python -m tests.benchmarks.pacer``.
"""

from __future__ import annotations

import argparse

from tests.benchmarks.rows import Row, table
from tests.simulation.pacing import KINDS, run

WORLDS = 20
"""So many for each repeat."""

MEASURED = ("long", "short", "mixed")


def measure(repeats: int) -> list[Row]:
    """The worst ratio of each kind, for the promise is kept in all worlds or not at all."""
    return [_row(kind, WORLDS * repeats) for kind in MEASURED]


def _row(kind: str, worlds: int) -> Row:
    results = [run(kind, seed) for seed in range(worlds)]
    ratios = [result.ratio for result in results]
    refused = sum(result.refused for result in results)
    promise = KINDS[kind][1]
    return Row(
        name=f"pacing: {promise.what}; worst of {worlds}, {refused} refused",
        figure=max(ratios),
        unit="of the optimum",
        spread=(min(ratios), max(ratios)),
        target=promise.ratio,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    print(table(measure(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
