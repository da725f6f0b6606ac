"""A simulated exchange that is served by a thread, for tests of any program that trades.

The thread has an event loop to itself, so the test may be synchronous, or run under asyncio or Trio.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import trio

from runner.domain import Permission, Secret
from runner.net.dialing import Dialer
from runner.paper import OPENING, Credentials, Exchange, Options, with_named
from runner.paper.options.kinds import TRADING
from runner.paper.options.options import KeyOptions

from .control_client import Control, ControlRefused
from .server import serve_paper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from .serve_options import PaperEndpoints

T = TypeVar("T")

API_KEY: Final = "PAPERKEYFORTESTS"
_API_SECRET: Final = "c2VjcmV0IG9mIGEgc2ltdWxhdGVkIGFjY291bnQsIGZvciB0ZXN0cyBhbG9uZQ=="  # noqa: S105
_OPTIONS: Final = Options(api_key=KeyOptions(permissions=(*TRADING, Permission.LEDGER)))
"""Those of any exchange, but that the key may read the ledger as well."""
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
LIMIT_S: Final = 10.0


class PaperExchange:
    """A served exchange. Prices are text or ``Decimal``; what cannot be done raises ``ControlRefused``.

    ``rest_url`` is the base URL of REST, ``ws_url`` that of the WebSocket; both are plain, on loopback.
    ``api_key`` and ``api_secret`` (base64) are those of its account, which holds no real money. Methods block
    until the exchange has done it.
    """

    api_key = API_KEY
    api_secret = _API_SECRET

    def __init__(self, serving: _Serving) -> None:
        self.rest_url, self.ws_url = serving.where.rest_url, serving.where.ws_url
        self._serving = serving

    def move(self, pair: str, bid: object, ask: object = None) -> None:
        """Set the market of a pair; without ``ask`` it is one tick above the bid. Stops may trigger."""
        self._do(lambda control: control.move(pair, str(bid), None if ask is None else str(ask)))

    def release(self, pair: str) -> None:
        """Let the market of a pair move by itself again."""
        self._do(lambda control: control.release(pair))

    def set_status(self, status: str) -> None:
        """Set the state of the exchange: ``online``, ``maintenance``, ``cancel_only`` and so on."""
        self._do(lambda control: control.set_status(status))

    def cut(self, connection: int | None = None) -> None:
        """End every WebSocket connection, as a network does; or one, by its number in ``state``."""
        self._do(lambda control: control.cut(connection))

    def fault(self, on: str, do: str, **rule: Any) -> None:
        """Add a fault, as under ``faults:`` in a scenario file; ``seconds`` and ``chance`` are text.

        ``fault("addOrder", "reject", error="EOrder:Insufficient funds", times=1)`` rejects the next order.
        """
        self._do(lambda control: control.add_faults([{"on": on, "do": do, **rule}]))

    def clear_faults(self, number: int | None = None) -> None:
        """Remove all faults, or the one at a place from 0."""
        self._do(lambda control: control.remove_faults(number))

    def orders(self) -> list[dict[str, Any]]:
        """Return the open orders: ``txid``, ``pair``, ``type``, ``descr``, ``volume``, ``executed``."""
        orders: list[dict[str, Any]] = self.state()["orders"]
        return orders

    def ended(self) -> list[dict[str, Any]]:
        """Return the orders that have ended, the newest first, each with its ``reason``."""
        ended: list[dict[str, Any]] = self.state()["ended"]
        return ended

    def trades(self) -> list[dict[str, Any]]:
        """Return the latest trades, the newest first: ``txid``, ``volume``, ``price``, ``fee`` and more."""
        trades: list[dict[str, Any]] = self.state()["trades"]
        return trades

    def reset(self) -> None:
        """Begin again as on the first day, with the faults removed; every connection ends, ids are new."""
        self._do(lambda control: control.reset())

    def balances(self) -> dict[str, str]:
        """Return the balance of each currency, as text."""
        return {row["asset"]: row["balance"] for row in self.state()["balances"]}

    def state(self, pair: str = "") -> dict[str, Any]:
        """Return all that the control page shows, with the market of a pair."""
        return self._do(lambda control: control.state(pair))

    def _do(self, act: Callable[[Control], Awaitable[T]]) -> T:
        return self._serving.call(act)


@contextmanager
def serve_in_thread(*, options: Mapping[str, str] = _NOTHING, seed: str = "tests") -> Iterator[PaperExchange]:
    """Serve an exchange during a block; afterwards its thread and its sockets are gone. No order is open.

    ``options`` has values of options by name. The same ``seed`` and the same calls give the same ids.
    Raises ``ValueError`` for an unknown option.
    """
    exchange = Exchange(
        seed=seed,
        credentials=Credentials(api_key=API_KEY, secret=Secret(_API_SECRET)),
        options=with_named(_OPTIONS, options),
        opening=replace(OPENING, orders=()),
    )
    started: SimpleQueue[_Serving] = SimpleQueue()
    thread = threading.Thread(target=_serve, args=(exchange, started), name="paper exchange", daemon=True)
    thread.start()
    serving = started.get(timeout=LIMIT_S)
    try:
        yield PaperExchange(serving)
    finally:
        serving.stop()
        thread.join()


class _Serving:
    """A thread that listens: where, and how other threads use and stop it."""

    def __init__(self, where: PaperEndpoints, scope: trio.CancelScope) -> None:
        self.where = where
        self._scope = scope
        self._loop = trio.lowlevel.current_trio_token()

    def call(self, act: Callable[[Control], Awaitable[T]]) -> T:
        """Steer the exchange from any thread, also from one that runs an event loop of its own."""
        outcome: SimpleQueue[T | ControlRefused] = SimpleQueue()
        control = Control(self.where.rest_url, self.where.control_token, Dialer())

        async def carry_out() -> None:
            try:
                outcome.put(await act(control))
            except ControlRefused as refused:
                outcome.put(refused)

        try:
            self._loop.run_sync_soon(trio.lowlevel.spawn_system_task, carry_out)
        except trio.RunFinishedError:
            raise ControlRefused("the exchange is not served any more") from None
        found = outcome.get(timeout=LIMIT_S)
        if isinstance(found, ControlRefused):
            # A new one: how the request went through the other thread is of no help to a test.
            raise ControlRefused(str(found))
        return found

    def stop(self) -> None:
        """End the serving."""
        self._loop.run_sync_soon(self._scope.cancel)


def _serve(exchange: Exchange, started: SimpleQueue[_Serving]) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            serving = partial(
                serve_paper, exchange, persist=_keep_nothing, clock=time.time, forget=_forget_nothing
            )
            started.put(_Serving(await nursery.start(serving), nursery.cancel_scope))

    trio.run(main)


def _keep_nothing(_: object) -> None:
    """Keep no record: the exchange of a test ends with it."""


def _forget_nothing() -> None:
    """Nothing outside the exchange is known of it."""
