"""The exchange's REST calls: key, signature and nonce, then one function a call.

Every answer is Kraken's envelope with HTTP status 200, errors included. Calls only read; the one that gives
a token out keeps nothing between runs, and neither does the nonce.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from runner.protocol import encode_envelope, verify

from . import history, public
from .credentials import Permission
from .history import CallError
from .instruments import asset_code
from .shapes import fixed

if TYPE_CHECKING:
    from .credentials import Credentials, Tokens
    from .venue import Venue

_PRIVATE = "/0/private/"
_PUBLIC = "/0/public/"
_NONCE_MAX = 2**64 - 1
_BALANCE_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class RestCall:
    """An HTTP request. ``path`` may hold a query, ``body`` is the text exactly as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = ""


@dataclass(frozen=True, slots=True)
class RestReply:
    """An HTTP response; ``body`` is JSON. It may hold a token, so it has no ``repr`` of its own."""

    status: int
    body: str = field(repr=False)


class RestDesk:
    """Answers REST calls about one venue."""

    def __init__(self, venue: Venue, tokens: Tokens, credentials: Credentials) -> None:
        self._venue = venue
        self._tokens = tokens
        self._credentials = credentials
        self._nonce = -1

    def answer(self, call: RestCall, now: float) -> RestReply:
        """The answer to one call."""
        try:
            return RestReply(200, encode_envelope(self._result(call, now)))
        except CallError as error:
            return RestReply(200, encode_envelope(errors=[str(error)]))

    def _result(self, call: RestCall, now: float) -> Any:
        path, fields = _read(call)
        if path.startswith(_PUBLIC) and path.removeprefix(_PUBLIC) in _PUBLIC_CALLS:
            return _PUBLIC_CALLS[path.removeprefix(_PUBLIC)](self._venue, fields, now)
        if not path.startswith(_PRIVATE) or call.method != "POST":
            raise CallError("EGeneral:Unknown method")
        self._authenticate(call, path, fields)
        known = _PRIVATE_CALLS.get(path.removeprefix(_PRIVATE))
        if known is None:
            raise CallError("EGeneral:Unknown method")
        permission, function = known
        if permission not in self._credentials.permissions:
            raise CallError("EGeneral:Permission denied")
        return function(self._venue, self._tokens, fields, now)

    def _authenticate(self, call: RestCall, path: str, fields: Mapping[str, str]) -> None:
        headers = {name.lower(): value for name, value in call.headers.items()}
        if headers.get("api-key") != self._credentials.api_key:
            raise CallError("EAPI:Invalid key")
        nonce = fields.get("nonce", "")
        if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= 20 and int(nonce) <= _NONCE_MAX):
            raise CallError("EAPI:Invalid nonce")
        if not verify(self._credentials.secret, path, nonce, call.body, headers.get("api-sign", "")):
            raise CallError("EAPI:Invalid signature")
        if int(nonce) <= self._nonce:
            raise CallError("EAPI:Invalid nonce")
        self._nonce = int(nonce)


def _read(call: RestCall) -> tuple[str, dict[str, str]]:
    """The path alone, and the fields of the query and the body, all as text."""
    try:
        target = urlsplit(call.path)
    except ValueError:
        raise CallError("EGeneral:Unknown method") from None
    fields = dict(parse_qsl(target.query, keep_blank_values=True))
    if not call.body.lstrip().startswith("{"):
        return target.path, fields | dict(parse_qsl(call.body, keep_blank_values=True))
    try:
        content = json.loads(call.body)
    except (ValueError, RecursionError):
        raise CallError("EAPI:Bad request") from None
    return target.path, fields | {name: _text(value) for name, value in content.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _token(venue: Venue, tokens: Tokens, _: Mapping[str, str], now: float) -> Any:
    return {"token": tokens.issue(now), "expires": int(venue.options.token_lifetime_s)}


def _balance(venue: Venue, *_: Any) -> Any:
    return {
        asset_code(asset): fixed(amount, _BALANCE_DECIMALS)
        for asset, amount in venue.account.balances.items()
    }


def _balance_ex(venue: Venue, *_: Any) -> Any:
    return {
        asset_code(asset): {
            "balance": fixed(amount, _BALANCE_DECIMALS),
            "hold_trade": fixed(venue.account.held(asset), _BALANCE_DECIMALS),
        }
        for asset, amount in venue.account.balances.items()
    }


def _time(_: Venue, __: Mapping[str, str], now: float) -> Any:
    return {"unixtime": int(now), "rfc1123": format_datetime(datetime.fromtimestamp(now, UTC))}


def _system_status(venue: Venue, _: Mapping[str, str], now: float) -> Any:
    moment = datetime.fromtimestamp(int(now), UTC)
    return {"status": venue.status, "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


_PUBLIC_CALLS: dict[str, Callable[[Venue, Mapping[str, str], float], Any]] = {
    "Time": _time,
    "SystemStatus": _system_status,
    "AssetPairs": public.asset_pairs,
    "Ticker": public.ticker,
}

_PrivateCall = Callable[["Venue", "Tokens", Mapping[str, str], float], Any]

_PRIVATE_CALLS: dict[str, tuple[Permission, _PrivateCall]] = {
    "GetWebSocketsToken": (Permission.WEBSOCKET, _token),
    "OpenOrders": (Permission.OPEN_ORDERS, history.open_orders),
    "ClosedOrders": (Permission.CLOSED_ORDERS, history.closed_orders),
    "QueryOrders": (Permission.OPEN_ORDERS, history.query_orders),
    "Balance": (Permission.FUNDS, _balance),
    "BalanceEx": (Permission.FUNDS, _balance_ex),
}
