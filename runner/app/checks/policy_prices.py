"""The prices that a policy needs: read before anything is sent, and again during a run."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import trio

from runner.app.access.waits import announce_wait
from runner.errors import Unreachable
from runner.policy import PRICES_HOLD_S, currencies
from runner.runtime.kraken.access import AccessFailed
from runner.runtime.kraken.market_data import read_market

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.app.inputs.policies import Guarding
    from runner.domain import Market
    from runner.planning import Plan
    from runner.policy import Gate
    from runner.runtime.kraken.access import KrakenAccess

POLICY_PRICES = "the prices that the policy looks at"

READ_EVERY_S = PRICES_HOLD_S / 4
"""Interval of readings; three may fail before the prices are too old."""


class SharedPrices:
    """The prices that policies look at, read once for all plans under the same policy."""

    def __init__(self, access: KrakenAccess, plans: Sequence[Plan]) -> None:
        self.access = access
        self._pairs = tuple(order.pair for plan in plans for order in plan.orders())
        self._read: dict[str, tuple[frozenset[str], Market]] = {}

    async def load(self, guarding: Guarding, *, needed: bool = True) -> Guarding:
        """Return a policy with its prices. A failure leaves them unknown if they are not ``needed``.

        Raises ``Unreachable``.
        """
        if not guarding.pairs:
            return guarding
        known = self._read.get(guarding.policy.digest)
        if known and known[0].issuperset(guarding.pairs) and time.time() < known[1].at + READ_EVERY_S:
            return replace(guarding, market=known[1])
        pairs = tuple(dict.fromkeys((*guarding.pairs, *self._pairs)))
        loaded = await load_prices(replace(guarding, pairs=pairs), self.access, needed=needed)
        if loaded.market is not None:
            self._read[guarding.policy.digest] = (frozenset(pairs), loaded.market)
        return replace(guarding, market=loaded.market)


async def load_prices(guarding: Guarding, access: KrakenAccess, *, needed: bool = True) -> Guarding:
    """Return a policy with the prices that it needs. A failure leaves them unknown if not ``needed``.

    Raises ``Unreachable``.
    """
    if not guarding.pairs:
        return guarding
    try:
        return replace(guarding, market=await _read(guarding, access))
    except AccessFailed as failure:
        if not needed:
            return guarding
        raise Unreachable(
            f"the prices that the policy {guarding.policy.name} looks at cannot be read: {failure.reason}",
            details=["Nothing was sent."],
        ) from None


@asynccontextmanager
async def fresh_prices(
    gate: Gate | None, access: KrakenAccess, guarding: Guarding | None, say: Callable[[str], None]
) -> AsyncIterator[None]:
    """Refresh the prices of a gate during a block; if that fails, they become stale.

    The first refresh is immediate, because the confirmation may have taken a long time.
    """
    if gate is None or guarding is None or not guarding.pairs:
        yield
        return
    async with trio.open_nursery() as nursery:
        await announce_wait(nursery.start(_keep_fresh, gate, access, guarding), say, POLICY_PRICES)
        yield
        nursery.cancel_scope.cancel()


async def _keep_fresh(
    gate: Gate,
    access: KrakenAccess,
    guarding: Guarding,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    if gate.market is None or time.time() >= gate.market.at + READ_EVERY_S:
        await _refresh(gate, access, guarding)
    task_status.started()
    while True:
        await trio.sleep(READ_EVERY_S)
        await _refresh(gate, access, guarding)


async def _refresh(gate: Gate, access: KrakenAccess, guarding: Guarding) -> None:
    with suppress(AccessFailed):
        gate.market = await _read(guarding, access)


async def _read(guarding: Guarding, access: KrakenAccess) -> Market:
    """Read one market, with the pairs that convert to each currency of the policy."""
    market = await read_market(access, guarding.pairs, clock=time.time)
    quotes = dict(market.quotes)
    for currency in currencies(guarding.policy):
        found = await read_market(access, guarding.pairs, clock=time.time, reporting=currency)
        quotes |= found.quotes
    return replace(market, quotes=quotes)
