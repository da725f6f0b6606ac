"""Market and account over a real socket: which calls are made, and what becomes of their failures."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trio

from runner.domain import Secret
from runner.transport.kraken import AccessFailed, Credentials, Endpoints, KrakenAccess
from runner.transport.market import read_account, read_market

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAIRS = {
    "XXBTZEUR": {"wsname": "XBT/EUR", "altname": "XBTEUR", "tick_size": "0.1", "lot_decimals": 8},
    "XETHZEUR": {"wsname": "ETH/EUR", "altname": "ETHEUR", "tick_size": "0.01", "lot_decimals": 8},
    "USDCHF": {"wsname": "USD/CHF", "altname": "USDCHF", "tick_size": "0.00001", "lot_decimals": 8},
    "SOLCHF": {"wsname": "SOL/CHF", "altname": "SOLCHF", "tick_size": "0.01", "lot_decimals": 8},
    "EURUSD": {"wsname": "EUR/USD", "altname": "EURUSD", "tick_size": "0.00001", "lot_decimals": 8},
}
CREDENTIALS = Credentials(Secret("key"), Secret("a2VlcA=="))


class Answers:
    """An exchange that answers a few calls, and remembers which were made."""

    def __init__(self, **private: Any) -> None:
        self.calls: list[str] = []
        self.private = private

    def answer(self, target: str) -> dict[str, Any]:
        """The envelope for one call."""
        parts = urlsplit(target)
        name = parts.path.rsplit("/", 1)[1]
        asked = parse_qs(parts.query).get("pair", [""])[0]
        self.calls.append(f"{name} {asked}".strip())
        if name in self.private:
            return dict(self.private[name])
        wanted = {key: one for key, one in PAIRS.items() if {key, one["altname"]} & set(asked.split(","))}
        if asked and len(wanted) < len(asked.split(",")):
            return {"error": ["EQuery:Unknown asset pair"]}
        if name == "Ticker":
            return {"error": [], "result": {key: {"a": ["2"], "b": ["1"], "c": ["1"]} for key in wanted}}
        return {"error": [], "result": wanted or PAIRS}

    async def serve(self, stream: trio.SocketStream) -> None:
        """One connection, one call after the other."""
        async with stream:
            received = b""
            async for chunk in stream:
                received += chunk
                head, end, body = received.partition(b"\r\n\r\n")
                lines = head.decode().lower().split("\r\n")
                length = sum(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
                if not end or len(body) < length:
                    continue
                received = b""
                content = json.dumps(self.answer(head.decode().split()[1])).encode()
                await stream.send_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content)
                )


@asynccontextmanager
async def access_to(answers: Answers) -> AsyncIterator[KrakenAccess]:
    """The way to such an exchange."""
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, answers.serve, 0, host="127.0.0.1"))
        url = f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
        access = KrakenAccess(Endpoints(url, url.replace("http", "ws")), CREDENTIALS)
        yield access
        await access.aclose()
        nursery.cancel_scope.cancel()


async def test_only_the_pairs_of_a_batch_are_asked_for() -> None:
    """Each once, with one more that turns their money into the reporting currency."""
    answers = Answers()
    async with access_to(answers) as access:
        pairs = ["XBT/EUR", "ETH/EUR", "XBT/EUR"]
        market = await read_market(access, pairs, clock=lambda: 5.0, reporting="USD")
    assert answers.calls == [
        "AssetPairs XBTEUR,ETHEUR",
        "AssetPairs EURUSD",
        "Ticker XXBTZEUR,XETHZEUR,EURUSD",
    ]
    assert list(market.quotes) == ["XBT/EUR", "ETH/EUR", "EUR/USD"]
    assert (market.at, market.quotes["XBT/EUR"].at, market.names) == (5.0, 5.0, ())


async def test_money_is_converted_by_a_pair_of_either_direction() -> None:
    """Some currencies are only quoted the other way round; some not at all."""
    async with access_to(Answers()) as access:
        market = await read_market(access, ["SOL/CHF"], clock=lambda: 0.0, reporting="USD")
        nowhere = await read_market(access, ["SOL/CHF"], clock=lambda: 0.0, reporting="GBP")
    assert market.rate("CHF", "USD") is not None
    assert nowhere.rate("CHF", "GBP") is None


async def test_a_pair_that_does_not_exist_brings_the_names_of_all() -> None:
    """So that somebody can say which was meant; the others are read all the same."""
    async with access_to(Answers()) as access:
        market = await read_market(access, ["XBT/EUR", "EHT/EUR"], clock=lambda: 0.0)
    assert list(market.instruments) == ["XBT/EUR"]
    assert "ETH/EUR" in market.names


async def test_a_batch_that_only_cancels_asks_for_no_pair() -> None:
    """There is nothing to price."""
    answers = Answers()
    async with access_to(answers) as access:
        assert (await read_market(access, [], clock=lambda: 0.0, reporting="USD")).instruments == {}
    assert answers.calls == []


async def test_what_a_key_may_not_see_is_not_known() -> None:
    """A permission that is missing is no failure; the rest is read."""
    denied = {"error": ["EGeneral:Permission denied"]}
    orders = {"error": [], "result": {"open": {"O1": {"vol": "1", "descr": {"pair": "XBTEUR"}}}}}
    async with access_to(Answers(BalanceEx=denied, OpenOrders=orders)) as access:
        market = await read_market(access, ["XBT/EUR"], clock=lambda: 0.0)
        account = await read_account(access, market)
    assert account.balances is None
    assert account.orders is not None
    assert [(one.txid, one.pair) for one in account.orders] == [("O1", "XBT/EUR")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"error": ["EAPI:Invalid key"]}, "EAPI:Invalid key"),
        ({"error": [], "result": []}, "no balances in the answer"),
    ],
)
async def test_any_other_answer_is_a_failure(answer: dict[str, Any], reason: str) -> None:
    """A refused key, and what is nothing of the kind."""
    async with access_to(
        Answers(BalanceEx=answer, OpenOrders={"error": [], "result": {"open": {}}})
    ) as access:
        market = await read_market(access, [], clock=lambda: 0.0)
        with pytest.raises(AccessFailed, match=reason):
            await read_account(access, market)
