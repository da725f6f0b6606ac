"""The closed orders that a team has read: once by whoever comes first, and certain for any batch."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import Secret
from runner.errors import Unreachable
from runner.kraken import AddOrder, CancelOrder, Tier
from runner.planning import Plan, TeamLook, decide
from tests.net.accounts import access
from tests.review.markets import group, order, plan_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runner.paper import Exchange
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
migrations = pytest.importorskip("runner.runtime.team_ledger.migrations")
seen_orders = pytest.importorskip("runner.app.team.seen_orders")
PLAN = plan_of(group(order("a"), order("b", close="{ordertype: stop-loss, price: 90}")))
CLIENT, CLOSED = 99, 60


def close(exchange: Exchange, *ids: dict[str, str]) -> None:
    """Somebody places these orders and cancels them."""
    now = time.time()
    token = Secret(exchange._tokens.issue(now))
    exchange.connect(CLIENT, now)
    for id in ids:
        resting = AddOrder(pair="ETH/EUR", type="buy", ordertype="limit", price="100", volume="0.1", **id)
        exchange.handle(CLIENT, resting, token, now)
        name = {"cl_ord_id": (id["cl_ord_id"],)} if "cl_ord_id" in id else {"txid": (id["userref"],)}
        exchange.handle(CLIENT, CancelOrder(**{"txid": (), **name}), token, now)
    exchange.disconnect(CLIENT)


@asynccontextmanager
async def team(url: Secret, *, closed: int = CLOSED) -> AsyncIterator[tuple[Any, Any, Exchange]]:
    """An account with closed orders of others, and the ledger that knows none of them."""
    with session.Session(url) as first:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        async with access() as (found, exchange):
            close(exchange, *({"cl_ord_id": f"other-{n}"} for n in range(closed)))
            yield seen_orders.SeenOrders(first, account), found, exchange


def ids_of(plan: Plan) -> list[dict[str, str]]:
    a, b = plan.orders()
    assert a.cl_ord_id is not None
    assert b.userref is not None
    return [{"cl_ord_id": a.cl_ord_id}, {"userref": b.userref}]


async def test_a_plan_of_which_nothing_was_seen_needs_no_look_before_the_last_one(url: Secret) -> None:
    """It is bounded by the last look, and a later look reads what has ended since."""
    async with team(url) as (seen, found, exchange):
        assert seen.bound(PLAN).unseen_since is None
        await seen.read_new(found, Tier.STARTER, print)
        until = seen.looked_until()
        assert time.time() - 60 < until <= time.time()
        assert seen.bound(PLAN).team_look == TeamLook(until - seen_orders.OVERLAP_S, unseen=True)
        close(exchange, {"cl_ord_id": "later"})
        await seen.read_new(found, Tier.STARTER, print)
        assert seen.looked_until() >= until
        count = seen._ids.session.row("select count(*) from order_batch.seen_id")
        assert count == (CLOSED + 1,)


@pytest.mark.parametrize("which", [0, 1])
async def test_a_plan_of_which_an_order_was_seen_looks_back_to_it(url: Secret, which: int) -> None:
    """It may be anyone's, from before the account had a ledger; by either kind of id."""
    async with team(url, closed=2) as (seen, found, exchange):
        close(exchange, ids_of(PLAN)[which])
        await seen.read_new(found, Tier.STARTER, print)
        seen._ids.session.rows("update order_batch.seen_id set opened_at = 1000 where id !~ 'other'")
        assert seen.bound(PLAN).team_look == TeamLook(1000.0, unseen=False)
        seen._ids.session.rows("update order_batch.account set looked_until = 500")
        assert seen.bound(PLAN).team_look == TeamLook(500 - seen_orders.OVERLAP_S, unseen=False)


async def test_a_first_look_that_takes_long_is_left_to_its_own_verb(url: Secret) -> None:
    """The message has the number of orders and the time; nothing is noted."""
    messages: list[str] = []
    async with team(url) as (seen, found, _):
        await seen.read_new(found, Tier.STARTER, messages.append, most_s=-1.0)
        assert seen.looked_until() is None
        assert "the account's 60 closed orders yet: `order-batch ledger look`" in messages[0]
        await seen.read_new(found, Tier.STARTER, messages.append, most_s=None)
        assert seen.looked_until() is not None


async def test_what_could_not_be_read_was_not_seen(url: Secret) -> None:
    """An exchange that is away: said, and the bound stays where it was."""
    messages: list[str] = []
    async with team(url, closed=1) as (seen, found, _):
        await seen.read_new(found, Tier.STARTER, print)
        until = seen.looked_until()
    await seen_of_lost(url, found, until, messages)
    assert messages[0].startswith("Not read: the closed orders of the account since 20")


async def seen_of_lost(url: Secret, found: Any, until: float, messages: list[str]) -> None:
    with session.Session(url) as first:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        seen = seen_orders.SeenOrders(first, account)
        await seen.read_new(found, Tier.STARTER, messages.append)
        assert seen.looked_until() == until


async def test_whoever_may_only_read_the_ledger_looks_alone(url: Secret, postgres: Server) -> None:
    """A plan of a person with the reader's role: nothing is noted, and nothing fails."""
    sql = migrations.statements()
    postgres.sql(sql[sql.index("-- Roles of the ledger") :])
    postgres.sql(
        "do $$ begin create role rea login password 'his' in role order_batch_reader; "
        "exception when duplicate_object then null; end $$"
    )
    his = Secret(url.reveal().replace("admin:secret-of-the-admin", "rea:his"))
    async with team(url, closed=1) as (seen, found, _):
        with session.Session(his) as first:
            reader = seen_orders.SeenOrders(first, seen._ids.account)
            await reader.read_new(found, Tier.STARTER, print)
            assert reader.looked_until() is None


def test_a_ledger_that_is_away_ends_the_command(url: Secret, postgres: Server) -> None:
    """Its journal could not be written either."""
    with session.Session(url) as first:
        seen = seen_orders.SeenOrders(first, lease.find_account(first, "AA01", "f" * 16, "api.example"))
        postgres.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'order-batch'"
        )
        with pytest.raises(Unreachable, match="the ledger"):
            seen.bound(PLAN)


def test_a_plan_without_new_orders_is_left_as_it_is(url: Secret) -> None:
    """There is nothing to look for."""
    with session.Session(url) as first:
        seen = seen_orders.SeenOrders(first, lease.find_account(first, "AA01", "f" * 16, "api.example"))
        empty = decide(plan_of(group(cancel="[OAAAAA-AAAAA-AAAAAA]")))
        assert seen.bound(empty) is empty
