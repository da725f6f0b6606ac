"""Kraken's public market and an account's balances, read from an exchange in place of Kraken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import trio
import trio.testing

from runner.app.rehearsal.live import FOLLOW_S, follow, read_balances, read_live_market, tradable
from runner.domain import Quote
from runner.errors import Remedy, Unreachable
from tests.app.rehearsal.markets import kraken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


async def test_all_pairs_are_read_without_a_key(tmp_path: Path) -> None:
    """Tokenized assets among them; a key that is no key does no harm."""
    messages: list[str] = []
    async with kraken(tmp_path) as there:
        environ = {"KRAKEN_SPOT_URL": there.environ["KRAKEN_SPOT_URL"], "KRAKEN_API_KEY": "canary"}
        market, missing = await read_live_market(environ, messages.append)
        some, _ = await read_live_market(environ, messages.append, ["WIF/EUR"])

    assert (sorted(market.instruments), missing) == (["TSLAx/EUR", "WIF/EUR", "XBT/EUR"], 0)
    assert (market.quotes["XBT/EUR"].bid, market.source) == (Decimal("78000.0"), environ["KRAKEN_SPOT_URL"])
    assert list(some.instruments) == ["WIF/EUR"]


async def test_a_pair_without_two_sides_or_minima_is_left_out(tmp_path: Path) -> None:
    """None of them can be traded at."""
    async with kraken(tmp_path) as there:
        market, _ = await read_live_market(there.environ, print)
    quote, pair = market.quotes["WIF/EUR"], market.instruments["WIF/EUR"]
    crossed = {"WIF/EUR": replace(quote, bid=quote.ask)}
    cases = (
        replace(market, quotes={**market.quotes, "WIF/EUR": replace(quote, bid=None)}),
        replace(market, quotes={**market.quotes, **crossed}),
        replace(market, instruments={**market.instruments, "WIF/EUR": replace(pair, costmin=None)}),
    )

    assert [sorted(tradable(case).instruments) for case in cases] == [["TSLAx/EUR", "XBT/EUR"]] * 3
    assert all(tradable(case).quotes.keys() == tradable(case).instruments.keys() for case in cases)


async def test_balances_say_what_is_held(tmp_path: Path) -> None:
    """They are only read: nothing is on record at the exchange afterwards."""
    async with kraken(tmp_path, standing=True) as there:
        balances = await read_balances(there.environ, print)
        assert there.paper.exchange.take_record() == []

    assert (balances["ETH"].total, balances["ETH"].held) == (Decimal(100), Decimal(1))


async def test_prices_that_change_are_handed_over(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    """Those alone; while nothing answers that is said once, and then that it goes on."""
    messages: list[str] = []
    puts: list[Mapping[str, Quote]] = []
    async with kraken(tmp_path) as there:
        market, _ = await read_live_market(there.environ, messages.append)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, market, puts.append, there.environ, messages.append)
            await trio.sleep(FOLLOW_S * 1.5)
            there.paper.exchange.set_quote("XBT/EUR", Decimal(79000), Decimal(79001), trio.current_time())
            await trio.sleep(FOLLOW_S)
            nursery.cancel_scope.cancel()

    assert [list(quotes) for quotes in puts] == [[], ["XBT/EUR"]]
    assert puts[1]["XBT/EUR"].bid == Decimal(79000)


async def test_prices_that_cannot_be_read_stay(
    tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    """It is said once, with the reason and the time of the last ones, and said again when they go on."""
    messages: list[str] = []
    async with kraken(tmp_path) as there:
        market, _ = await read_live_market(there.environ, messages.append)
    with trio.move_on_after(20 * FOLLOW_S):
        await follow(market, lambda _: None, there.environ, messages.append)

    (words,) = (text for text in messages if not text.startswith("Waiting for"))
    assert words.startswith("The market stays as it was at ")
    assert "Connection refused" in words


async def test_an_exchange_that_does_not_answer(autojump_clock: trio.testing.MockClock) -> None:
    """A recorded market is the way out."""
    with pytest.raises(Unreachable, match="Kraken cannot be read") as error:
        await read_live_market({"KRAKEN_SPOT_URL": "http://127.0.0.1:9"}, lambda _: None)

    assert error.value.remedies == (Remedy.MARKET,)
