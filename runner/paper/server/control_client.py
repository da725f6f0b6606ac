"""A client of the control of a served exchange, for programs of the same machine.

The calls are those of the control page: ``.github/docs/how-to/test-a-bot.md`` lists them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from runner.net.addresses import Address
from runner.net.failures import AccessFailed
from runner.net.http_client import HttpClient

from .page import CONTROL, TOKEN_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Secret
    from runner.net.dialing import Dialer


class ControlRefused(Exception):
    """The exchange did not do it, or is not there; the message says why."""


class Control:
    """Steers a served exchange. Each call raises ``ControlRefused``."""

    def __init__(self, rest_url: str, token: Secret, dialer: Dialer) -> None:
        self._address = Address.of(rest_url)
        self._token = token
        self._dialer = dialer

    async def state(self, pair: str = "") -> dict[str, Any]:
        """Return what the control page shows: market, orders, balances, connections, messages, rules."""
        state: dict[str, Any] = json.loads(
            await self._call("GET", f"state?pair={quote(pair, errors='replace')}")
        )
        return state

    async def move(self, pair: str, bid: str, ask: str | None = None) -> None:
        """Set a market, until it is released; without ``ask`` it is one tick above the bid."""
        await self._post("quote", {"pair": pair, "bid": bid} | ({} if ask is None else {"ask": ask}))

    async def release(self, pair: str) -> None:
        """Let a market move by itself again."""
        await self._post("release", {"pair": pair})

    async def set_status(self, status: str) -> None:
        """Set the state of the exchange: ``online``, ``maintenance``, ``cancel_only`` and so on."""
        await self._post("status", {"status": status})

    async def cut(self, connection: int | None = None) -> None:
        """End a connection by its number, all of them without one."""
        await self._post("cut", {} if connection is None else {"connection": connection})

    async def add_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Add rules, each a mapping as under ``faults:`` in a scenario file."""
        await self._post("faults", {"faults": [dict(fault) for fault in faults]})

    async def remove_faults(self, number: int | None = None) -> None:
        """Remove a rule by its place from 0, all of them without one."""
        await self._post("faults/remove", {} if number is None else {"number": number})

    async def reset(self) -> None:
        """Begin again as on the first day; every connection ends."""
        await self._post("reset", {})

    async def _post(self, name: str, fields: Mapping[str, Any]) -> None:
        try:
            body = msgspec.json.encode(fields).decode()
        except UnicodeEncodeError:
            raise ControlRefused("a name or value holds bytes that are no UTF-8 text") from None
        await self._call("POST", name, body)

    async def _call(self, method: str, name: str, body: str = "") -> str:
        async def sign() -> tuple[Mapping[str, str], str]:
            return {TOKEN_HEADER: self._token.reveal(), "Content-Type": "application/json"}, body

        client = HttpClient(self._dialer, self._address)
        try:
            answer = await client.call(method, f"{CONTROL}{name}", sign)
        except AccessFailed as failure:
            raise ControlRefused(f"the exchange does not answer: {failure.reason}") from None
        finally:
            await client.aclose()
        if answer.status != 200:
            raise ControlRefused(answer.text or f"HTTP status {answer.status}")
        return answer.text
