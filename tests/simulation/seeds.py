"""The seeds of the default test run, in four parts that can run beside each other.

``python -m tests.simulation --seeds N`` goes through as many as one likes.
"""

from __future__ import annotations

from tests.simulation.campaign import carried_out

SEEDS = 2_000
PARTS = 4
CHUNKS = 5
"""Each part is cut in so many tests, so that a failure is seen before all are through."""


def chunks(part: int) -> list[range]:
    """The seeds of a part, in chunks."""
    each = SEEDS // PARTS // CHUNKS
    first = part * each * CHUNKS
    return [range(first + i * each, first + (i + 1) * each) for i in range(CHUNKS)]


def assert_all_promises_are_kept(seeds: range) -> None:
    """No seed breaks any. One that does is to be repeated with ``python -m tests.simulation --seed K``."""
    broken = [(seed, result.violations) for seed in seeds if (result := carried_out(seed)).violations]
    assert broken == []
