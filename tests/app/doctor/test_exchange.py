"""The questions that are put to an exchange, and what of them remains without an answer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from runner.app.doctor.exchange import read_exchange
from runner.domain import Secret
from runner.kraken import ExchangeStatus
from runner.net.clock import RunClock
from runner.net.failures import AccessFailed
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runner.paper.server.in_thread import PaperExchange


@asynccontextmanager
async def access_to(rest_url: str, ws_url: str, key: Credentials | None) -> AsyncIterator[KrakenAccess]:
    """Open access to an exchange for the length of a block."""
    access = KrakenAccess(Endpoints(rest_url, ws_url), key)
    try:
        yield access
    finally:
        await access.aclose()


def key_of(exchange: PaperExchange) -> Credentials:
    """The credentials of its account."""
    return Credentials(Secret(exchange.api_key), Secret(exchange.api_secret))


async def test_every_question_is_answered(paper_exchange: PaperExchange) -> None:
    """Of the account only with a key."""
    for key in (key_of(paper_exchange), None):
        async with access_to(paper_exchange.rest_url, paper_exchange.ws_url, key) as access:
            facts = await read_exchange(access, RunClock())
        assert isinstance(facts.skew, tuple)
        assert facts.websocket is None
        assert facts.status == ExchangeStatus("online")
        assert facts.pairs == 2
        assert (facts.key is None) is (key is None)


async def test_without_rest_nothing_more_is_requested(paper_exchange: PaperExchange) -> None:
    """The WebSocket is tried beside it."""
    key = key_of(paper_exchange)
    async with access_to("http://127.0.0.1:9", paper_exchange.ws_url, key) as access:
        facts = await read_exchange(access, RunClock())
    assert facts.rest is not None
    assert (facts.websocket, facts.status, facts.pairs, facts.key) == (None, None, None, None)


async def test_without_a_websocket_rest_is_read(paper_exchange: PaperExchange) -> None:
    """And each call that fails leaves the others."""
    paper_exchange.fault("SystemStatus", "reject", error="EGeneral:Unknown method")
    async with access_to(paper_exchange.rest_url, "ws://127.0.0.1:9", key_of(paper_exchange)) as access:
        facts = await read_exchange(access, RunClock())
    assert isinstance(facts.websocket, AccessFailed)
    assert isinstance(facts.status, AccessFailed)
    assert facts.pairs == 2
    assert facts.key is not None
