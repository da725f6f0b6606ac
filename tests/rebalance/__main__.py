"""Random portfolios against the specification: ``python -m tests.rebalance --seeds 20000``, or ``--seed K``.

Prints how many were seen, and of those that traded the share that trades again at once after all fills, by
destination. ``edge`` is no destination of a file; it shows why. Odd portfolios have orders that are cut, kept
or refused, and buys that lack money: the next run goes on with them. Exits with 1 on any violation, or where
one in a hundred of the usual ones trades again.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tests.rebalance.campaign import EDGE, Totals, compiled, run
from tests.rebalance.worlds import DESTINATIONS, draw, targets_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run some seeds, or show one."""
    parser = argparse.ArgumentParser(prog="python -m tests.rebalance", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many portfolios")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--seed", type=int, help="show this one, with what follows")
    wanted = parser.parse_args(arguments)
    totals = Totals()
    if wanted.seed is not None:
        run(wanted.seed, totals)
        world = draw(wanted.seed)
        say(f"{world}\n\n{targets_text(world)}\n{compiled(world)}")
    else:
        began = time.perf_counter()
        for seed in range(wanted.first_seed, wanted.first_seed + wanted.seeds):
            run(seed, totals)
        report(totals, time.perf_counter() - began)
    for violation in totals.violations[:SHOWN]:
        say(violation)
    say(f"violations: {len(totals.violations)}")
    return 0 if totals.good else 1


def report(totals: Totals, seconds: float) -> None:
    """Print the figures."""
    say(f"portfolios: {totals.worlds:,} ({totals.worlds / seconds:.0f} a second)")
    say(f"refused: {totals.refused:,}, within their bands: {totals.within:,}")
    say(f"outside of them without an order: {totals.blocked:,}")
    traded = sum(count for (_, to), count in totals.traded.items() if to != EDGE)
    say(f"traded: {traded:,}, with {totals.orders:,} orders")
    for usual in (True, False):
        for to in (*DESTINATIONS, EDGE):
            counts = f"{totals.again[usual, to]:,} of {totals.traded[usual, to]:,}"
            kind = "usual" if usual else "odd"
            say(f"{kind}, to {to}: {counts} trade again at once ({totals.share(usual, to):.2f} %)")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
