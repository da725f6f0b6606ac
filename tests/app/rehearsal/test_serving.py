"""An exchange that is served with its market."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import trio
import trio.testing

from runner.app.access.venues import paper_exchange, served_elsewhere
from runner.app.inputs.batches import Rehearsal
from runner.app.rehearsal.choices import read_choice
from runner.app.rehearsal.live import FOLLOW_S
from runner.app.rehearsal.serving import serve_stage
from runner.app.rehearsal.stage import read_stage
from runner.net.clock import RunClock
from tests.app.rehearsal.markets import kraken

if TYPE_CHECKING:
    from pathlib import Path


async def test_prices_are_followed_while_it_is_served(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    """And it is announced in its folder, for just as long."""
    async with kraken(tmp_path) as there:
        choice = read_choice(Rehearsal(market="live:follow"))
        stage = await read_stage(choice, there.environ, lambda _: None)
        with paper_exchange(tmp_path, opening=stage.opening) as paper:
            async with serve_stage(paper, stage, RunClock(), tmp_path) as where:
                assert served_elsewhere(tmp_path) is not None
                there.paper.exchange.set_quote("XBT/EUR", Decimal(79000), Decimal(79001), RunClock()())
                await trio.sleep(2 * FOLLOW_S)
                assert paper.exchange.quotes()["XBT/EUR"].bid == Decimal(79000)
            assert where.rest_url.startswith("http://127.0.0.1:")
            assert served_elsewhere(tmp_path) is None
