"""Accounts on which much else happens: a run looks as long as it has to, at the pace of the call counter.

Real sockets in virtual time: a look that takes minutes takes none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import trio

from runner.domain import Secret, rfc3339
from runner.execution import Execution, LookUp, QueryOrders
from runner.execution.orders.doubt import PATIENCE_S
from runner.journal import Entry, OrderIntent, RunStarted, fold, manifest, read_entries
from runner.journal.codec import to_content
from runner.kraken import AddOrder, CancelOrder, Reqids, fields_of
from runner.net.clock import RunClock
from runner.paper import Credentials as PaperCredentials
from runner.paper import Exchange, Options
from runner.paper.options.options import LimitOptions, RestOptions
from runner.paper.server.server import serve_paper
from runner.planning import Plan, plan
from runner.runtime.driver import Driver
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from tests.execution.builders import FIRST, batch, group, many, outcomes

SECRET = Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
FILLS, CLOSED = 30, 2_000
BATCH = batch(group("g", *many(FILLS, ordertype="market", price=None)), name="large")
CLIENT = 99


class Account:
    """An account at a paper exchange, and a journal; both are there before the run begins."""

    def __init__(self, clock: RunClock, **groups: Any) -> None:
        self.clock = clock
        self.exchange = Exchange(
            seed="large",
            credentials=PaperCredentials(api_key="key", secret=SECRET),
            options=Options(limits=LimitOptions(enforce_rates=False), **groups),
        )
        self._token = Secret(self.exchange._tokens.issue(clock()))
        self.exchange.connect(CLIENT, clock())
        self.journal: list[dict[str, Any]] = []
        self.reports: list[str] = []

    def trade(self, *requests: AddOrder | CancelOrder) -> None:
        """Somebody sends this."""
        for request in requests:
            self.exchange.handle(CLIENT, request, self._token, self.clock())

    def leave_in_doubt(self, planned: Plan) -> None:
        """An earlier run has sent all orders, and ended before it heard of any."""
        sent_at = self.clock()
        started = RunStarted(
            at=rfc3339(sent_at),
            tool="t",
            batch="large",
            run_key="",
            venue="paper",
            file="f",
            digest="",
            groups=(),
        )
        entries: list[Entry] = [started]
        for reqid, order in enumerate(planned.orders(), 1):
            request = order.request.to_send(reqid=reqid, deadline=rfc3339(sent_at + 10, digits=3))
            self.trade(request)
            entries.append(
                OrderIntent(
                    at=rfc3339(sent_at),
                    group=order.key.group,
                    id=order.key.id,
                    reqid=reqid,
                    content=order.content,
                    request=fields_of(request),
                )
            )
        self.journal += map(to_content, entries)

    async def append(self, entries: Sequence[Entry]) -> None:
        """The journal, on a disk in memory."""
        await trio.lowlevel.checkpoint()
        self.journal += map(to_content, entries)

    async def run(self) -> dict[str, Any]:
        """Apply the batch; gives the manifest."""
        planned = plan(BATCH, fold(read_entries(self.journal)), run_key="", venue="paper")
        reqids = Reqids()
        execution = Execution(planned, reqids, tool="test")
        async with self.access() as access:
            await Driver(execution, access, reqids=reqids, append=self.append, clock=self.clock).run()
        return manifest(fold(read_entries(self.journal)))

    @asynccontextmanager
    async def access(self) -> AsyncIterator[KrakenAccess]:
        """The way to it, for the length of a block; ``reports`` holds what was said of waits."""
        async with trio.open_nursery() as nursery:
            serve = partial(serve_paper, self.exchange, persist=lambda _: None, clock=self.clock)
            where = await nursery.start(serve)
            endpoints = Endpoints(where.rest_url, where.ws_url)
            credentials = Credentials(Secret("key"), SECRET)
            found = KrakenAccess(endpoints, credentials, say=self.reports.append)
            yield found
            await found.aclose()
            nursery.cancel_scope.cancel()


def noise(count: int) -> list[AddOrder | CancelOrder]:
    """So many orders of somebody else, each canceled at once."""
    messages: list[AddOrder | CancelOrder] = []
    for number in range(count):
        id = f"other-{number}"
        messages.append(
            AddOrder(pair="ETH/EUR", type="buy", ordertype="limit", price="100", volume="0.01", cl_ord_id=id)
        )
        messages.append(CancelOrder(txid=(), cl_ord_id=(id,)))
    return messages


async def test_fills_in_doubt_are_found_beside_two_thousand_closed_orders(autojump_clock: object) -> None:
    """One run with all defaults settles them, though the look takes longer than patience lasts."""
    account = Account(RunClock())
    account.leave_in_doubt(plan(BATCH, fold([]), run_key="", venue="paper"))
    account.trade(*noise(CLOSED))
    began = account.clock()
    result = await account.run()
    assert account.clock() - began > PATIENCE_S
    assert set(outcomes(result).values()) == {"placed"}
    assert result["outcome"] == "done"


async def test_looks_side_by_side_share_the_call_counter(autojump_clock: object) -> None:
    """Each waits for its own room: together they never go over it, and the exchange refuses none."""
    account = Account(RunClock(), rest=RestOptions(orders_cost=2))
    ids = tuple(f"id-{number}" for number in range(4))
    async with account.access() as access, trio.open_nursery() as nursery:
        for id in ids:
            nursery.start_soon(access.look_up, LookUp((id,), (), None))
            await trio.sleep(0.1)
            nursery.start_soon(access.query_orders, QueryOrders((FIRST,)))
            await trio.sleep(0.1)
    assert not account.reports
