"""The free funds of an account and their prices, as read at the venue."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

from runner.app.hosts import PlainProgram, result_without_loop
from runner.app.inputs.batches import Target
from runner.app.starter.holdings import read_holdings
from tests.app.shell import STATE, Shell, batch, order


def test_what_open_orders_hold_is_not_free(tmp_path: Path, shell: Shell) -> None:
    """Free funds, and mid prices of what trades against the quote currency."""
    assert shell("apply", batch(order(type="sell", price="200", volume="10"))).code == 0
    target = Target(file=Path("none"), state_dir=STATE, venue="paper", run_key="")
    holdings = result_without_loop(read_holdings(target, "EUR", {}, PlainProgram(), print))
    assert "EUR" not in holdings.free
    assert holdings.cash > 0
    assert holdings.mid["ETH"] == Decimal("150.15")
    assert "GBP" not in holdings.mid
    assert abs(holdings.at - time.time()) < 60
    before = result_without_loop(
        read_holdings(target_of(tmp_path / "fresh"), "EUR", {}, PlainProgram(), print)
    )
    assert before.free["ETH"] - holdings.free["ETH"] == 10


def target_of(state_dir: Path) -> Target:
    """The account of an unused exchange."""
    return Target(file=Path("none"), state_dir=state_dir, venue="paper", run_key="")
