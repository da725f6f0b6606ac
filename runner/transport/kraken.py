"""Sockets and HTTP to one account at one exchange, live or paper: the same code for both.

It fetches what it is told to fetch and reports failure as ``AccessFailed``; whether a run tries again is not
decided here. The token and the keys pass through and stay in no message.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import trio

from runner.protocol import (
    CLOSED_ORDERS_PATH,
    MAX_FRAME_BYTES,
    OPEN_ORDERS_PATH,
    QUERY_ORDERS_PATH,
    TIME_PATH,
    TOKEN_PATH,
    Complaint,
    FrameError,
    OpenOrder,
    Scrubber,
    classify,
    token_from,
)

from .addresses import Address, Credentials, Endpoints, is_loopback
from .dialing import Dialer, dialer_of
from .failures import AccessFailed
from .handshake import shake_hands
from .http_client import HttpClient
from .rest_calls import RestCalls
from .websocket import PrivateConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from runner.domain import Secret
    from runner.engine import LookUp, QueryOrders

    T = TypeVar("T")

__all__ = ["AccessFailed", "Credentials", "Endpoints", "KrakenAccess"]

CLOSE_TIMEOUT_S: Final = 1.0

PAGE_ORDERS: Final = 50
"""How many closed orders the exchange puts on a page."""


def _whole(result: Any) -> Any:
    return result


LOOPBACK = "loopback"
"""The address of whatever is served on this machine: its ports differ from run to run."""


def _say_nothing(_: str) -> None:
    pass


class KrakenAccess:
    """One account at one exchange. Use it inside one ``trio.run`` and ``aclose`` it.

    Without credentials only what is public can be read. ``dialer`` knows the way; without one it is that of
    the environment, which a way within this machine does not need. ``say`` is told of waits.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials | None,
        *,
        dialer: Dialer | None = None,
        say: Callable[[str], None] = _say_nothing,
    ) -> None:
        self._credentials = credentials
        self._endpoints = endpoints
        base, door = Address.of(endpoints.rest_url), Address.of(endpoints.ws_url)
        self._dialer = dialer or (dialer_of(os.environ) if base.secure or door.secure else Dialer())
        self._scrub = Scrubber(*((credentials.key, credentials.secret) if credentials else ()))
        http = HttpClient(self._dialer, base)
        self._rest = RestCalls(http, credentials, scrub=self._scrub, say=say)

    async def aclose(self) -> None:
        """Give the HTTP connections back."""
        await self._rest.aclose()

    async def fetch_token(self) -> Secret:
        """A new WebSocket token. Raises ``AccessFailed``."""
        token = await self._rest.private(TOKEN_PATH, {}, token_from)
        self._scrub.add(token)
        return token

    @property
    def address(self) -> str:
        """Where orders go to, without what differs from run to run: any port of this machine is one place."""
        return address_of(self._endpoints)

    @property
    def fingerprint(self) -> str | None:
        """By which the API key is known; None without one."""
        return None if self._credentials is None else self._credentials.key.fingerprint()

    @property
    def has_credentials(self) -> bool:
        """Whether the account can be asked for."""
        return self._credentials is not None

    async def read_public(self, path: str, fields: Mapping[str, str], read: Callable[[Any], T] = _whole) -> T:
        """What ``read`` makes of the result of a public call; it raises ``FrameError`` for what is nothing of
        the kind. What fails in passing is tried again. Raises ``AccessFailed``.
        """
        return await self._rest.public(path, fields, read, patient=True)

    async def read_private(self, path: str, read: Callable[[Any], T] = _whole) -> T:
        """The same for a private call that only reads."""
        return await self._rest.records(path, {}, read, patient=True)

    @asynccontextmanager
    async def open_websocket(self) -> AsyncIterator[PrivateConnection]:
        """A private WebSocket connection. Raises ``AccessFailed`` when there is none."""
        door = Address.of(self._endpoints.ws_url)
        stream = await self._dialer.open(door)
        try:
            first = await shake_hands(stream, door)
        except BaseException as error:
            await trio.aclose_forcefully(stream)
            if isinstance(error, AccessFailed):
                raise AccessFailed(
                    f"{door.tunnel}: {self._scrub(error.reason)}", answered=error.answered
                ) from None
            raise
        connection = PrivateConnection(stream, first=first, max_bytes=MAX_FRAME_BYTES, scrub=self._scrub)
        try:
            yield connection
        finally:
            with trio.move_on_after(CLOSE_TIMEOUT_S, shield=True):
                await connection.aclose()

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """The orders of the account that may carry one of the ids asked for, open and closed.

        Closed orders are paged through or asked for by id, whichever costs fewer calls. Raises
        ``AccessFailed``. Sources: https://docs.kraken.com/api/docs/rest-api/get-open-orders and
        get-closed-orders beside it.
        """
        found = list(_orders(await self._records(OPEN_ORDERS_PATH, {}), "open"))
        since = {} if look.since is None else {"start": str(int(look.since))}
        first = await self._records(CLOSED_ORDERS_PATH, since)
        page = list(_orders(first, "closed"))
        asked = [{"cl_ord_id": one} for one in look.cl_ord_ids] + [{"userref": one} for one in look.userrefs]
        return (*found, *page, *await self._further(first, page, since, asked))

    async def _further(
        self, first: Any, page: list[OpenOrder], since: dict[str, str], asked: list[dict[str, str]]
    ) -> list[OpenOrder]:
        """The closed orders behind the first page, up to a page that is not full; those that are asked for,
        by id, where that costs fewer calls. How many there are is believed only where pages bear it out.
        """
        found: list[OpenOrder] = []
        total, offset, calls = _count(first), PAGE_ORDERS, 0
        pages_to_come = 1 if total is None else len(range(PAGE_ORDERS, total, PAGE_ORDERS))
        while offset < (total or 0) or len(page) >= PAGE_ORDERS:
            if calls + max(pages_to_come, 1) > len(asked):
                for fields in asked:
                    found += _orders(await self._records(CLOSED_ORDERS_PATH, fields), "closed")
                return found
            fields = since | {"ofs": str(offset)}
            page = list(_orders(await self._records(CLOSED_ORDERS_PATH, fields), "closed"))
            found += page
            offset, calls, pages_to_come = offset + PAGE_ORDERS, calls + 1, pages_to_come - 1
        return found

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

    async def clock_skew(self, now: float) -> tuple[float, float]:
        """How far the exchange's clock is ahead of ours, in seconds: the least and the most that it can be.

        ``now`` is our time at the call. Raises ``AccessFailed``, also when the exchange tells no time.
        """
        started = trio.current_time()
        server_s = await self._rest.public(TIME_PATH, {}, _unix_time)
        took_s = trio.current_time() - started
        # The exchange tells whole seconds, at some moment between our asking and its answer.
        return server_s - (now + took_s), server_s + 1 - now

    async def _records(self, path: str, fields: Mapping[str, str]) -> Any:
        return await self._rest.records(path, fields, _whole)


def _unix_time(result: Any) -> int:
    match result:
        case {"unixtime": int(seconds)} if not isinstance(seconds, bool) and seconds > 0:
            return seconds
        case _:
            raise FrameError("no time in the answer")


def address_of(endpoints: Endpoints) -> str:
    """The address that orders go to, as journals keep it."""
    address = Address.of(endpoints.ws_url)
    return LOOPBACK if is_loopback(address.host) else address.header


def _count(result: Any) -> int | None:
    """How many closed orders there are in all, None where that is not said in a form that we know."""
    count = result.get("count")
    if isinstance(count, str) and count.isascii() and count.isdigit():
        return int(count)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _orders(result: Any, where: str) -> Iterator[OpenOrder]:
    """The orders of an answer, as the feed would show them; REST gives times as numbers."""
    return _listed(result.get(where) if isinstance(result, dict) else None, f"{where} orders")


def _listed(orders: Any, what: str) -> Iterator[OpenOrder]:
    """The orders of a JSON object that names each by its id."""
    if not isinstance(orders, dict):
        raise AccessFailed(f"the answer holds no {what}")
    for txid, fields in orders.items():
        if not isinstance(fields, dict):
            raise AccessFailed(f"the answer holds an order that cannot be read among its {what}")
        yield OpenOrder.read(txid, fields)
