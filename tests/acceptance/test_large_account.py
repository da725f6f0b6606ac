"""An account with thousands of open orders: what was in doubt is found, with the journal and without it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
import trio

from runner.domain import Secret
from runner.kraken import OPEN_ORDERS_PATH, AddOrder, private_call
from runner.paper import Credentials, Exchange, Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.options import LimitOptions
from runner.paper.server.server import serve_paper
from runner.runtime.storage import JOURNAL
from tests.app.shell import STATE, batch, forget_after, order, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.shell import Shell

pytestmark = pytest.mark.long

KEY, SECRET = "key", Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
OTHERS = 9_250
FOLDER = STATE / "kraken" / "one"


def crowd(exchange: Exchange) -> None:
    """Give the account so many open orders that a list of them is longer than 4 MiB."""
    now = time.time()
    token = Secret(exchange._tokens.issue(now))
    exchange.connect(1, now)
    for number in range(OTHERS):
        id = f"6d1b345e-2821-40e2-ad83-4ecb{number:08x}"
        resting = AddOrder(
            pair="XRP/EUR", type="buy", ordertype="limit", price="0.1", volume="10", cl_ord_id=id
        )
        exchange.handle(1, resting, token, now)
    exchange.disconnect(1)
    headers, body = private_call(KEY, SECRET, OPEN_ORDERS_PATH, str(time.time_ns() // 1_000_000))
    answer = exchange.rest(RestCall("POST", OPEN_ORDERS_PATH, headers, body), now)
    assert len(answer.body) > 4 << 20


@contextmanager
def served(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve it beside the commands, whose environment points at it."""
    ready, stop = threading.Event(), trio.Event()
    portal: list[trio.lowlevel.TrioToken] = []

    async def serve() -> None:
        portal.append(trio.lowlevel.current_trio_token())
        async with trio.open_nursery() as nursery:
            where = await nursery.start(
                partial(serve_paper, exchange, persist=lambda _: None, clock=time.time)
            )
            named = variables(
                rest_url=where.rest_url, ws_url=where.ws_url, api_key=KEY, api_secret=SECRET.reveal()
            )
            for name, value in named.items():
                monkeypatch.setenv(name, value)
            ready.set()
            await stop.wait()
            nursery.cancel_scope.cancel()

    thread = threading.Thread(target=trio.run, args=(serve,))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        trio.from_thread.run_sync(stop.set, trio_token=portal[0])
        thread.join()


def test_nothing_is_lost_among_thousands_of_open_orders(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the reply was written down, and then without a journal: found both times, not sent."""
    exchange = Exchange(
        seed="large",
        credentials=Credentials(api_key=KEY, secret=SECRET),
        options=Options(limits=LimitOptions(enforce_rates=False)),
    )
    file, options = batch(order()), ("--venue", "kraken", "--yes", "--format", "json")
    with served(exchange, monkeypatch):
        placed = shell("apply", file, *options).orders()["a"]["txid"]
    forget_after(FOLDER, "order-intent")
    crowd(exchange)
    standing = set(exchange.state().live)
    with served(exchange, monkeypatch):
        kept = shell("apply", file, *options)
        assert (kept.code, kept.orders()["a"]["txid"]) == (0, placed)
        (FOLDER / JOURNAL).unlink()
        lost = shell("apply", file, *options)
        assert (lost.code, lost.orders()["a"]["txid"]) == (0, placed)
    assert set(exchange.state().live) == standing
