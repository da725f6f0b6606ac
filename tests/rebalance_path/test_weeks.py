"""Ten weeks of rebalances from a repository, with what goes wrong in between; fifty in the long run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.app.shell import added, served

from .exchange import Steered
from .repository import Repository
from .weeks import TARGETS, Trouble, Weeks

if TYPE_CHECKING:
    from pathlib import Path

TEN = (
    Trouble.NONE,
    Trouble.KILLED_WAITING,
    Trouble.REJECTED,
    Trouble.OUTDATED,
    Trouble.SAME_STATE,
    Trouble.UNFILLED,
    Trouble.OTHER_MACHINE,
    Trouble.KILLED_AT_ONCE,
    Trouble.REJECTED,
    Trouble.NONE,
)


def live(folder: Path, troubles: tuple[Trouble, ...], seed: int) -> Weeks:
    """Live through weeks; nothing is placed twice, and every batch has a bundle that verifies."""
    book = folder / "exchange"
    repository = Repository.new(folder, {"targets.yaml": TARGETS, "batches/.gitkeep": ""})
    # Weeks pass within seconds here: the call counter of the key would not have filled up in them.
    with (
        served(book, "--option", "rest.calls_max=1000000") as exchange,
        Steered.at(exchange.environment["KRAKEN_SPOT_URL"]) as steered,
    ):
        weeks = Weeks(
            repository=repository,
            exchange=steered,
            variables=exchange.environment,
            state=folder / "state",
            rng=random.Random(seed),
        )
        for number, trouble in enumerate(troubles):
            weeks.week(number, trouble)
    ids = [order["cl_ord_id"] for order in added(book)]
    assert len(ids) == len(set(ids))
    return weeks


def test_ten_weeks_end_inside_the_bands_and_nothing_is_placed_twice(tmp_path: Path) -> None:
    """Killed, rejected, not filled, with a second runner: the next try of the week puts it right."""
    weeks = live(tmp_path, TEN, seed=7)
    assert len(weeks.bundles) >= len(TEN)


@pytest.mark.long
def test_fifty_weeks(tmp_path: Path) -> None:
    """Each with a trouble that was drawn."""
    rng = random.Random(50)
    live(tmp_path, tuple(rng.choice(list(Trouble)) for _ in range(50)), seed=51)
