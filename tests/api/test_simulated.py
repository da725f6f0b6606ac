"""The simulated exchange of a state folder: forgotten on request, and never under somebody's feet."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner import api
from runner.api import sync
from runner.report import Format, Output
from tests.app.shell import added, served

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_forgotten_can_be_applied_again(job: api.Job) -> None:
    """Journals of the simulated exchange go with it."""
    sync.apply(job, confirm=sync.plan(job).digest)
    api.reset_paper(job.state_dir)
    assert added(job.state_dir) == []
    assert not sync.apply(job, confirm=sync.plan(job).digest).orders[0].already


def test_one_that_is_served_is_served_once(tmp_path: Path) -> None:
    """A second server is refused; a reset is done there."""
    console = Output(Format.JSON, stdout=io.StringIO(), stderr=io.StringIO())
    with served(tmp_path / "state"):
        with pytest.raises(api.Locked) as caught:
            api.serve_paper(tmp_path / "state", api.ServeOptions(), console=console)
        assert caught.value.exit_code == 7
        api.reset_paper(tmp_path / "state", console=console)


def test_a_rehearsal_at_a_recorded_market(job: api.Job, tmp_path: Path) -> None:
    """The venue names the market and balances; the result has no path, and no state folder is made."""
    market, balances = tmp_path / "market.yaml", tmp_path / "balances.yaml"
    market.write_text(
        "version: 1\nat: 2026-11-30T08:00:00Z\npairs:\n"
        "  ETH/EUR: {bid: 2657.8, ask: 2657.9, tick: 0.1, lot_decimals: 8, ordermin: 0.002, costmin: 0.5}\n",
        "utf-8",
    )
    balances.write_text("version: 1\nbalances: {EUR: 1000}\n", "utf-8")
    rehearsal = replace(job, venue=api.Paper(market=str(market), balances=str(balances)))
    planned = sync.plan(rehearsal)
    applied = sync.apply(rehearsal, confirm=planned.digest)

    assert (applied.exit_code, applied.path) == (api.ExitCode.DONE, "")
    assert [each.already for each in applied.orders] == [False] * len(applied.orders)
    assert not job.state_dir.exists()
