"""REST calls to the exchange, each to its result: signed, counted, and made again where that may help.

A call that fails in passing (no answer, HTTP status 5xx, an answer that cannot be read) is repeated a few
times for those who ask for patience. A full call counter is waited for. A refused nonce is tried again
seldom: each try counts against the key.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

import trio

from runner.kraken import (
    CALL_LIMITS,
    OPEN_ORDERS_PATH,
    RECORDS_COST,
    TOKEN_PATH,
    CallBudget,
    EntryCutter,
    ErrorKind,
    FrameError,
    RestError,
    Scrubber,
    Tier,
    kinds_of,
    load_json,
    parse_envelope,
    private_call,
)
from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from runner.net.addresses import Credentials
    from runner.net.http_client import HttpAnswer, HttpClient

    T = TypeVar("T")
    Nonces = Callable[[int], int]

RETRY_PAUSES_S: Final = (0.5, 1.5)
"""Between the tries of a call that fails in passing."""

NONCE_PAUSES_S: Final = (0.3, 1.0)
"""Another program with the same key may be ahead of us: a later nonce may do."""

COUNTER_PAUSES_S: Final = (6.0, 12.0, 18.0)
"""A full call counter of the lowest tier is empty after 45 seconds, and has room for a call after three."""

_FINAL: Final = {ErrorKind.BAD_KEY, ErrorKind.PERMISSION, ErrorKind.LOCKOUT, ErrorKind.INVALID_NONCE}

_NONCE_CURE: Final = (
    "this key was used with finer or later nonces than milliseconds; make a new key for order-batch alone, "
    "or give this one a nonce window in the exchange's settings"
)


class RestCalls:
    """The REST API for one account, or for the public without credentials.

    ``say`` receives waits; ``scrub`` removes secrets from answers. ``tier`` sets the decay of the call
    counter. ``nonces`` returns the nonce of a call that leaves at a time (milliseconds), where other machines
    use the same key; it runs in a thread.
    """

    def __init__(
        self,
        http: HttpClient,
        credentials: Credentials | None,
        *,
        scrub: Scrubber,
        say: Callable[[str], None],
        tier: Tier = Tier.STARTER,
        nonces: Nonces | None = None,
    ) -> None:
        self._http = http
        self._nonces = nonces
        self._credentials = credentials
        self._scrub = scrub
        self._say = say
        self._last_nonce = 0
        self._budget = CallBudget(*CALL_LIMITS[tier])
        self._held_until = 0.0  # by the clock of the run, until when the call counter holds calls back

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def public(
        self, path: str, fields: Mapping[str, str], read: Callable[[Any], T], *, patient: bool = False
    ) -> T:
        """Return the result of a public call. Raises ``AccessFailed``.

        ``read`` parses it, and raises ``FrameError`` for an unexpected result.
        """
        target = f"{path}?{urlencode(fields)}" if fields else path
        call = partial(self._http.call, "GET", target)
        return await _retry(partial(self._result, path, call, read), patient=patient)

    async def private(
        self, path: str, fields: Mapping[str, str], read: Callable[[Any], T], *, patient: bool = False
    ) -> T:
        """Do the same for a private call."""
        once = partial(self._read_once, path, fields, read)
        return await _retry(partial(self._call_signed, path, once), patient=patient)

    async def open_orders(
        self, fields: Mapping[str, str], read: Callable[[str, Any], T], *, patient: bool = False
    ) -> list[T]:
        """Return the open orders, each parsed by ``read`` from its txid and its fields.

        They are parsed while the answer arrives: of a large account it would take much memory as a whole.
        """
        await self._wait_for_turn()
        once = partial(self._read_open_orders, fields, read)
        return await _retry(partial(self._call_signed, OPEN_ORDERS_PATH, once), patient=patient)

    async def records(
        self, path: str, fields: Mapping[str, str], read: Callable[[Any], T], *, patient: bool = False
    ) -> T:
        """Do the same for a call that reads orders, which counts more and waits for its turn."""
        await self._wait_for_turn()
        return await self.private(path, fields, read, patient=patient)

    async def _wait_for_turn(self) -> None:
        now = trio.current_time()
        wait_s = self._budget.wait_s(RECORDS_COST, now)
        self._budget.spend(RECORDS_COST, now)  # before the wait, because other calls may follow
        await self._hold_back(wait_s)

    async def _read_once(self, path: str, fields: Mapping[str, str], read: Callable[[Any], T]) -> T:
        return await self._result(path, partial(self._post, path, fields), read)

    async def _read_open_orders(self, fields: Mapping[str, str], read: Callable[[str, Any], T]) -> list[T]:
        orders: list[T] = []
        cutter = EntryCutter(lambda txid, text: orders.append(read(txid, load_json(self._scrub(text)))))

        def all_orders(result: Any) -> list[T]:
            places = result.get("open") if isinstance(result, dict) else None
            if not isinstance(places, dict):
                raise FrameError("no open orders in the answer")
            if len(places) != cutter.count:
                raise FrameError("the answer holds an order that cannot be read among its open orders")
            return orders

        call = partial(self._post, OPEN_ORDERS_PATH, fields, cutter)
        return await self._result(OPEN_ORDERS_PATH, call, all_orders)

    async def _call_signed(self, path: str, once: Callable[[], Awaitable[T]]) -> T:
        """Make a private call, and again where the nonce or the call counter is in the way."""
        nonces, counters = list(NONCE_PAUSES_S), list(COUNTER_PAUSES_S)
        while True:
            try:
                return await once()
            except AccessFailed as failure:
                if ErrorKind.INVALID_NONCE in failure.kinds and nonces:
                    await trio.sleep(nonces.pop(0))
                elif ErrorKind.ACCOUNT_RATE in failure.kinds and counters:
                    await self._wait_for_counter(path, failure, counters.pop(0))
                else:
                    raise

    async def _wait_for_counter(self, path: str, failure: AccessFailed, pause_s: float) -> None:
        text = ", ".join(failure.errors)
        self._say(f"The exchange's call counter is full ({path}: {text}): waiting {pause_s:.0f} s.")
        await self._hold_back(pause_s)

    async def _hold_back(self, pause_s: float) -> None:
        self._held_until = max(self._held_until, trio.current_time() + pause_s)
        await trio.sleep(pause_s)

    def wait_s(self, calls: int = 0) -> float:
        """Return how long the call counter holds back the call that waits, and so many more for records."""
        now = trio.current_time()
        to_come = self._budget.wait_s(RECORDS_COST * calls, now) if calls else 0.0
        return max(0.0, self._held_until - now, to_come)

    async def _post(
        self, path: str, fields: Mapping[str, str], cutter: EntryCutter | None = None
    ) -> HttpAnswer:
        return await self._http.call("POST", path, partial(self._sign, path, fields), cutter=cutter)

    async def _sign(self, path: str, fields: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
        """Headers and body of a call that is about to leave: a nonce that is overtaken would be refused."""
        assert self._credentials is not None, "private calls need credentials"
        key, secret = self._credentials.key.reveal(), self._credentials.secret
        return private_call(key, secret, path, str(await self._nonce()), fields)

    async def _result(
        self, path: str, call: Callable[[], Awaitable[HttpAnswer]], read: Callable[[Any], T]
    ) -> T:
        try:
            answer = await call()
        except AccessFailed as failure:
            reason = f"{path}: {failure.reason}"
            raise AccessFailed(reason, answered=failure.answered, tls=failure.tls) from None
        except FrameError as error:
            raise AccessFailed(f"{path}: {error}") from None
        if answer.status >= 500:
            raise AccessFailed(f"{path}: HTTP status {answer.status}")
        # The one answer that has to hold a token is read as it is.
        text = answer.text if path == TOKEN_PATH else self._scrub(answer.text)
        try:
            return read(parse_envelope(text))
        except RestError as error:
            raise _refusal(path, tuple(map(self._scrub, error.errors))) from None
        except FrameError as error:
            status = "" if answer.status == 200 else f"HTTP status {answer.status}, "
            raise AccessFailed(f"{path}: {status}{error}") from None

    async def _nonce(self) -> int:
        """Milliseconds, as in the exchange's own example: finer ones would lock other programs out."""
        now_ms = time.time_ns() // 1_000_000
        if self._nonces is None:
            self._last_nonce = max(self._last_nonce + 1, now_ms)
            return self._last_nonce
        try:
            return await trio.to_thread.run_sync(self._nonces, now_ms)
        except OSError as lost:
            raise AccessFailed(f"the ledger gives no nonce: {lost.strerror}") from None


async def _retry(attempt: Callable[[], Awaitable[T]], *, patient: bool) -> T:
    for pause_s in RETRY_PAUSES_S if patient else ():
        try:
            return await attempt()
        except AccessFailed as failure:
            if not failure.passing:
                raise
        await trio.sleep(pause_s)
    return await attempt()


def _refusal(path: str, errors: tuple[str, ...]) -> AccessFailed:
    kinds = kinds_of(errors)
    cure = f"; {_NONCE_CURE}" if ErrorKind.INVALID_NONCE in kinds else ""
    return AccessFailed(f"{path}: {', '.join(errors)}{cure}", final=bool(kinds & _FINAL), errors=errors)
