"""Market and account over a real socket: which calls are made, and what becomes of their failures."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trio

from runner.domain import RestingOrder, Secret, Subject
from runner.runtime.kraken import rest_calls
from runner.runtime.kraken.access import AccessFailed, Credentials, Endpoints, KrakenAccess
from runner.runtime.kraken.market_data import Looked, look_over, name_pairs, read_fees, read_market

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAIRS = {
    "XXBTZEUR": {"wsname": "XBT/EUR", "altname": "XBTEUR", "tick_size": "0.1", "lot_decimals": 8},
    "XETHZEUR": {"wsname": "ETH/EUR", "altname": "ETHEUR", "tick_size": "0.01", "lot_decimals": 8},
    "USDCHF": {"wsname": "USD/CHF", "altname": "USDCHF", "tick_size": "0.00001", "lot_decimals": 8},
    "SOLCHF": {"wsname": "SOL/CHF", "altname": "SOLCHF", "tick_size": "0.01", "lot_decimals": 8},
    "EURUSD": {"wsname": "EUR/USD", "altname": "EURUSD", "tick_size": "0.00001", "lot_decimals": 8},
}
STOCKS = {
    "NVDAxUSD": {
        "wsname": "NVDAx/USD",
        "altname": "NVDAxUSD",
        "tick_size": "0.01",
        "lot_decimals": 8,
        "aclass_base": "tokenized_asset",
    }
}
CREDENTIALS = Credentials(Secret("key"), Secret("a2VlcA=="))


class Answers:
    """An exchange that answers a few calls, and remembers which were made."""

    stocks: dict[str, dict[str, Any]] | None = STOCKS

    def __init__(self, **private: Any) -> None:
        self.calls: list[str] = []
        self.private = private

    def answer(self, target: str) -> dict[str, Any]:
        """The envelope for one call."""
        parts = urlsplit(target)
        name = parts.path.rsplit("/", 1)[1]
        fields = parse_qs(parts.query)
        pair = fields.get("pair", [""])[0]
        tokenized = {"aclass_base", "asset_class"} & fields.keys()
        self.calls.append(f"{name}{' tokenized' if tokenized else ''} {pair}".strip())
        if name in self.private:
            return dict(self.private[name])
        if tokenized and self.stocks is None:
            return {"error": ["EGeneral:Invalid arguments:aclass_base"]}
        pairs = self.stocks or {} if tokenized else PAIRS
        wanted = {key: row for key, row in pairs.items() if {key, row["altname"]} & set(pair.split(","))}
        if pair and len(wanted) < len(pair.split(",")):
            return {"error": ["EQuery:Unknown asset pair"]}
        if name == "Ticker":
            return {"error": [], "result": {key: {"a": ["2"], "b": ["1"], "c": ["1"]} for key in wanted}}
        return {"error": [], "result": wanted or pairs}

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


async def test_only_the_pairs_of_a_batch_are_requested() -> None:
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


async def test_tokenized_assets_are_requested_by_their_class() -> None:
    """Apart from currencies, in every call; a batch without them costs no call more."""
    answers = Answers()
    async with access_to(answers) as access:
        market = await read_market(access, ["NVDAx/USD", "XBT/EUR"], clock=lambda: 0.0, reporting="USD")
    assert answers.calls == [
        "AssetPairs XBTEUR",
        "AssetPairs tokenized NVDAxUSD",
        "AssetPairs EURUSD",
        "Ticker tokenized NVDAxUSD",
        "Ticker XXBTZEUR,EURUSD",
    ]
    assert set(market.quotes) == {"NVDAx/USD", "XBT/EUR", "EUR/USD"}


async def test_a_mistyped_tokenized_asset_brings_its_right_name() -> None:
    """In capitals it looks like a currency, and the currencies do not have it."""
    for wrong in ("NVDAX/USD", "NVDIAx/USD"):
        async with access_to(Answers()) as access:
            market = await read_market(access, ["XBT/EUR", wrong], clock=lambda: 0.0)
        assert list(market.instruments) == ["XBT/EUR"]
        assert {"NVDAx/USD", "ETH/EUR"} <= set(market.names)


@pytest.mark.parametrize("stocks", [None, {}])
async def test_an_exchange_without_tokenized_assets_has_none(
    stocks: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, or lists none; nothing else follows from that."""
    monkeypatch.setattr(Answers, "stocks", stocks)
    async with access_to(Answers()) as access:
        market = await read_market(access, ["NVDAx/USD"], clock=lambda: 0.0)
    assert (market.instruments, "NVDAx/USD" in market.names) == ({}, False)


async def test_tokenized_assets_that_cannot_be_read_are_a_gap() -> None:
    """It is unknown then whether the pair exists."""
    looked, _ = await looked_over(["NVDAx/USD"], **(USUAL | {"AssetPairs": BUSY}))
    assert looked.market is None
    assert [gap.subject for gap in looked.gaps] == [Subject.PAIRS]


async def test_a_batch_that_only_cancels_reads_no_pair() -> None:
    """There is nothing to price."""
    answers = Answers()
    async with access_to(answers) as access:
        assert (await read_market(access, [], clock=lambda: 0.0, reporting="USD")).instruments == {}
    assert answers.calls == []


async def looked_over(pairs: list[str], **answers: Any) -> tuple[Looked, Answers]:
    """Return what is read where some calls have these answers."""
    exchange = Answers(**answers)
    async with access_to(exchange) as access:
        return await look_over(access, pairs, clock=lambda: 0.0), exchange


async def test_what_a_key_may_not_see_is_not_known() -> None:
    """A permission that is missing is no failure; the rest is read."""
    denied = {"error": ["EGeneral:Permission denied"]}
    orders = {"error": [], "result": {"open": {"O1": {"vol": "1", "descr": {"pair": "XBTEUR"}}}}}
    looked, _ = await looked_over(["XBT/EUR"], BalanceEx=denied, OpenOrders=orders)
    account = looked.account
    assert account is not None
    assert account.balances is None
    assert account.orders is not None
    assert [(order.txid, order.pair) for order in account.orders] == [("O1", "XBT/EUR")]
    assert (looked.gaps, looked.nothing) == ((), False)


NONE_OPEN = {"error": [], "result": {"open": {}}}
NOTHING_OWNED: dict[str, Any] = {"error": [], "result": {}}
USUAL = {"BalanceEx": NOTHING_OWNED, "OpenOrders": NONE_OPEN}
BUSY = {"error": ["EService:Unavailable"]}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_calls, "RETRY_PAUSES_S", (0.01, 0.01))


@pytest.mark.parametrize(
    ("call", "answer", "subject", "reason"),
    [
        ("AssetPairs", {}, Subject.PAIRS, "no pairs in the answer"),
        ("AssetPairs", [], Subject.PAIRS, "no pairs in the answer"),
        ("AssetPairs", {"X": PAIRS["XXBTZEUR"] | {"tick_size": 0}}, Subject.PAIRS, "XBT/EUR cannot be read"),
        ("Ticker", {}, Subject.PRICES, "no price of XBT/EUR"),
        ("Ticker", {"XXBTZEUR": {"a": None}}, Subject.PRICES, "no price of XBT/EUR"),
        ("BalanceEx", [], Subject.BALANCES, "no balances in the answer"),
        ("BalanceEx", {"ZEUR": {"balance": None}}, Subject.BALANCES, "ZEUR is no number"),
        ("BalanceEx", {"ZEUR": {"balance": "1", "hold_trade": "?"}}, Subject.BALANCES, "ZEUR is no number"),
        ("OpenOrders", {}, Subject.ORDERS, "no open orders in the answer"),
        ("OpenOrders", {"open": {"O1": {"vol": None}}}, Subject.ORDERS, "O1 is no number"),
        ("OpenOrders", None, Subject.ORDERS, "EService:Unavailable"),
    ],
)
async def test_what_cannot_be_read_is_a_gap_and_the_rest_is_kept(
    call: str, answer: Any, subject: Subject, reason: str
) -> None:
    """It was tried three times; nothing that is unknown passes for zero or empty."""
    envelope = BUSY if answer is None else {"error": [], "result": answer}
    looked, exchange = await looked_over(["XBT/EUR"], **(USUAL | {call: envelope}))
    assert [gap.subject for gap in looked.gaps] == [subject]
    assert reason in looked.gaps[0].reason
    assert call in looked.gaps[0].reason
    assert len([name for name in exchange.calls if name.startswith(call)]) == 3
    assert (looked.market is None) is (subject is Subject.PAIRS)
    assert looked.account is not None
    assert (looked.account.balances is None) is (subject is Subject.BALANCES)
    assert (looked.account.orders is None) is (subject is Subject.ORDERS)
    assert not looked.nothing


async def test_prices_of_other_pairs_are_kept() -> None:
    """An answer that lacks one pair holds for the rest."""
    answer = {"error": [], "result": {"XETHZEUR": {"a": ["2"], "b": ["1"], "c": ["1"]}}}
    looked, _ = await looked_over(["XBT/EUR", "ETH/EUR"], **(USUAL | {"Ticker": answer}))
    assert looked.market is not None
    assert list(looked.market.quotes) == ["ETH/EUR"]
    assert [gap.reason for gap in looked.gaps] == ["/0/public/Ticker: no price of XBT/EUR"]


async def test_a_market_without_offers_is_known_to_have_none() -> None:
    """Zeros are an answer: there is no price, and that is no gap."""
    answer = {"error": [], "result": {"XXBTZEUR": {"a": ["0"], "b": ["0"], "c": ["0"]}}}
    looked, _ = await looked_over(["XBT/EUR"], **(USUAL | {"Ticker": answer}))
    assert looked.market is not None
    assert (looked.gaps, looked.market.quotes) == ((), {})


@pytest.mark.parametrize("text", ["EGeneral:Temporary lockout", "EAPI:Invalid key"])
async def test_after_a_verdict_no_other_call_is_made(text: str) -> None:
    """The other subjects are gaps with the same reason."""
    looked, exchange = await looked_over(["XBT/EUR"], BalanceEx={"error": [text]})
    assert [gap.subject for gap in looked.gaps] == [Subject.BALANCES, Subject.ORDERS]
    assert all(text in gap.reason for gap in looked.gaps)
    assert [call for call in exchange.calls if call in ("BalanceEx", "OpenOrders")] == ["BalanceEx"]


async def test_without_an_answer_nothing_else_is_tried() -> None:
    """The reason is said once for all."""
    access = KrakenAccess(Endpoints("http://127.0.0.1:9", "ws://127.0.0.1:9"), CREDENTIALS)
    looked = await look_over(access, ["XBT/EUR"], clock=lambda: 0.0)
    assert looked.nothing
    assert {gap.reason for gap in looked.gaps} == {"/0/public/AssetPairs: 127.0.0.1:9: Connection refused"}


def volume(*pairs: str) -> dict[str, Any]:
    """An answer of TradeVolume about these pairs."""
    return {"error": [], "result": {"fees": {pair: {"fee": "0.4000"} for pair in pairs}}}


async def test_fees_are_read_in_one_call() -> None:
    """For the pairs of a file; a share of the cost, not a percentage."""
    answers = Answers(TradeVolume=volume("XXBTZEUR", "XETHZEUR"))
    async with access_to(answers) as access:
        market = await read_market(access, ["XBT/EUR", "ETH/EUR"], clock=lambda: 0.0)
        fees = await read_fees(access, market.instruments.values())
    assert answers.calls[-1:] == ["TradeVolume"]
    assert {pair: fee.taker for pair, fee in fees.items()} == dict.fromkeys(
        ("XBT/EUR", "ETH/EUR"), Decimal("0.004")
    )


async def test_a_fee_that_is_not_said_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after the tries that a passing failure gets."""
    monkeypatch.setattr(rest_calls, "RETRY_PAUSES_S", (0.0, 0.0))
    answers = Answers(TradeVolume=volume("XETHZEUR"))
    async with access_to(answers) as access:
        market = await read_market(access, ["XBT/EUR"], clock=lambda: 0.0)
        with pytest.raises(AccessFailed, match="no fee of XBT/EUR"):
            await read_fees(access, market.instruments.values())
    assert answers.calls.count("TradeVolume") == 3


async def test_orders_of_other_pairs_get_their_names() -> None:
    """REST calls the pair of an open order by another name; only such pairs are looked up, once each."""
    answers = Answers()
    async with access_to(answers) as access:
        orders = [resting("XBTEUR"), resting("XBTEUR"), resting("ETH/EUR")]
        named = await name_pairs(access, orders)
        unknown = await name_pairs(access, [resting("GONEEUR")])
        assert await name_pairs(access, [resting("ETH/EUR")]) == (resting("ETH/EUR"),)
    assert [order.pair for order in (*named, *unknown)] == ["XBT/EUR", "XBT/EUR", "ETH/EUR", "GONEEUR"]
    assert answers.calls == ["AssetPairs XBTEUR", "AssetPairs GONEEUR"]


def resting(pair: str) -> RestingOrder:
    """An open order of a pair."""
    return RestingOrder(txid="OA", pair=pair, type="sell", ordertype="limit", volume=Decimal(1))
