"""Prices for a policy, from the simulated exchange over real sockets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from runner.app.access.venues import look_at_venue
from runner.app.checks.policy_prices import fresh_prices, load_prices, with_prices
from runner.app.hosts import PlainProgram, result_without_loop
from runner.app.inputs.batches import Target
from runner.app.inputs.policies import Guarding
from runner.domain import MaxNotional, Per
from runner.net.clock import RunClock
from runner.policy import CheckPhase
from tests.execution.builders import group, plan_of
from tests.policy.builders import policy, rule
from tests.policy.markets import NOW, QUOTES, market_of

OLD = market_of({"ETH/EUR": QUOTES["ETH/EUR"]}, at=NOW - 999_999)
GUARDING = Guarding(
    policy=policy(rule(MaxNotional(Decimal(5000), "USD", Per.ORDER))),
    plan=plan_of(group("one", "a")),
    sent=(),
    pairs=("ETH/EUR",),
    market=OLD,
)


async def test_prices_come_with_what_turns_them_into_the_currency_of_a_limit(tmp_path: Path) -> None:
    """The batch trades in EUR, the policy counts in USD."""
    async with look_at_venue("paper", tmp_path, {}, RunClock()) as access:
        found = await load_prices(GUARDING, access)
    assert found.market is not None
    assert "ETH/EUR" in found.market.quotes
    assert found.market.rate("EUR", "USD") is not None


async def test_old_prices_are_read_anew_before_a_run_begins(tmp_path: Path) -> None:
    """Somebody thought for long before saying yes."""
    gate = GUARDING.gate(CheckPhase.SEND)
    async with look_at_venue("paper", tmp_path, {}, RunClock()) as access:
        async with fresh_prices(gate, access, GUARDING, print):
            assert gate.market is not None
            assert gate.market.at > OLD.at
        async with fresh_prices(None, access, None, print):
            pass


def test_a_plan_reads_them_at_its_venue(tmp_path: Path) -> None:
    """On a connection of its own."""
    target = Target(file=Path("b.yaml"), state_dir=tmp_path, venue="paper", run_key="")
    market = result_without_loop(with_prices(GUARDING, target, {}, PlainProgram(), print)).market
    assert market is not None
    assert market.at > OLD.at
