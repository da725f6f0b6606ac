"""The facts that the exchange answers with. Each question is put once, and none of them changes anything."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import trio

from runner.kraken import SYSTEM_STATUS_PATH, exchange_status_from
from runner.net.failures import AccessFailed
from runner.runtime.kraken.key_info import read_key_info
from runner.runtime.kraken.market_data import read_market

from .facts import ExchangeFacts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from runner.net.clock import RunClock
    from runner.runtime.kraken.access import KrakenAccess


T = TypeVar("T")

PAIRS: Final = ("XBT/EUR", "ETH/EUR")


async def read_exchange(access: KrakenAccess, clock: RunClock) -> ExchangeFacts:
    """Return what an exchange answers; without a connection nothing more is requested.

    The private call is the last one, and made only with a key: a key that is refused too often is locked out.
    """
    skews: list[tuple[float, float] | AccessFailed] = []
    openings: list[AccessFailed | None] = []

    async def compare_clocks() -> None:
        skews.append(await _answer(lambda: access.clock_skew(clock())))

    async def open_websocket() -> None:
        openings.append(await _opening(access))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(compare_clocks)
        nursery.start_soon(open_websocket)
    reached = ExchangeFacts(skew=skews[0], websocket=openings[0])
    if reached.rest is not None:
        return reached
    read_status = partial(access.read_public, SYSTEM_STATUS_PATH, {}, exchange_status_from)
    return ExchangeFacts(
        skew=reached.skew,
        websocket=reached.websocket,
        status=await _answer(read_status),
        pairs=await _answer(lambda: _count_pairs(access)),
        key=await _answer(lambda: read_key_info(access)) if access.has_credentials else None,
    )


async def _answer(call: Callable[[], Awaitable[T]]) -> T | AccessFailed:
    try:
        return await call()
    except AccessFailed as failure:
        return failure


async def _opening(access: KrakenAccess) -> AccessFailed | None:
    try:
        async with access.open_websocket():
            return None
    except AccessFailed as failure:
        return failure


async def _count_pairs(access: KrakenAccess) -> int:
    """Return how many pairs were read: of some that are always listed, or of all."""
    market = await read_market(access, PAIRS, clock=time.time)
    return len(market.names or market.instruments)
