"""A short version of the measure; the figures of the README take ``python -m tests.review_recall``."""

from __future__ import annotations

import pytest

from tests.review_recall.__main__ import SIZES, main
from tests.review_recall.measuring import false_alarms, verdict

HONEST = 24
MADE = 40


@pytest.mark.parametrize("seed", range(HONEST))
def test_honest_batches_are_left_alone(seed: int) -> None:
    """Ladders, regular buys, rebalances, stops, and all of them together."""
    draft, found = false_alarms(seed, 3, 200)
    assert found.second_looks == (), draft.yaml().decode()


@pytest.mark.parametrize("name", SIZES)
def test_mistakes_are_found(name: str) -> None:
    """As large a part of them as is promised."""
    fewest, most, promised = SIZES[name]
    verdicts = [verdict(seed, fewest, min(most, 100))[0] for seed in range(MADE)]
    missed = [verdict for verdict in verdicts if not verdict.found]
    assert len(missed) <= MADE * (100 - promised) / 100 + 1, missed


def test_a_mistake_is_the_only_thing_that_is_said() -> None:
    """Its neighbours are not blamed for it."""
    for seed in range(20):
        mistake, found = verdict(seed, 20, 60)
        assert {str(look.order) for look in found.second_looks} <= {mistake.order}, mistake


def test_the_command_prints_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """A few of each, and what was missed."""
    main(["--honest", "2", "--mistakes", "3", "--first-seed", "0", "--missed"])
    output = capsys.readouterr().out
    assert "honest batches with a second look: 0 of 2" in output
    assert "20 to 2,000 orders: " in output
