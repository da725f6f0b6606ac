"""Saved plans in worlds drawn from seeds: the look that a plan was made after bounds the look of its run.

The file is applied on other machines before and after the plan is made, orders end at any time, and the
records lag. A run of the plan on a machine without a journal places nothing that was placed.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import pytest

from runner.execution import first_look, preview_look_up
from runner.journal import Ledger
from runner.paper import LimitOptions, Options
from runner.paper.options.options import RestOptions
from runner.planning import Admission, EmptyLook, plan
from tests.execution.builders import batch, group, order
from tests.simulation.querying import looked_up
from tests.simulation.schedule import LAG_MAX_S
from tests.simulation.world import OWNER, World, exchange_of
from tests.support.virtual_run import Killed

if TYPE_CHECKING:
    from runner.domain import Batch

SEEDS = 75
KINDS: tuple[dict[str, str | None], ...] = (
    {},
    {"ordertype": "market", "price": None},
    {"close": "{ordertype: limit, price: 160}"},
    {"timeinforce": "IOC", "price": "90"},
)
PAUSES_S = (0.0, 3.0, 20.0, 70.0, 4000.0, 90_000.0)
QUIET_S = LAG_MAX_S + 1.0
"""No order ends without a trace within this time before a run: then nothing at the exchange shows it."""


@dataclass
class Story:
    """The events of one world. ``hidden``: the plan's look missed an order that was placed before."""

    chance: Random

    def __post_init__(self) -> None:
        lag_s = self.chance.choice((0.0, 5.0, LAG_MAX_S))
        rest = RestOptions(lag_s=lag_s, open_orders_lag_s=self.chance.choice((0.0, lag_s)))
        options = Options(limits=LimitOptions(enforce_rates=False), rest=rest)
        self.world = World(exchange_of(options), seed=self.chance.randrange(2**32))
        kinds = self.chance.choices(KINDS, k=self.chance.randint(1, 3))
        orders = (order(f"o{number}", **kind) for number, kind in enumerate(kinds))
        self.file: Batch = batch(group("one", *orders))

    def carry_out(self) -> None:
        """Apply the file perhaps, save a plan, apply the file perhaps, and carry out the plan."""
        world = self.world
        self._perhaps_apply(0.6)
        world.journal = []
        placed = set(world.booked())
        admission = self._save_plan()
        self.bounded = admission.look is not None
        self.hidden = self.bounded and bool(placed)
        self._pause()
        self._perhaps_apply(0.3)
        world.now += QUIET_S
        world.journal, world.looks = [], []
        self.manifest = world.apply(self.file, admission=admission)
        if self.bounded:
            assert all(look.since for look in world.looks), "the look is bounded"

    def _save_plan(self) -> Admission:
        """Look through the account as ``plan --out`` does, without a journal."""
        world, found = self.world, plan(self.file, Ledger(), run_key="", venue="paper")
        began_at, look = float(int(world.now)), first_look(found)
        assert look is not None
        nothing = preview_look_up(found, looked_up(look, world.ask), world.now) == ({}, {})
        empty = EmptyLook(began_at, str(OWNER.account), OWNER.exchange)
        return Admission("f" * 64, world.now, empty if nothing else None)

    def _perhaps_apply(self, share: float) -> None:
        """Apply the file on another machine, which may be killed, and let some of its orders end."""
        if self.chance.random() > share:
            return
        world = self.world
        world.journal = []
        world.kill_at = self.chance.choice((None, world.points + self.chance.randint(8, 30)))
        with contextlib.suppress(Killed):
            world.apply(self.file)
        world.kill_at = None
        self._pause()
        for txid in [*world.exchange.state().live]:
            if self.chance.random() < 0.7:
                world.exchange.end_order(txid, "User requested", world.now)
        self._pause()

    def _pause(self) -> None:
        self.world.now += self.chance.choice(PAUSES_S)
        self.world.exchange.advance(self.world.now)


@pytest.mark.parametrize("first", [0, pytest.param(SEEDS, marks=pytest.mark.long)])
def test_a_bounded_look_finds_all_that_was_placed(first: int) -> None:
    """Before the plan and hidden by the lag of the records, or after it: nothing is placed twice."""
    bounded = hidden = 0
    for seed in range(first, first + SEEDS):
        story = Story(Random(seed))
        story.carry_out()
        twice = [id for id, count in Counter(story.world.booked()).items() if count > 1]
        assert not twice, f"seed {seed}: placed twice: {twice}"
        bounded, hidden = bounded + story.bounded, hidden + story.hidden
    assert bounded > SEEDS / 4, "most plans are made of orders that were never placed"
    assert hidden > SEEDS / 50, "in some worlds the lag hides what was placed"
