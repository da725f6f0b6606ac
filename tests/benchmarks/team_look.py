"""The look before the first order on an account with many closed orders: without a ledger, and with one.

Real sockets, the simulated exchange with the call counter of each tier, and a real PostgreSQL, in virtual
time: a wait for the call counter costs none, and is what is measured. Run:
``python -m tests.benchmarks.team_look``.
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

import trio
import trio.testing

from runner.api import Secret, init_ledger
from runner.app.team.seen_orders import SeenOrders
from runner.execution import first_look
from runner.kraken import AddOrder, CancelOrder, Tier
from runner.net.clock import RunClock
from runner.paper import Credentials as PaperCredentials
from runner.paper import Exchange, Options
from runner.paper.options.options import LimitOptions
from runner.paper.server.server import serve_paper
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from runner.runtime.team_ledger.lease import find_account
from runner.runtime.team_ledger.session import Session
from tests.benchmarks.ours import plan_of
from tests.postgres.server import missing, serve

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from runner.planning import Plan

CLOSED = 10_000
SIZES = (20, 1_000)
CLIENT = 99
SECRET = Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")


def account(tier: Tier, closed: int, clock: RunClock) -> Exchange:
    """An account of which somebody has placed and canceled so many orders, a week ago."""
    then = clock() - 7 * 86_400
    exchange = Exchange(
        seed="look",
        credentials=PaperCredentials(api_key="key", secret=SECRET),
        options=Options(limits=LimitOptions(enforce_rates=False, tier=tier)),
    )
    token = Secret(exchange._tokens.issue(then))
    exchange.connect(CLIENT, then)
    for number in range(closed):
        id = f"other-{number}"
        order = AddOrder(
            pair="ETH/EUR", type="buy", ordertype="limit", price="100", volume="0.01", cl_ord_id=id
        )
        exchange.handle(CLIENT, order, token, then)
        exchange.handle(CLIENT, CancelOrder(txid=(), cl_ord_id=(id,)), token, then)
    exchange.disconnect(CLIENT)
    return exchange


async def measure(url: str, tier: Tier, closed: int) -> None:
    """Print the seconds of each look, each from an empty call counter on."""
    clock = RunClock()
    exchange = account(tier, closed, clock)
    async with trio.open_nursery() as nursery:
        where = await nursery.start(partial(serve_paper, exchange, persist=lambda _: None, clock=clock))
        endpoints = Endpoints(where.rest_url, where.ws_url)
        with Session(Secret(url)) as session:
            seen = SeenOrders(session, find_account(session, f"AA{tier}", "f" * 16, f"api.{tier}"))

            async def look_alone(plan: Plan, access: KrakenAccess) -> None:
                look = first_look(plan)
                assert look is not None
                await access.look_up(look)

            async def look_first(_: Plan, access: KrakenAccess) -> None:
                await seen.read_new(access, tier, _say_nothing, most_s=None)

            async def look_with_ledger(plan: Plan, access: KrakenAccess) -> None:
                await seen.read_new(access, tier, _say_nothing)
                await look_alone(seen.bound(plan), access)

            steps = (
                ("without a ledger", look_alone, SIZES),
                ("the first look of the ledger, once for all", look_first, SIZES[:1]),
                ("with the ledger", look_with_ledger, SIZES),
            )
            for words, step, sizes in steps:
                for orders in sizes:
                    await trio.sleep_until(trio.current_time() + 3600)  # the counter is empty again
                    access = KrakenAccess(endpoints, Credentials(Secret("key"), SECRET), tier=tier)
                    took_s = await timed(step(plan_of(orders), access))
                    await access.aclose()
                    print(
                        f"{tier:12}  {closed:>6,} closed  {orders:>5,} new orders  {took_s:>8.1f} s  {words}"
                    )
        nursery.cancel_scope.cancel()


def _say_nothing(_: str) -> None:
    pass


async def timed(work: Awaitable[None]) -> float:
    """Return how long some work takes by the clock of the run."""
    began = trio.current_time()
    await work
    return trio.current_time() - began


def main() -> None:
    """Print the figures of each tier."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.team_look", description=__doc__)
    parser.add_argument("--closed", type=int, default=CLOSED, help="closed orders of the account")
    closed = parser.parse_args().closed
    if why := missing():
        raise SystemExit(why)
    with serve() as postgres:
        init_ledger(Secret(postgres.url))
        for tier in (Tier.STARTER, Tier.PRO):
            clock = trio.testing.MockClock(autojump_threshold=0.01)
            trio.run(measure, postgres.url, tier, closed, clock=clock)


if __name__ == "__main__":
    main()
