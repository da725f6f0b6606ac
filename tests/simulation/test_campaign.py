"""A campaign beside what the seeds show: what it leaves behind."""

from __future__ import annotations

import gc
import weakref

import pytest

from tests.simulation.campaign import Campaign
from tests.simulation.schedule import drawn


@pytest.mark.parametrize("seed", range(10))
def test_a_world_that_is_over_is_freed_at_once(seed: int) -> None:
    """Nothing in it holds on to the whole: else worlds would lie about until such rings are looked for."""
    gc.disable()
    try:
        campaign = Campaign(drawn(seed))
        campaign.carry_out()
        remains = [weakref.ref(one) for one in (campaign.site, campaign.time, *campaign.machines)]
        del campaign
        assert [one for one in remains if one() is not None] == []
    finally:
        gc.enable()
