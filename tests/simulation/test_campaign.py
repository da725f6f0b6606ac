"""A campaign beside what the seeds show: what it leaves behind."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from tests.simulation.campaign import Campaign
from tests.simulation.schedule import drawn
from tests.support.for_each import for_each

BROKEN_ONCE = (2135, 2578, 5556, 6350, 8273, 8697, 9482, 9922, 10543, 10681, 14294, 15265, 15467, 19133)
BROKEN_ONCE_WAITING = (8439,)
BROKEN_ONCE_WITH_A_SWITCH = (66, 17924)
BROKEN_ONCE_FULL = (2022, 3655, 6531, 6576, 6601, 8977, 10056, 10498, 10540, 10543, 17898)


@for_each([*((n, False) for n in BROKEN_ONCE), *((n, True) for n in BROKEN_ONCE_FULL)])
def test_worlds_in_which_a_promise_was_broken_once(seed: int, full: bool) -> None:
    """Each beyond the seeds of the default run, and by another fault; three of them were duplicates."""
    schedule = replace(drawn(seed, full=full), waits=False, grows=False, dead_man_s=0)
    assert Campaign(schedule).carry_out().violations == ()


@pytest.mark.parametrize("seed", BROKEN_ONCE_WAITING)
def test_worlds_in_which_something_did_not_wait_once(seed: int) -> None:
    """With groups that wait until others are filled."""
    assert Campaign(replace(drawn(seed), waits=True, grows=False, dead_man_s=0)).carry_out().violations == ()


@pytest.mark.parametrize("seed", BROKEN_ONCE_WITH_A_SWITCH)
def test_worlds_in_which_a_switch_was_forgotten_once(seed: int) -> None:
    """It was left armed by a run with nothing to send, and not renewed while figures were awaited."""
    schedule = drawn(seed)
    assert schedule.dead_man_s
    assert Campaign(schedule).carry_out().violations == ()


@pytest.mark.parametrize("seed", range(10))
def test_a_world_that_is_over_is_freed_at_once(seed: int) -> None:
    """Nothing in it holds on to the whole: else worlds would lie about until such rings are looked for."""
    gc.disable()
    try:
        campaign = Campaign(drawn(seed))
        campaign.carry_out()
        remains = [weakref.ref(item) for item in (campaign.site, campaign.time, *campaign.machines)]
        del campaign
        assert [remain for remain in remains if remain() is not None] == []
    finally:
        gc.enable()
