"""The way to an account, over real loopback sockets to the simulated exchange."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest
import trio
import trio_websocket
import trustme

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.execution import LookUp, QueryOrders
from runner.kraken import AddOrder, CancelOrder, ClientSession, Reqids
from runner.net.addresses import Address
from runner.net.dialing import Dialer, dialer_of
from runner.paper import Exchange
from runner.paper.options.kinds import ClosedCount
from runner.paper.options.options import RestOptions
from runner.runtime.kraken.access import AccessFailed, Credentials, Endpoints, KrakenAccess
from tests.net.accounts import KEY, SECRET, access

WALL_S = 1_795_000_000.0


def place(exchange: Exchange, count: int, *, canceled: bool) -> list[str]:
    """Book orders with client ids 0, 1, 2 …, and cancel them if they are to be closed ones."""
    token = Secret(exchange._tokens.issue(time.time()))
    now = time.time()
    exchange.connect(99, now)
    ids = []
    for number in range(count):
        ids.append(f"id-{number}")
        order = AddOrder(
            pair="ETH/EUR", type="buy", ordertype="limit", price="100", volume="0.01", cl_ord_id=ids[-1]
        )
        exchange.handle(99, order, token, now)
    if canceled:
        for start in range(0, count, 50):
            exchange.handle(99, CancelOrder(txid=(), cl_ord_id=tuple(ids[start : start + 50])), token, now)
    exchange.disconnect(99)
    return ids


def calls_of(exchange: Exchange) -> list[str]:
    """The paths of the REST calls that come from now on."""
    paths: list[str] = []
    answer = exchange.rest
    exchange.rest = lambda call, now: paths.append(call.path) or answer(call, now)  # type: ignore[method-assign]
    return paths


async def test_a_token_opens_a_connection_that_a_session_can_use() -> None:
    """Token over HTTP, upgrade, subscription: the exchange greets and shows its snapshot."""
    async with access() as (found, _):
        session = ClientSession(await found.fetch_token(), Reqids())
        async with found.open_websocket() as wire:
            session.start(time.time())
            await wire.send(session.outgoing())
            events = []
            while not any(type(event).__name__ == "Ready" for event in events):
                for text in await wire.receive():
                    events += session.receive(text, time.time())


async def test_refused_credentials_are_final() -> None:
    """Neither the key nor the secret is in what is said."""
    async with access(key=Secret("CANARY-key"), secret=Secret("Q0FOQVJZ")) as (found, _):
        with pytest.raises(AccessFailed, match="EAPI:Invalid key") as caught:
            await found.fetch_token()
    assert caught.value.final
    assert "CANARY" not in repr(caught.value) + repr(found.__dict__)


async def test_a_nonce_that_another_program_has_overtaken_is_tried_again() -> None:
    """The key's counter may be a little ahead of ours: a later nonce does."""
    async with access() as (found, exchange):
        exchange._rest._nonce = time.time_ns() // 1_000_000 + 300
        assert (await found.fetch_token()).reveal()


async def test_calls_at_once_do_not_overtake_each_other() -> None:
    """The first call with a connection leaves first, with the next nonce: none is refused and made again."""
    at_once = 8

    class LastFirst(Dialer):
        """The last connection that is requested is established first."""

        turns = [trio.Event() for _ in range(at_once + 1)]
        opened = 0

        async def open(self, address: Address) -> trio.abc.Stream:
            self.opened += 1
            mine = at_once - self.opened
            stream = await super().open(address)
            if mine:
                await self.turns[mine - 1].wait()
            return stream

    dialer = LastFirst()
    async with access(dialer=dialer) as (found, exchange):
        calls, tokens = calls_of(exchange), []

        async def fetch() -> None:
            tokens.append(await found.fetch_token())
            dialer.turns[len(tokens) - 1].set()

        async with trio.open_nursery() as nursery:
            for _ in range(at_once):
                nursery.start_soon(fetch)
    assert len(tokens) == len(calls) == at_once


async def test_a_nonce_far_behind_is_given_up_with_the_exchanges_words() -> None:
    """A key that has seen microseconds never takes milliseconds again."""
    async with access() as (found, exchange):
        exchange._rest._nonce = time.time_ns()
        with pytest.raises(AccessFailed, match="EAPI:Invalid nonce"):
            await found.fetch_token()


@pytest.mark.parametrize("canceled", [False, True])
async def test_orders_are_found_by_client_id(canceled: bool) -> None:
    """Open or closed, by their id."""
    async with access() as (found, exchange):
        place(exchange, 3, canceled=canceled)
        orders = await found.look_up(LookUp(("id-1", "never"), (), None))
    assert "id-1" in {order.cl_ord_id for order in orders}
    assert "never" not in {order.cl_ord_id for order in orders}


@pytest.mark.parametrize(("closed", "count", "calls"), [(120, 1, 2), (120, 2, 4), (120, 60, 4), (10, 60, 2)])
async def test_closed_orders_are_read_by_the_cheaper_way(closed: int, count: int, calls: int) -> None:
    """One order among many is read by id; many are found by paging; one page holds few."""
    async with access() as (found, exchange):
        ids = place(exchange, closed, canceled=True)
        before = exchange._rest._nonce
        counted = calls_of(exchange)
        orders = await found.look_up(LookUp(tuple(ids[:count]), (), None))
        assert exchange._rest._nonce > before
    assert set(ids[:count]) <= {order.cl_ord_id for order in orders}
    assert len(counted) == calls


@pytest.mark.parametrize("counted", list(ClosedCount))
@pytest.mark.parametrize(("closed", "wanted"), [(120, 1), (120, 110), (100, 100), (20, 20)])
async def test_a_count_is_believed_only_where_pages_bear_it_out(
    counted: ClosedCount, closed: int, wanted: int
) -> None:
    """Absent, unreadable or too small, it proves nothing: pages are read up to one that is not full, or the
    orders are read by id."""
    async with access(rest=RestOptions(closed_count=counted)) as (found, exchange):
        ids = place(exchange, closed, canceled=True)
        orders = await found.look_up(LookUp(tuple(ids[:wanted]), (), None))
    assert set(ids[:wanted]) <= {order.cl_ord_id for order in orders}


@pytest.mark.parametrize("canceled", [False, True])
async def test_what_became_of_orders_is_queried_by_their_ids(canceled: bool) -> None:
    """Open or ended, fifty in one call, each with its status and why it ended."""
    async with access() as (found, exchange):
        place(exchange, 50, canceled=canceled)
        state = exchange.state()
        txids = tuple(state.ended if canceled else state.live)[-50:]
        calls = calls_of(exchange)
        orders = await found.query_orders(QueryOrders(txids))
    assert [order.txid for order in orders] == list(txids)
    ended = {(order.status, order.cancel_reason) for order in orders}
    assert ended == ({("canceled", "User requested")} if canceled else {("open", None)})
    assert len(calls) == 1


async def test_ids_that_are_not_known_do_not_hide_those_that_are() -> None:
    """The exchange refuses the whole call for one unknown id; the rest is learned in few calls."""
    unknown = ("OABCDE-FGHIJ-KLMNOP",)
    async with access() as (found, exchange):
        place(exchange, 3, canceled=True)
        txids = (*exchange.state().ended, *unknown)
        calls = calls_of(exchange)
        orders = await found.query_orders(QueryOrders(txids))
    assert [order.txid for order in orders] == list(txids[:-1])
    assert len(calls) <= 7


async def test_an_order_that_no_record_knows_is_found_in_few_calls() -> None:
    """Wherever it is among many; the asking ends there. Where all are known it is one call for fifty."""
    unknown = "OABCDE-FGHIJ-KLMNOP"
    async with access(rest=RestOptions(enforce_rates=False)) as (found, exchange):
        found._rest._budget.most = 1000  # no call waits for another
        place(exchange, 120, canceled=True)
        txids = list(exchange.state().ended)
        calls = calls_of(exchange)
        known, missing = await found.known_orders(txids[:50])
        assert (set(known), missing, len(calls)) == (set(txids[:50]), frozenset(), 1)
        for place_of_it in (0, 24, 49):
            calls.clear()
            ids = [*txids[:place_of_it], unknown, *txids[place_of_it:49]]
            known, missing = await found.known_orders(ids)
            assert (missing, unknown in known) == ({unknown}, False)
            assert len(calls) <= 10
        calls.clear()
        many = ["OABCDE-FGHIJ-KLMNOP", "OABCDE-FGHIJ-KLMNOQ", *txids[:48]]
        assert await found.known_orders(many)
        assert len(calls) <= 10
        known, missing = await found.known_orders(many, most_unknown=9)
        assert (set(known), missing) == (set(txids[:48]), set(many[:2]))
        calls.clear()
        known, missing = await found.known_orders(txids)
        assert (set(known), missing, len(calls)) == (set(txids), frozenset(), 4)


async def test_records_that_cannot_be_read_say_nothing_of_any_order() -> None:
    """A refusal that is not about an unknown id is no answer."""
    async with access(key=Secret("CANARY-key")) as (found, _):
        with pytest.raises(AccessFailed, match="EAPI:Invalid key"):
            await found.query_orders(QueryOrders(("OGTT3Y-C6I3P-XRI6HX",)))


async def test_the_clock_of_the_exchange_is_measured_to_the_second() -> None:
    """The skew lies between the two bounds, which are little more than a second apart."""
    async with access() as (found, _):
        skew = await found.clock_skew(time.time() - 100)
    assert skew is not None
    least, most = skew
    assert least <= 100 <= most
    assert most - least < 2


async def test_an_exchange_that_is_not_there_is_said_to_be_so() -> None:
    """Both doors, and no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = KrakenAccess(
            Endpoints(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"), Credentials(KEY, SECRET)
        )
        with pytest.raises(AccessFailed, match="GetWebSocketsToken"):
            await found.fetch_token()
        with pytest.raises(AccessFailed, match=str(port)):
            async with found.open_websocket():
                raise AssertionError("no server")
        await found.aclose()


async def test_a_server_that_is_no_websocket_is_said_to_be_none() -> None:
    """The REST door does not speak WebSocket."""
    async with access() as (found, _):
        rest = found._endpoints.rest_url
        wrong = KrakenAccess(Endpoints(rest, rest.replace("http", "ws")), Credentials(KEY, SECRET))
        with pytest.raises(AccessFailed, match="HTTP status 403"):
            async with wrong.open_websocket():
                raise AssertionError("this is no WebSocket")


@pytest.mark.parametrize("url", ["http://api.kraken.com", "ws://10.0.0.1:80", "http://example.org:8080"])
def test_plain_text_goes_nowhere_but_to_this_machine(url: str) -> None:
    """A token is never sent in the clear."""
    with pytest.raises(InvalidInput, match="refused without TLS"):
        Endpoints(url, "wss://ws-auth.kraken.com")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://api.kraken.com"]
)
def test_loopback_and_tls_are_allowed(url: str) -> None:
    """Tests and rehearsals need no certificate."""
    assert Endpoints(url, "wss://ws-auth.kraken.com").rest_url == url


@pytest.mark.parametrize("url", ["", "kraken", "ftp://127.0.0.1", "https://"])
def test_what_is_no_url_is_refused(url: str) -> None:
    """A typing error is found before anything is begun."""
    with pytest.raises(InvalidInput, match="not a URL"):
        Endpoints(url, "wss://ws-auth.kraken.com")


async def test_a_live_connection_is_made_over_tls(tmp_path: Path) -> None:
    """Token and frames go through TLS, and a certificate without a known authority is refused."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    async def greet(stream: trio.SSLStream[trio.SocketStream]) -> None:
        async with trio.open_nursery() as nursery:
            request = await trio_websocket.wrap_server_stream(nursery, stream)
            websocket = await request.accept()
            with suppress(trio_websocket.ConnectionClosed):
                await websocket.send_message("over TLS")
                await websocket.get_message()
            nursery.cancel_scope.cancel()

    async def serve(stream: trio.SSLStream[trio.SocketStream]) -> None:
        with suppress(trio.BrokenResourceError):
            await greet(stream)

    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            listeners = await trio.open_ssl_over_tcp_listeners(
                0, context, host="127.0.0.1", https_compatible=True
            )
            nursery.start_soon(trio.serve_listeners, serve, listeners)
            port = listeners[0].transport_listener.socket.getsockname()[1]
            endpoints = Endpoints(f"https://localhost:{port}", f"wss://localhost:{port}")

            with pytest.raises(AccessFailed, match="certificate"):
                async with KrakenAccess(endpoints, Credentials(KEY, SECRET)).open_websocket():
                    raise AssertionError("no authority signed it")

            dialer = dialer_of({"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
            found = KrakenAccess(endpoints, Credentials(KEY, SECRET), dialer=dialer)
            async with found.open_websocket() as wire:
                assert await wire.receive() == ["over TLS"]
            nursery.cancel_scope.cancel()


async def test_a_token_is_used_again_once_and_while_it_is_young() -> None:
    """The next run may begin with it; after a failure a new one is fetched."""
    async with access() as (found, _):
        first = await found.fetch_token()
        found.use_token_again()
        assert await found.fetch_token() is first
        second = await found.fetch_token()
        assert second is not first
        found.use_token_again()
        found._token_until = trio.current_time()
        assert await found.fetch_token() not in (first, second)


async def test_work_that_is_done_once_is_remembered() -> None:
    """A failure is not."""
    async with access() as (found, exchange):
        calls = calls_of(exchange)
        with pytest.raises(AccessFailed):
            await found.once("a", lambda: found.read_private("/0/private/Nothing"))
        answers = [
            await found.once("a", lambda: found.read_private("/0/private/BalanceEx")) for _ in range(2)
        ]
        assert answers[0] is answers[1]
        assert calls[-1:] == ["/0/private/BalanceEx"]
        assert calls.count("/0/private/BalanceEx") == 1


async def test_open_orders_are_listed_and_canceled_by_calls() -> None:
    """One by its id, which may be gone already, and then all."""
    async with access() as (found, _):
        listed = await found.list_orders()
        txids = tuple(each.order.txid for each in listed)
        assert len(txids) > 1
        assert await found.call_cancel(txids[:1]) == 1
        assert await found.call_cancel(txids[:1]) == 0
        assert await found.call_cancel(None) == len(txids) - 1
        assert await found.list_orders() == ()
