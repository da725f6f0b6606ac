"""Sockets and HTTP to one account at one exchange, live or paper: the same code for both.

It fetches what it is told to fetch and reports failure as ``AccessFailed``; whether to try again is not
decided here. The token and the keys pass through and stay in no message.
"""

from __future__ import annotations

import ipaddress
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

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.protocol import (
    CLOSED_ORDERS_PATH,
    MAX_FRAME_BYTES,
    OPEN_ORDERS_PATH,
    TOKEN_PATH,
    Complaint,
    FrameError,
    OpenOrder,
    RestComplaint,
    classify,
    parse_envelope,
    private_call,
    token_from,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from runner.engine import LookUp

CONNECT_TIMEOUT_S = 15.0
REST_TIMEOUT_S = 15.0
CLOSE_TIMEOUT_S = 1.0
RECEIVE_QUEUE = 1024
"""Messages that may wait between the socket and the driver; beyond it the socket is left to fill."""

MAX_PAGES = 20
"""Pages of closed orders that one look reads at most, of 50 orders each."""

ASK_BY_ID_UP_TO = 3
"""Up to so many orders are asked for one by one; for more it is cheaper to page."""

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
    """A call or a connection came to nothing. ``final``: trying again is useless."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class KrakenAccess:
    """One account at one exchange. Use it inside one ``trio.run`` and ``aclose`` it."""

    def __init__(self, endpoints: Endpoints, credentials: Credentials) -> None:
        self._endpoints = endpoints
        self._credentials = credentials
        self._last_nonce = 0

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

    @asynccontextmanager
    async def open_websocket(self) -> AsyncIterator[trio_websocket.WebSocketConnection]:
        """A private WebSocket connection. Raises ``AccessFailed`` when there is none."""
        async with trio.open_nursery() as nursery:
            socket = await self._connect(nursery)
            try:
                yield socket
            finally:
                with trio.move_on_after(CLOSE_TIMEOUT_S, shield=True):
                    await socket.aclose()
                nursery.cancel_scope.cancel()

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """The orders of the account that carry one of the ids asked for, open and closed.

        Raises ``AccessFailed``. Sources: https://docs.kraken.com/api/docs/rest-api/get-open-orders and
        get-closed-orders beside it.
        """
        found = list(_orders(await self._private(OPEN_ORDERS_PATH, {}), "open"))
        asked = [{"cl_ord_id": one} for one in look.cl_ord_ids] + [{"userref": one} for one in look.userrefs]
        if len(asked) <= ASK_BY_ID_UP_TO:
            for fields in asked:
                found += _orders(await self._private(CLOSED_ORDERS_PATH, fields), "closed")
        else:
            found += await self._closed_since(look.since)
        return tuple(found)

    async def _closed_since(self, since: float) -> list[OpenOrder]:
        found: dict[str, OpenOrder] = {}
        for _ in range(MAX_PAGES):
            fields = {"start": str(int(since)), "ofs": str(len(found))}
            page = list(_orders(await self._private(CLOSED_ORDERS_PATH, fields), "closed"))
            fresh = {order.txid: order for order in page if order.txid not in found}
            if not fresh:
                return list(found.values())
            found |= fresh
        raise AccessFailed("too many closed orders to look through")

    async def _private(self, path: str, fields: Mapping[str, str]) -> Any:
        nonce = self._nonce()
        headers, body = private_call(
            self._credentials.key.reveal(), self._credentials.secret, path, nonce, fields
        )
        try:
            answer = await self._http.post(path, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise AccessFailed(f"{path}: {_in_words(error)}") from None
        if answer.status_code >= 500:
            raise AccessFailed(f"{path}: HTTP status {answer.status_code}")
        try:
            return parse_envelope(answer.text)
        except RestComplaint as complaint:
            final = any(classify(text) in _FINAL for text in complaint.errors)
            raise AccessFailed(f"{path}: {complaint}", final=final) from None
        except FrameError as error:
            raise AccessFailed(f"{path}: HTTP status {answer.status_code}, {error}") from None

    def _nonce(self) -> str:
        """Milliseconds, as in the exchange's own example: finer ones would lock other programs out."""
        self._last_nonce = max(self._last_nonce + 1, time.time_ns() // 1_000_000)
        return str(self._last_nonce)

    async def _connect(self, nursery: trio.Nursery) -> trio_websocket.WebSocketConnection:
        try:
            with trio.fail_after(CONNECT_TIMEOUT_S):
                return await trio_websocket.connect_websocket_url(
                    nursery,
                    self._endpoints.ws_url,
                    ssl_context=self._tls,
                    message_queue_size=RECEIVE_QUEUE,
                    max_message_size=MAX_FRAME_BYTES,
                )
        except (OSError, trio.TooSlowError, trio_websocket.HandshakeError, ssl.SSLError) as error:
            raise AccessFailed(f"{self._endpoints.ws_url}: {_in_words(error)}") from None


def _orders(result: Any, where: str) -> Iterator[OpenOrder]:
    """The orders of an answer, as the feed would show them; REST gives times as numbers."""
    orders = result.get(where) if isinstance(result, dict) else None
    if not isinstance(orders, dict):
        raise AccessFailed(f"the answer holds no {where} orders")
    for txid, fields in orders.items():
        if isinstance(fields, dict):
            yield OpenOrder(txid, fields)


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
    return str(error) or type(error).__name__
