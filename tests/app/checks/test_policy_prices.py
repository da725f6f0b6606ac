"""Prices for a policy, from the simulated exchange over real sockets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from runner.app.access.venues import look_at_venue
from runner.app.checks.policy_prices import SharedPrices, fresh_prices, load_prices
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


async def test_plans_under_one_policy_share_what_was_read(tmp_path: Path) -> None:
    """The pairs of all of them are read with the first; another policy has other currencies."""
    plans = [plan_of(group("one", "a"))]
    async with look_at_venue("paper", tmp_path, {}, RunClock()) as access:
        shared = SharedPrices(access, plans)
        first, second = [await shared.load(GUARDING) for _ in range(2)]
        assert first.market is not None
        assert first.market is second.market
        other = replace(GUARDING, policy=replace(GUARDING.policy, digest="1" * 64))
        assert (await shared.load(other)).market is not first.market
        nothing = await shared.load(replace(GUARDING, pairs=(), market=None))
        assert nothing.market is None
        more = await shared.load(replace(GUARDING, pairs=("ETH/EUR", "XBT/EUR")))
        assert more.market is not None
        assert "XBT/EUR" in more.market.quotes
