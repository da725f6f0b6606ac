"""An account at a simulated exchange that is served, and the way to it."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import trio

from runner.domain import Secret
from runner.paper import Credentials as PaperCredentials
from runner.paper import Exchange, Options
from runner.paper.options.options import LimitOptions
from runner.paper.server.server import serve_paper
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runner.net.dialing import Dialer

KEY, SECRET = Secret("key"), Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")


@asynccontextmanager
async def access(
    *, key: Secret = KEY, secret: Secret = SECRET, dialer: Dialer | None = None, **groups: Any
) -> AsyncIterator[tuple[KrakenAccess, Exchange]]:
    """An account at a simulated exchange that is served for the length of a block."""
    exchange = Exchange(
        seed="test",
        credentials=PaperCredentials(api_key="key", secret=SECRET),
        options=Options(**{"limits": LimitOptions(enforce_rates=False)} | groups),
    )
    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            serve = partial(serve_paper, exchange, persist=lambda _: None, clock=time.time)
            where = await nursery.start(serve)
            endpoints = Endpoints(where.rest_url, where.ws_url)
            found = KrakenAccess(endpoints, Credentials(key, secret), dialer=dialer)
            try:
                yield found, exchange
            finally:
                await found.aclose()
                nursery.cancel_scope.cancel()
