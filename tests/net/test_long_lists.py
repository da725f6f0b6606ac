"""An account with very many open orders: they are read one by one while the answer arrives.

Time is frozen here, since measuring memory takes long on a busy machine and an answer has a time limit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio
from trio.testing import MockClock

from runner.domain import Secret
from runner.execution import LookUp
from runner.runtime.kraken.access import AccessFailed, Credentials, Endpoints, KrakenAccess
from tests.support.memory import measured_memory

pytestmark = pytest.mark.trio

CHUNK = 500
ORDER = (
    '"O{0:05d}-ABCDE-FGHIJK":{{"refid":null,"userref":0,"cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb{0:08x}",'
    '"status":"open","opentm":1795000000.1234,"starttm":0,"expiretm":0,"descr":{{"pair":"XRPEUR","type":"buy",'
    '"ordertype":"limit","price":"0.1","price2":"0","leverage":"none","order":"buy 10 XRPEUR @ limit 0.1",'
    '"close":""}},"vol":"10.00000000","vol_exec":"0.00000000","cost":"0.00000","fee":"0.00000",'
    '"price":"0.00000","stopprice":"0.00000","limitprice":"0.00000","misc":"","oflags":"fciq","trades":[]}}'
)


def open_orders(count: int) -> Iterator[bytes]:
    """The answer in pieces."""
    yield b'{"error":[],"result":{"open":{'
    for first in range(0, count, CHUNK):
        piece = ",".join(ORDER.format(number) for number in range(first, min(first + CHUNK, count)))
        yield (piece + ("," if first + CHUNK < count else "")).encode()
    yield b"}}}"


@asynccontextmanager
async def account(count: int, end: str = "") -> AsyncIterator[KrakenAccess]:
    """The way to an account with so many open orders, no closed ones; ``end`` is said in place of them."""

    async def answer(stream: trio.SocketStream) -> None:
        request = b""
        while b"nonce=" not in request:
            request += await stream.receive_some(4096)
        await stream.send_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        if b"ClosedOrders" in request:
            await stream.send_all(b'{"error":[],"result":{"closed":{},"count":0}}')
        for piece in (end.encode(),) if end else open_orders(count) if b"/OpenOrders" in request else ():
            await stream.send_all(piece)
        await stream.aclose()

    async with trio.open_nursery() as nursery:
        (listener,) = await nursery.start(partial(trio.serve_tcp, answer, 0, host="127.0.0.1"))
        port = listener.socket.getsockname()[1]
        endpoints = Endpoints(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
        access = KrakenAccess(endpoints, Credentials(Secret("key"), Secret("c2VjcmV0")))
        yield access
        await access.aclose()
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("count", [2_000, pytest.param(50_000, marks=pytest.mark.long)])
async def test_memory_is_bounded_by_an_order_and_not_by_the_answer(count: int, mock_clock: MockClock) -> None:
    """50,000 orders are 27 MB: parsed as a whole they took 190 MB, here what is kept of each."""
    assert mock_clock.current_time() == trio.current_time(), "time is frozen"
    size = sum(map(len, open_orders(count)))
    async with account(1) as access:
        await access.read_open_orders(lambda txid, _: txid)  # whatever is loaded at first is not counted
    async with account(count) as access:
        with measured_memory() as memory:
            txids = await access.read_open_orders(lambda txid, _: txid)
    assert (len(txids), txids[-1]) == (count, f"O{count - 1:05d}-ABCDE-FGHIJK")
    assert memory.peak < size / 2 + (1 << 20)


async def test_a_look_finds_an_order_among_them(mock_clock: MockClock) -> None:
    """It is read as it would be alone."""
    async with account(1_200) as access:
        found = await access.look_up(LookUp(("a", "b"), (), None))
    assert len(found) == 1_200
    assert (found[7].cl_ord_id, found[7].status) == ("6d1b345e-2821-40e2-ad83-4ecb00000007", "open")
    assert found[7].descr is not None
    assert found[7].descr.pair == "XRPEUR"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"error":["EAPI:Invalid key"]}', "EAPI:Invalid key"),
        ('{"error":[],"result":{"open":{"O1":5}}}', "an order that cannot be read"),
        ('{"error":[],"result":{"open":[]}}', "no open orders"),
        ('{"error":[],"result":{"open":{"O1":{"vol":"1"}', "not JSON"),
        ('{"error":[],"result":{"open":{"O1":{"vol" "1"}}}}', "not JSON"),
    ],
)
async def test_what_is_no_list_of_orders(body: str, why: str) -> None:
    """An order that is not understood is never passed over."""
    async with account(0, body) as access:
        with pytest.raises(AccessFailed, match=why):
            await access.look_up(LookUp(("a",), (), None))
