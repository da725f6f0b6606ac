"""Wrong snapshots and news that is never sent: the outcome of a canceled order is read in the records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.simulation.broken import TrustsSnapshot
from tests.simulation.campaign import Campaign, calm
from tests.simulation.schedule import Fault, drawn
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

SEEDS = range(60)
CHANCES = {Fault.CUT_BEFORE_BOOKING: 0.3, Fault.SNAPSHOT_LIES: 1.0, Fault.NEWS_UNTOLD: 0.2, Fault.MUTED: 0.2}


def lying(seed: int) -> Schedule:
    """A world in which nothing else goes wrong."""
    return replace(calm(drawn(seed)), chances=CHANCES)


@for_each(SEEDS)
def test_nothing_is_called_gone_that_is_open(seed: int) -> None:
    """Nor is anything placed twice, lost or left standing."""
    assert Campaign(lying(seed)).carry_out().violations == ()


def test_an_engine_that_trusts_a_snapshot_is_found_out() -> None:
    """It calls orders gone that are open."""
    campaigns = (Campaign(lying(seed), engine=TrustsSnapshot) for seed in SEEDS)
    assert any("cancel" in {kind for kind, _ in campaign.carry_out().violations} for campaign in campaigns)
