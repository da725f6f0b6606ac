"""Sockets and HTTP to one account at one exchange, live or paper: the same code for both.

It fetches what it is told to fetch and reports failure as ``AccessFailed``; whether to try again is not
decided here. The token and the keys pass through and stay in no message.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import trio
import trio_websocket
from wsproto.utilities import ProtocolError

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.protocol import (
    CLOSED_ORDERS_PATH,
    MAX_FRAME_BYTES,
    OPEN_ORDERS_PATH,
    QUERY_ORDERS_PATH,
    RECORDS_COST,
    TIME_PATH,
    TOKEN_PATH,
    CallBudget,
    Complaint,
    FrameError,
    OpenOrder,
    RestComplaint,
    classify,
    parse_envelope,
    private_call,
    token_from,
)

from .splice import Splice, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from runner.engine import LookUp, QueryOrders

CONNECT_TIMEOUT_S = 15.0
REST_TIMEOUT_S = 15.0
CLOSE_TIMEOUT_S = 1.0
SEND_BUFFER_BYTES = 1024 * 1024
"""A burst of orders, about 90 kB, is handed to the kernel at once; where it allows less it takes less."""

RECEIVE_QUEUE = 1024
"""Messages that may wait for the driver where they do not come in bursts."""

PAGE_ORDERS = 50
"""How many closed orders the exchange puts on a page."""

NONCE_TRIES = 5
NONCE_PAUSE_S = 0.2
"""Another program with the same key may be ahead of us: a later nonce may do."""

_Stream = trio.SocketStream | trio.SSLStream[trio.SocketStream]

_PLAIN_SCHEMES = {"http", "ws"}
_SCHEMES = {"http", "https", "ws", "wss"}
_FINAL = {Complaint.BAD_KEY, Complaint.PERMISSION, Complaint.LOCKOUT}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the exchange is: base URL of its REST API, and URL of its private WebSocket."""

    rest_url: str
    ws_url: str

    def __post_init__(self) -> None:
        for url in (self.rest_url, self.ws_url):
            _check(url)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key and its secret."""

    key: Secret
    secret: Secret


class AccessFailed(Exception):
    """A call or a connection came to nothing. ``final``: trying again is useless. ``errors`` are the
    exchange's own texts, where it answered.
    """

    def __init__(self, reason: str, *, final: bool = False, errors: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
        self.errors = errors


class KrakenAccess:
    """One account at one exchange. Use it inside one ``trio.run`` and ``aclose`` it.

    Without credentials only what is public can be read.
    """

    def __init__(self, endpoints: Endpoints, credentials: Credentials | None) -> None:
        self._endpoints = endpoints
        self._credentials = credentials
        self._last_nonce = 0
        self._budget = CallBudget()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        """One context for both doors; making it costs more than the rest of the start together."""
        urls = (self._endpoints.rest_url, self._endpoints.ws_url)
        return None if all(urlsplit(url).scheme in _PLAIN_SCHEMES for url in urls) else _tls_context()

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._endpoints.rest_url,
            timeout=REST_TIMEOUT_S,
            verify=self._tls or False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Give the HTTP connections back."""
        if "_http" in self.__dict__:
            await self._http.aclose()

    async def fetch_token(self) -> Secret:
        """A new WebSocket token. Raises ``AccessFailed``."""
        result = await self._private(TOKEN_PATH, {})
        try:
            return token_from(result)
        except FrameError as error:
            raise AccessFailed(f"the token call: {error}") from None

    @property
    def has_credentials(self) -> bool:
        """Whether the account can be asked for."""
        return self._credentials is not None

    async def read_public(self, path: str, fields: Mapping[str, str]) -> Any:
        """The result of a public call. Raises ``AccessFailed``."""
        try:
            return self._result_of(path, await self._http.get(path, params=dict(fields)))
        except httpx.HTTPError as error:
            raise AccessFailed(f"{path}: {_in_words(error)}") from None
        except RestComplaint as complaint:
            raise _refused(path, complaint) from None

    async def read_private(self, path: str) -> Any:
        """The result of a private call that only reads. Raises ``AccessFailed``."""
        return await self._records(path, {})

    @asynccontextmanager
    async def open_websocket(self) -> AsyncIterator[Wire]:
        """A private WebSocket connection. Raises ``AccessFailed`` when there is none."""
        try:
            with trio.fail_after(CONNECT_TIMEOUT_S):
                stream = await self._open_stream()
        except (OSError, trio.TooSlowError) as error:
            raise self._unreachable(error) from None
        failed: AccessFailed | None = None
        try:
            # trio-websocket leaves the stream open when the other side closes first, so it is owned here.
            async with stream, trio.open_nursery() as nursery:
                wire = await self._shake_hands(nursery, stream)
                try:
                    yield wire
                finally:
                    with trio.move_on_after(CLOSE_TIMEOUT_S, shield=True):
                        await wire.aclose()
                nursery.cancel_scope.cancel()
        except* (
            OSError,
            trio.TooSlowError,
            trio.BrokenResourceError,
            trio_websocket.HandshakeError,
            ProtocolError,
        ) as group:
            failed = self._unreachable(group.exceptions[0])
        if failed is not None:
            raise failed

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """The orders of the account that may carry one of the ids asked for, open and closed.

        Closed orders are paged through or asked for by id, whichever costs fewer calls. Raises
        ``AccessFailed``. Sources: https://docs.kraken.com/api/docs/rest-api/get-open-orders and
        get-closed-orders beside it.
        """
        found = list(_orders(await self._records(OPEN_ORDERS_PATH, {}), "open"))
        since = {} if look.since is None else {"start": str(int(look.since))}
        first = await self._records(CLOSED_ORDERS_PATH, since)
        found += _orders(first, "closed")
        asked = [{"cl_ord_id": one} for one in look.cl_ord_ids] + [{"userref": one} for one in look.userrefs]
        pages = range(PAGE_ORDERS, _count(first), PAGE_ORDERS)
        offsets = [since | {"ofs": str(offset)} for offset in pages]
        for fields in min(offsets, asked, key=len):
            found += _orders(await self._records(CLOSED_ORDERS_PATH, fields), "closed")
        return tuple(found)

    async def query_orders(self, query: QueryOrders) -> tuple[OpenOrder, ...]:
        """Those of the orders asked for that any of the exchange's records knows. Raises ``AccessFailed``.

        What QueryOrders does not know is looked for among the open orders and those that have ended last.
        Source: https://docs.kraken.com/api/docs/rest-api/get-orders-info
        """
        found = {order.txid: order for order in await self._known(query.txids)} if query.txids else {}
        if missing := set(query.txids).difference(found):
            open_orders = _orders(await self._records(OPEN_ORDERS_PATH, {}), "open")
            ended = _orders(await self._records(CLOSED_ORDERS_PATH, {}), "closed")
            found |= {order.txid: order for order in (*open_orders, *ended) if order.txid in missing}
        for userref in query.userrefs:
            found |= {order.txid: order for order in await self._carrying(userref, query.since)}
        return tuple(found.values())

    async def _carrying(self, userref: str, since: float) -> list[OpenOrder]:
        """The orders with a user reference: open ones, and then those that have ended since."""
        carrying = {"userref": userref}
        found = list(_orders(await self._records(OPEN_ORDERS_PATH, carrying), "open"))
        carrying |= {"start": str(int(since)), "closetime": "close"}
        found += _orders(await self._records(CLOSED_ORDERS_PATH, carrying), "closed")
        return [order for order in found if order.userref == userref]

    async def _known(self, txids: tuple[str, ...]) -> tuple[OpenOrder, ...]:
        """An id that it does not know makes the exchange refuse the whole call: then its halves are asked."""
        try:
            result = await self._records(QUERY_ORDERS_PATH, {"txid": ",".join(txids)})
        except AccessFailed as failure:
            if not failure.errors or any(classify(text) is not Complaint.GONE for text in failure.errors):
                raise
            if len(txids) == 1:
                return ()
            middle = len(txids) // 2
            return (*await self._known(txids[:middle]), *await self._known(txids[middle:]))
        return tuple(order for order in _listed(result, "orders") if order.txid in txids)

    async def clock_skew(self, now: float) -> tuple[float, float] | None:
        """How far the exchange's clock is ahead of ours, in seconds: the least and the most that it can be.

        ``now`` is our time at the call. None when the exchange does not tell its time in a form that we know.
        """
        started = trio.current_time()
        try:
            answer = await self._http.get(TIME_PATH)
        except httpx.HTTPError as error:
            raise AccessFailed(f"{TIME_PATH}: {_in_words(error)}") from None
        took_s = trio.current_time() - started
        try:
            server_s = int(parse_envelope(answer.text)["unixtime"])
        except (RestComplaint, FrameError, KeyError, TypeError, ValueError):
            return None
        # The exchange tells whole seconds, at some moment between our asking and its answer.
        return server_s - (now + took_s), server_s + 1 - now

    async def _records(self, path: str, fields: Mapping[str, str]) -> Any:
        await trio.sleep(self._budget.wait_s(RECORDS_COST, trio.current_time()))
        self._budget.spend(RECORDS_COST, trio.current_time())
        return await self._private(path, fields)

    async def _private(self, path: str, fields: Mapping[str, str]) -> Any:
        for _ in range(NONCE_TRIES - 1):
            try:
                return await self._call(path, fields)
            except RestComplaint as complaint:
                if all(classify(text) is not Complaint.INVALID_NONCE for text in complaint.errors):
                    raise _refused(path, complaint) from None
            await trio.sleep(NONCE_PAUSE_S)
        try:
            return await self._call(path, fields)
        except RestComplaint as complaint:
            raise _refused(path, complaint) from None

    async def _call(self, path: str, fields: Mapping[str, str]) -> Any:
        assert self._credentials is not None, "private calls need credentials"
        key, secret = self._credentials.key.reveal(), self._credentials.secret
        headers, body = private_call(key, secret, path, self._nonce(), fields)
        try:
            answer = await self._http.post(path, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise AccessFailed(f"{path}: {_in_words(error)}") from None
        return self._result_of(path, answer)

    @staticmethod
    def _result_of(path: str, answer: httpx.Response) -> Any:
        if answer.status_code >= 500:
            raise AccessFailed(f"{path}: HTTP status {answer.status_code}")
        try:
            return parse_envelope(answer.text)
        except FrameError as error:
            raise AccessFailed(f"{path}: HTTP status {answer.status_code}, {error}") from None

    def _nonce(self) -> str:
        """Milliseconds, as in the exchange's own example: finer ones would lock other programs out."""
        self._last_nonce = max(self._last_nonce + 1, time.time_ns() // 1_000_000)
        return str(self._last_nonce)

    async def _open_stream(self) -> _Stream:
        parts = urlsplit(self._endpoints.ws_url)
        host = parts.hostname or ""
        if parts.scheme in _PLAIN_SCHEMES:
            plain = await trio.open_tcp_stream(host, parts.port or 80)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            return plain
        secured = await trio.open_ssl_over_tcp_stream(
            host, parts.port or 443, ssl_context=self._tls, https_compatible=True
        )
        secured.transport_stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        return secured

    async def _shake_hands(self, nursery: trio.Nursery, stream: _Stream) -> Wire:
        parts = urlsplit(self._endpoints.ws_url)
        splice = Splice(stream, max_bytes=MAX_FRAME_BYTES)
        with trio.fail_after(CONNECT_TIMEOUT_S):
            if isinstance(stream, trio.SSLStream):
                await stream.do_handshake()
            connection = await trio_websocket.wrap_client_stream(
                nursery,
                splice,  # type: ignore[arg-type]  # any stream will do, whatever the hint says
                parts.netloc,
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                message_queue_size=RECEIVE_QUEUE,
                max_message_size=MAX_FRAME_BYTES,
            )
        return Wire(connection, splice)

    def _unreachable(self, error: Exception) -> AccessFailed:
        return AccessFailed(f"{self._endpoints.ws_url}: {_in_words(error)}")


def _refused(path: str, complaint: RestComplaint) -> AccessFailed:
    final = any(classify(text) in _FINAL for text in complaint.errors)
    return AccessFailed(f"{path}: {complaint}", final=final, errors=complaint.errors)


def _count(result: Any) -> int:
    """How many closed orders there are in all; without that number, as many as one page holds."""
    count = result.get("count")
    return count if isinstance(count, int) else 0


def _orders(result: Any, where: str) -> Iterator[OpenOrder]:
    """The orders of an answer, as the feed would show them; REST gives times as numbers."""
    return _listed(result.get(where) if isinstance(result, dict) else None, f"{where} orders")


def _listed(orders: Any, what: str) -> Iterator[OpenOrder]:
    """The orders of a JSON object that names each by its id."""
    if not isinstance(orders, dict):
        raise AccessFailed(f"the answer holds no {what}")
    for txid, fields in orders.items():
        if isinstance(fields, dict):
            yield OpenOrder.read(txid, fields)


def _check(url: str) -> None:
    """Plain text goes nowhere but to this machine. Raises ``InvalidInput``."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise InvalidInput(f"{url}: not a URL of an exchange (https://… or wss://…)")
    if parts.scheme in _PLAIN_SCHEMES and not _is_loopback(parts.hostname):
        raise InvalidInput(
            f"{url}: refused without TLS",
            details=["Use https:// and wss://; plain text is allowed to 127.0.0.1 and localhost only."],
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _in_words(error: Exception) -> str:
    """What went wrong, in a few words; the texts of these errors name hosts and ports, never a header."""
    if isinstance(error, trio.BrokenResourceError) and error.__cause__ is not None:
        return str(error.__cause__)
    if isinstance(error, trio_websocket.ConnectionRejected):
        return f"the WebSocket was refused with HTTP status {error.status_code}"
    return str(error) or type(error).__name__
