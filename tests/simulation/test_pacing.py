"""Runs of every kind against the optimum; ``python -m tests.simulation.pacing`` makes more."""

from __future__ import annotations

import pytest

from runner.kraken import LIMITS, Tier
from tests.simulation.pacing import KINDS, Result, best, broken, main, run

SEEDS = {"long": range(3), "short": range(6), "mixed": range(6), "foreign": range(3), "stepped": range(3)}
FIRST = [(kind, seed) for kind in KINDS for seed in SEEDS[kind][:1]]
OTHERS = [(kind, seed) for kind in KINDS for seed in SEEDS[kind][1:]]


@pytest.mark.parametrize(("kind", "seed"), FIRST)
def test_every_promise_is_kept(kind: str, seed: int) -> None:
    """Near the optimum, nothing lost, and nothing refused where no one else trades."""
    assert not broken(run(kind, seed))


@pytest.mark.long
@pytest.mark.parametrize(("kind", "seed"), OTHERS)
def test_every_promise_is_kept_from_other_seeds(kind: str, seed: int) -> None:
    """The same, with other moments and sizes."""
    assert not broken(run(kind, seed))


def test_a_broken_promise_is_reported() -> None:
    """Each by itself."""
    bad = Result(kind="long", seed=7, ratio=1.2, refused=3, lost=1, orders=300, seconds=1)
    assert broken(bad) == [
        "long 7 took 1.2000 of the optimum",
        "long 7 was refused 3 times",
        "long 7 lost 1 orders",
    ]


def test_the_best_of_all_schedules() -> None:
    """Worked by hand: nothing to wait for; a full pair; an order that is cheaper to cancel in a while."""
    starter = LIMITS[Tier.STARTER]
    assert best(starter, [200], 10, 10) == 0
    assert best(starter, [400], 60, 10) == pytest.approx(10, abs=1e-4)
    # The pair is full; at an age of 15 s the cancellation costs four, which have been forgotten by then.
    assert best(starter, [10], 61, 0) == pytest.approx(5, abs=1e-4)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A table with a row for each kind."""
    assert main(["--seeds", "1", "--kind", "short"]) == 0
    assert "40 orders beyond the burst" in capsys.readouterr().out
