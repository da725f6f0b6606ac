"""Kraken's public market and the balances of an account, read for the simulated exchange. Nothing is sent.

Prices are read without a key, whatever the environment holds.
"""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import trio

from runner.app.access.credentials import live_access, live_endpoints
from runner.app.access.waits import announce_wait
from runner.domain import time_of_day
from runner.errors import Remedy, Unreachable
from runner.kraken import BALANCE_EX_PATH, balances_from, cure_of
from runner.net.dialing import dialer_of
from runner.net.failures import AccessFailed
from runner.runtime.kraken.access import KrakenAccess
from runner.runtime.kraken.market_data import PAIRS_A_CALL, read_market, read_quotes, read_whole_market

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from runner.domain import Balance, Instrument, Market, Quote

    Say = Callable[[str], None]

FOLLOW_S: Final = 5.0
"""Between two looks at the prices: one call for each class of pairs, far below what the exchange allows."""

_WHAT: Final = "Kraken's public prices"


async def read_live_market(
    environ: Mapping[str, str], say: Say, pairs: Sequence[str] = ()
) -> tuple[Market, int]:
    """Return the pairs with their prices, all or those that are named, and how many had to be left out.

    Raises ``Unreachable`` and ``InvalidInput``.
    """
    async with _public_access(environ, say) as access:
        reading = (
            read_market(access, pairs, clock=time.time)
            if pairs
            else read_whole_market(access, clock=time.time)
        )
        market = await announce_wait(reading, say, _WHAT, lambda: access.doing)
    found = replace(market, source=live_endpoints(environ).rest_url)
    return tradable(found), len(found.instruments) - len(tradable(found).instruments)


def tradable(market: Market) -> Market:
    """Return the pairs that can be traded at: with minima, and with a bid below an ask."""
    quotes = {pair: quote for pair, quote in market.quotes.items() if _is_two_sided(quote)}
    instruments = {
        pair: instrument
        for pair, instrument in market.instruments.items()
        if pair in quotes and instrument.ordermin is not None and instrument.costmin is not None
    }
    return replace(market, instruments=instruments, quotes={pair: quotes[pair] for pair in instruments})


async def read_balances(environ: Mapping[str, str], say: Say) -> Mapping[str, Balance]:
    """Return what the account of the environment's key holds. Raises ``Unreachable`` and ``InvalidInput``."""
    async with _closing(live_access(environ, say=say)) as access:
        reading = access.read_private(BALANCE_EX_PATH, balances_from)
        return await announce_wait(reading, say, "the account's balances", lambda: access.doing)


async def follow(
    market: Market, put: Callable[[Mapping[str, Quote]], None], environ: Mapping[str, str], say: Say
) -> None:
    """Hand over the prices of a market that have changed, every few seconds, until cancelled.

    While they cannot be read, that is reported, and the last ones stay.
    """
    read_at, failing = time.time(), False
    instruments, before = list(market.instruments.values()), market.quotes
    async with _public_access(environ, say) as access:
        while True:
            await trio.sleep(FOLLOW_S)
            try:
                quotes = await _quotes(access, instruments)
            except AccessFailed as failure:
                if not failing:
                    say(f"The market stays as it was at {time_of_day(read_at)}: {failure.reason}")
                failing = True
                continue
            if failing:
                say("The market continues.")
            read_at, failing = time.time(), False
            put({pair: quote for pair, quote in quotes.items() if _has_moved(quote, before.get(pair))})
            before = quotes


async def _quotes(access: KrakenAccess, instruments: Sequence[Instrument]) -> dict[str, Quote]:
    quotes: dict[str, Quote] = {}
    for name in dict.fromkeys(instrument.asset_class for instrument in instruments):
        alike = [instrument for instrument in instruments if instrument.asset_class == name]
        quotes |= await read_quotes(access, alike, clock=time.time, whole=len(alike) > PAIRS_A_CALL)
    return quotes


def _has_moved(quote: Quote, before: Quote | None) -> bool:
    return _is_two_sided(quote) and (before is None or replace(before, at=quote.at) != quote)


def _is_two_sided(quote: Quote) -> bool:
    return quote.bid is not None and quote.ask is not None and quote.bid < quote.ask


@asynccontextmanager
async def _public_access(environ: Mapping[str, str], say: Say) -> AsyncIterator[KrakenAccess]:
    """Open access to Kraken without a key; what it does not answer is ``Unreachable``."""
    # Whatever key there is: who reads prices needs none.
    without_key = KrakenAccess(live_endpoints(environ), None, dialer=dialer_of(environ), say=say)
    async with _closing(without_key) as access:
        yield access


@asynccontextmanager
async def _closing(access: KrakenAccess) -> AsyncIterator[KrakenAccess]:
    try:
        yield access
    except AccessFailed as failure:
        raise Unreachable(
            f"Kraken cannot be read: {failure.reason}",
            details=[cure_of(failure.reason)],
            remedies=[Remedy.MARKET],
        ) from None
    finally:
        await access.aclose()
