"""The interfaces of the loop: the engine that it carries out, and its way to an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .progress_reports import Working

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager

    from runner.domain import Secret
    from runner.execution import EngineEvent, LookUp, Progress, QueryOrders, Turn
    from runner.kraken import ListedOrder, OpenOrder
    from runner.net.websocket import PrivateConnection


class Engine(Protocol):
    """An engine, which decides: ``runner.execution.Execution`` is one."""

    @property
    def finished(self) -> bool:
        """True if nothing is left to be done."""
        ...

    def start(self, now: float) -> Turn:
        """Begin, once."""
        ...

    def handle(self, events: Iterable[EngineEvent], now: float) -> Turn:
        """Take events; none if only the timer has expired."""
        ...

    def timer(self) -> float | None:
        """Return when to call ``handle`` in any case, in Unix seconds."""
        ...

    def progress(self) -> Progress:
        """Return the progress."""
        ...


class Access(Working, Protocol):
    """The way to an account; ``runner.runtime.kraken.access.KrakenAccess`` is one."""

    async def fetch_token(self) -> Secret:
        """Return a new token, or raise ``AccessFailed``."""
        ...

    def open_websocket(self) -> AbstractAsyncContextManager[PrivateConnection]:
        """Open a private connection, or raise ``AccessFailed``."""
        ...

    async def clock_skew(self, now: float) -> tuple[float, float]:
        """Return the skew of the exchange's clock, positive if ahead of ours. Raises ``AccessFailed``."""
        ...

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """Orders by id from the exchange's records, or ``AccessFailed``."""
        ...

    async def query_orders(self, query: QueryOrders) -> tuple[OpenOrder, ...]:
        """Return the queried orders that the exchange's records know. Raises ``AccessFailed``."""
        ...

    async def list_orders(self) -> tuple[ListedOrder, ...]:
        """Return all open orders of the exchange's records, or raise ``AccessFailed``."""
        ...

    async def call_cancel(self, txids: tuple[str, ...] | None) -> int | None:
        """Cancel these orders over REST, or all for None; return how many, or raise ``AccessFailed``."""
        ...
