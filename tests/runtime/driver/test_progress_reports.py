"""Waits are reported to observers of a run too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import trio

from runner.execution import Execution, Timing
from runner.journal import Ledger
from runner.kraken import Reqids
from runner.net.clock import RunClock
from runner.planning import plan
from runner.runtime.driver import Driver
from tests.execution.builders import batch, group
from tests.runtime.driver.memory import MemoryAccess
from tests.simulation.world import exchange_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.execution import LookUp, Progress
    from runner.journal import Entry
    from runner.kraken import OpenOrder


@dataclass
class SlowAccess(MemoryAccess):
    """Takes half a minute to look through its records."""

    reports: list[Progress] = field(default_factory=list)
    heard: list[Progress] = field(default_factory=list)

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        self.doing = "page 2 of 9"
        before = len(self.reports)
        with trio.move_on_after(30):
            await trio.sleep_forever()
        self.heard = self.reports[before:]
        self.doing = ""
        return await super().look_up(look)


async def test_a_wait_in_which_nothing_happens_is_merge_alike_a_second(autojump_clock: object) -> None:
    """A look through the records takes its time: what is waited for, and how far it is."""
    clock = RunClock()
    access, reqids = SlowAccess(exchange_of(), clock), Reqids()
    found = plan(batch(group("one", "a")), Ledger(), run_key="", venue="paper")

    async def append(entries: Sequence[Entry]) -> None:
        pass

    driver = Driver(
        Execution(found, reqids, tool="test", timing=Timing()),
        access,
        reqids=reqids,
        append=append,
        clock=clock,
        observe=access.reports.append,
    )
    await driver.run()
    looking = [item.wait for item in access.heard if item.wait is not None and "a look" in item.wait.what]
    assert len(looking) >= 28
    assert {item.detail for item in looking} == {"page 2 of 9"}
