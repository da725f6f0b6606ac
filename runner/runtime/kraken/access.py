"""Sockets and HTTP to one account at one exchange, live or paper: the same code for both.

It makes the requested calls and reports failure as ``AccessFailed``; retrying a run is not decided here. The
token and the keys appear in no message.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import trio

from runner.domain import time_of_day
from runner.kraken import (
    CANCEL_ALL_PATH,
    CANCEL_ORDER_PATH,
    MAX_FRAME_BYTES,
    OPEN_ORDERS_PATH,
    TIME_PATH,
    TOKEN_PATH,
    ErrorKind,
    FrameError,
    ListedOrder,
    OpenOrder,
    Scrubber,
    Tier,
    canceled_count,
    token_from,
)
from runner.net.addresses import Address, Credentials, Endpoints, is_loopback
from runner.net.dialing import Dialer
from runner.net.failures import AccessFailed
from runner.net.handshake import shake_hands
from runner.net.http_client import HttpClient
from runner.net.websocket import PrivateConnection

from .order_records import OrderRecords
from .rest_calls import RestCalls

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from runner.domain import Secret
    from runner.execution import LookUp, QueryOrders

    from .rest_calls import Nonces

    T = TypeVar("T")

    Observer = Callable[[str, int, Sequence[str]], None]

__all__ = ["AccessFailed", "Credentials", "Endpoints", "KrakenAccess"]

CLOSE_TIMEOUT_S: Final = 1.0

TOKEN_HOLDS_S: Final = 600.0
"""The time in which a token opens a connection; the exchange says 15 minutes."""
_NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


def _whole(result: Any) -> Any:
    return result


LOOPBACK = "loopback"
"""The address of whatever is served on this machine: its ports differ from run to run."""


def _say_nothing(_: str) -> None:
    pass


class KrakenAccess:
    """One account at one exchange. Use it inside one ``trio.run`` and ``aclose`` it.

    Without credentials only public data can be read. ``dialer`` opens connections; by default without
    a proxy. ``say`` receives waits. ``tier`` is the account's. ``nonces`` are of a key that other machines
    use too. ``observe``, where it is set, gets each burst of messages, scrubbed: ``sent`` or ``received``,
    the number of the connection, and the messages.
    ``connections`` is how many WebSocket connections were opened.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials | None,
        *,
        dialer: Dialer | None = None,
        say: Callable[[str], None] = _say_nothing,
        tier: Tier = Tier.STARTER,
        nonces: Nonces | None = None,
    ) -> None:
        self._credentials = credentials
        self._endpoints = endpoints
        self._dialer = dialer or Dialer()
        self._scrub = Scrubber(*((credentials.key, credentials.secret) if credentials else ()))
        http = HttpClient(self._dialer, Address.of(endpoints.rest_url))
        self._rest = RestCalls(http, credentials, scrub=self._scrub, say=say, tier=tier, nonces=nonces)
        self._records = OrderRecords(self._read_records)
        self._token: Secret | None = None
        self._token_until = 0.0
        self._use_again = False
        self._remembered: dict[str, Any] = {}
        self.connections = 0
        self.observe: Observer | None = None

    async def aclose(self) -> None:
        """Close the HTTP connections."""
        await self._rest.aclose()

    async def fetch_token(self) -> Secret:
        """Return a new WebSocket token, or once the last one after ``use_token_again``.

        Raises ``AccessFailed``.
        """
        again, self._use_again = self._use_again, False
        if again and self._token is not None and trio.current_time() < self._token_until:
            return self._token
        token = await self._rest.private(TOKEN_PATH, {}, token_from)
        self._scrub.add(token)
        self._token, self._token_until = token, trio.current_time() + TOKEN_HOLDS_S
        return token

    def use_token_again(self) -> None:
        """Let the next run begin with the token of the last one, as long as it opens a connection."""
        self._use_again = True

    @property
    def address(self) -> str:
        """Return the destination of orders, equal in every run: the port of a local one is omitted."""
        return address_of(self._endpoints)

    @property
    def fingerprint(self) -> str | None:
        """By which the API key is known; None without one."""
        return None if self._credentials is None else self._credentials.key.fingerprint()

    @property
    def has_credentials(self) -> bool:
        """Return True if private calls are possible."""
        return self._credentials is not None

    async def read_public(self, path: str, fields: Mapping[str, str], read: Callable[[Any], T] = _whole) -> T:
        """Return the result of a public call. Temporary failures are retried. Raises ``AccessFailed``.

        ``read`` parses it, and raises ``FrameError`` for an unexpected result.
        """
        return await self._rest.public(path, fields, read, patient=True)

    async def read_private(
        self, path: str, read: Callable[[Any], T] = _whole, *, fields: Mapping[str, str] = _NO_FIELDS
    ) -> T:
        """Do the same for a private call that only reads."""
        return await self._rest.records(path, fields, read, patient=True)

    async def once(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of work that is done once for this access; a failure is not remembered."""
        if name not in self._remembered:
            self._remembered[name] = await work()
        answer: T = self._remembered[name]
        return answer

    async def read_open_orders(self, read: Callable[[str, Any], T]) -> list[T]:
        """Return the open orders. Raises ``AccessFailed``.

        ``read`` parses each from its txid and its fields.
        """
        return await self._rest.open_orders({}, read, patient=True)

    @asynccontextmanager
    async def open_websocket(self) -> AsyncIterator[PrivateConnection]:
        """Open a private WebSocket connection. Raises ``AccessFailed`` when there is none."""
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
        self.connections += 1
        connection = PrivateConnection(
            stream, first=first, max_bytes=MAX_FRAME_BYTES, scrub=self._scrub, observe=self._observer()
        )
        try:
            yield connection
        finally:
            with trio.move_on_after(CLOSE_TIMEOUT_S, shield=True):
                await connection.aclose()

    def _observer(self) -> Callable[[str, Sequence[str]], None] | None:
        """Return a function that shows messages to the observer, without secrets."""
        observe, number, scrub = self.observe, self.connections, self._scrub
        if observe is None:
            return None
        return lambda direction, texts: observe(direction, number, list(map(scrub, texts)))

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """Return the orders of the account, open and closed, that may carry one of the requested ids.

        Raises ``AccessFailed``.
        """
        return await self._records.look_up(look)

    async def read_history(self, look: LookUp) -> list[OpenOrder]:
        """Return the closed orders of ``look_up``, which then has less to read. Raises ``AccessFailed``."""
        return await self._records.read_closed(look)

    async def read_all_closed(
        self, since: float | None, *, most: int | None = None
    ) -> tuple[list[OpenOrder] | None, int | None]:
        """Return all orders that have ended since a time, and their number. Raises ``AccessFailed``.

        If there are more than ``most``, or an unknown number, they are not read: None.
        """
        return await self._records.read_all_closed(since, most=most)

    async def count_closed(self, look: LookUp) -> int | None:
        """Return the number of closed orders that ``read_history`` may read. Raises ``AccessFailed``.

        None if the exchange does not report it.
        """
        return await self._records.count_closed(look)

    @property
    def doing(self) -> str:
        """Describe the progress of reading many closed orders, and the wait for the call counter.

        Empty if there is neither.
        """
        wait_s = self._rest.wait_s(self._records.calls_to_come)
        until = f"the call counter, until about {time_of_day(time.time() + wait_s)}" if wait_s >= 1 else ""
        return "; ".join(filter(None, (self._records.doing, until)))

    async def list_orders(self) -> tuple[ListedOrder, ...]:
        """Return all open orders. Raises ``AccessFailed``."""
        return tuple(await self.read_open_orders(ListedOrder.read))

    async def call_cancel(self, txids: tuple[str, ...] | None) -> int | None:
        """Cancel these orders over REST, or all for None. Raises ``AccessFailed``.

        Return how many were canceled, None if that is not said. An order that is not open any more is none.
        """
        if txids is None:
            return await self._rest.private(CANCEL_ALL_PATH, {}, canceled_count)
        counts = [await self._call_cancel(txid) for txid in txids]
        return None if None in counts else sum(count or 0 for count in counts)

    async def _call_cancel(self, txid: str) -> int | None:
        try:
            return await self._rest.private(CANCEL_ORDER_PATH, {"txid": txid}, canceled_count)
        except AccessFailed as failure:
            if failure.kinds == {ErrorKind.GONE}:
                return 0
            raise

    async def query_orders(self, query: QueryOrders) -> tuple[OpenOrder, ...]:
        """Return the queried orders that any of the exchange's records knows. Raises ``AccessFailed``."""
        return await self._records.query(query)

    async def known_orders(
        self, txids: Sequence[str], *, most_unknown: int = 1
    ) -> tuple[dict[str, OpenOrder], frozenset[str]]:
        """Return the orders with these ids that any of the exchange's records knows, and ids that none knows.

        The asking ends after ``most_unknown`` of those. Raises ``AccessFailed``.
        """
        return await self._records.known(txids, most_unknown=most_unknown)

    async def read_time(self) -> int:
        """Return the exchange's time in whole Unix seconds.

        Raises ``AccessFailed``, also for an answer without a time.
        """
        return await self._rest.public(TIME_PATH, {}, _unix_time)

    async def clock_skew(self, now: float) -> tuple[float, float]:
        """Return the minimum and the maximum skew of the exchange's clock, in seconds ahead of ours.

        ``now`` is our time at the call. Raises ``AccessFailed``.
        """
        started = trio.current_time()
        server_s = await self.read_time()
        took_s = trio.current_time() - started
        # The exchange returns whole seconds, at some moment between our call and its answer.
        return server_s - (now + took_s), server_s + 1 - now

    async def _read_records(self, path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        if path == OPEN_ORDERS_PATH:
            orders = await self._rest.open_orders(fields, OpenOrder.read, patient=patient)
            return {"open": {order.txid: order for order in orders}}
        return await self._rest.records(path, fields, _whole, patient=patient)


def _unix_time(result: Any) -> int:
    match result:
        case {"unixtime": int(seconds)} if not isinstance(seconds, bool) and seconds > 0:
            return seconds
        case _:
            raise FrameError("no time in the answer")


def address_of(endpoints: Endpoints) -> str:
    """Return the address that orders go to, as journals keep it."""
    address = Address.of(endpoints.ws_url)
    return LOOPBACK if is_loopback(address.host) else address.header
