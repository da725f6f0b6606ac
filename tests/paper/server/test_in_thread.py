"""An exchange in a thread of its own, as a test of another program uses it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import trio
from trio_websocket import ConnectionClosed

from runner.paper.server.control_client import ControlRefused
from runner.paper.server.in_thread import serve_in_thread
from tests.net.served import client
from tests.paper.signed_calls import called

if TYPE_CHECKING:
    from runner.paper.server.in_thread import PaperExchange


def buy(exchange: PaperExchange, price: str) -> list[str]:
    """Place a limit order by REST; gives the errors."""
    order = {"pair": "XBTEUR", "type": "buy", "ordertype": "limit", "price": price, "volume": "0.01"}
    errors: list[str] = called(exchange, "AddOrder", **order)["error"]
    return errors


def test_a_price_moves_and_an_order_is_filled() -> None:
    """The bought amount is in the balances."""
    with serve_in_thread() as exchange:
        assert buy(exchange, "8000") == []
        placed = next(order for order in exchange.orders() if order["pair"] == "XBT/EUR")
        held = exchange.balances()["XBT"]
        exchange.move("XBT/EUR", 7900)
        assert placed["txid"] not in [order["txid"] for order in exchange.orders()]
        assert exchange.ended()[0]["status"] == "closed"
        assert exchange.balances()["XBT"] != held


def test_trades_and_a_reset() -> None:
    """A trade has its fee; after a reset there was none, and the order is not open."""
    with serve_in_thread() as exchange:
        before = exchange.balances()
        assert buy(exchange, "8000") == []
        exchange.move("XBT/EUR", 7900)
        (trade,) = exchange.trades()
        assert (trade["price"], trade["volume"], trade["fee_currency"]) == ("8000.0", "0.01", "EUR")
        exchange.fault("AddOrder", "reject", error="EOrder:Insufficient funds")
        exchange.reset()
        assert (exchange.trades(), exchange.balances()) == ([], before)
        assert buy(exchange, "8000") == []


def test_a_fault_hits_as_often_as_was_said() -> None:
    """And never after it was cleared."""
    with serve_in_thread() as exchange:
        exchange.fault("AddOrder", "reject", error="EOrder:Insufficient funds", times=1)
        assert buy(exchange, "7000") == ["EOrder:Insufficient funds"]
        assert buy(exchange, "7000") == []
        exchange.fault("AddOrder", "reject", error="EOrder:Insufficient funds")
        exchange.clear_faults()
        assert buy(exchange, "7000") == []


async def test_connections_are_cut() -> None:
    """A client sees its connection end, and the exchange goes on."""
    with serve_in_thread() as exchange, trio.fail_after(20):
        async with client(exchange) as socket:
            assert '"systemStatus"' in await socket.get_message()
            await trio.to_thread.run_sync(exchange.cut)
            with pytest.raises(ConnectionClosed):
                await socket.get_message()
        async with client(exchange) as socket:
            assert '"systemStatus"' in await socket.get_message()


def test_options_and_threads() -> None:
    """An unknown option is an error before anything is served; no thread is left."""
    before = threading.active_count()
    with pytest.raises(ValueError, match="takers"), serve_in_thread(options={"fees.takers": "1"}):
        pass
    with serve_in_thread(options={"fees.taker": "0"}) as first, serve_in_thread() as second:
        assert first.rest_url != second.rest_url
        assert threading.active_count() == before + 2
    assert threading.active_count() == before


def test_the_same_calls_give_the_same_ids() -> None:
    """So that what a test saw once can be written into it."""
    ids = []
    for _ in range(2):
        with serve_in_thread(seed="a") as exchange:
            buy(exchange, "7000")
            ids.append(exchange.orders()[-1]["txid"])
    assert ids[0] == ids[1]


def test_what_cannot_be_done_is_said() -> None:
    """As the control does."""
    with serve_in_thread() as exchange, pytest.raises(ControlRefused, match="no pair"):
        exchange.move("XBT/XYZ", 1)


def test_it_begins_without_orders() -> None:
    """So that those that a test sees are its own; also after a reset."""
    with serve_in_thread() as exchange:
        assert exchange.orders() == []
        exchange.reset()
        assert exchange.orders() == []


def test_its_key_reads_the_ledger_too() -> None:
    """Which the key of an exchange that a batch is rehearsed on does not."""
    with serve_in_thread() as exchange:
        buy(exchange, "9500")
        newest = next(iter(called(exchange, "Ledgers", asset="XBT")["result"]["ledger"].values()))
    assert (newest["type"], newest["asset"]) == ("trade", "XXBT")
