"""The exchange's REST calls: key, signature and nonce, then one function a call.

Every answer is Kraken's envelope with HTTP status 200, errors included. Tokens, the nonce and the call
counter are not kept between runs; a trading call is kept as its WebSocket request.
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

from runner.domain import Permission
from runner.kraken import encode_envelope, verify
from runner.paper.state.instruments import balance_code
from runner.paper.state.texts import fixed

from . import history, public, rest_trades, rest_trading
from .call_counter import counter_for
from .history import CallError
from .key_info import describe_key
from .trade_volume import trade_volume

if TYPE_CHECKING:
    from runner.kraken import Reply, Request
    from runner.paper.exchange.venue import Venue
    from runner.paper.options.options import Options

    from .credentials import Credentials, Tokens
    from .feeds import Delivery

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
    """An HTTP response; ``body`` is JSON. It may hold a token, so its ``repr`` omits it.

    ``deliveries`` are the feed messages that it causes.
    """

    status: int
    body: str = field(repr=False)
    deliveries: tuple[Delivery, ...] = field(default=(), repr=False)


def refused_call(error: str) -> RestReply:
    """Return the answer to a call that is not carried out."""
    return RestReply(200, encode_envelope(errors=[error]))


class RestApi:
    """Answers REST calls about one venue."""

    def __init__(self, venue: Venue, tokens: Tokens, credentials: Credentials, carry_out: _CarryOut) -> None:
        self.tokens = tokens
        self.carry_out = carry_out
        self._venue = venue
        self.credentials = credentials
        self._nonce = -1
        self._counter = counter_for(venue.options)

    def answer(self, call: RestCall, now: float) -> RestReply:
        """Return the answer to one call."""
        try:
            return RestReply(200, encode_envelope(self._result(call, now)))
        except CallError as error:
            return refused_call(str(error))

    def private(self, path: str, fields: Mapping[str, str], now: float) -> Any:
        """Return the result of a private call whose sender is known. Raises ``CallError``."""
        known = _PRIVATE_CALLS.get(path.removeprefix(_PRIVATE))
        if known is None:
            raise CallError("EGeneral:Unknown method")
        if known.permission is not None and known.permission not in self.credentials.permissions:
            raise CallError("EGeneral:Permission denied")
        if not self._counter.admits(known.cost(self._venue.options), now):
            raise CallError("EAPI:Rate limit exceeded")
        return known.function(self._venue, self, fields, now)

    def _result(self, call: RestCall, now: float) -> Any:
        path, fields = read_call(call)
        if path.startswith(_PUBLIC) and path.removeprefix(_PUBLIC) in _PUBLIC_CALLS:
            return _PUBLIC_CALLS[path.removeprefix(_PUBLIC)](self._venue, fields, now)
        if not path.startswith(_PRIVATE) or call.method != "POST":
            raise CallError("EGeneral:Unknown method")
        self._authenticate(call, path, fields)
        return self.private(path, fields, now)

    def _authenticate(self, call: RestCall, path: str, fields: Mapping[str, str]) -> None:
        headers = {name.lower(): value for name, value in call.headers.items()}
        if headers.get("api-key") != self.credentials.api_key:
            raise CallError("EAPI:Invalid key")
        nonce = fields.get("nonce", "")
        if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= 20 and int(nonce) <= _NONCE_MAX):
            raise CallError("EAPI:Invalid nonce")
        if not verify(self.credentials.secret, path, nonce, call.body, headers.get("api-sign", "")):
            raise CallError("EAPI:Invalid signature")
        if int(nonce) <= self._nonce:
            raise CallError("EAPI:Invalid nonce")
        self._nonce = int(nonce)


def read_call(call: RestCall) -> tuple[str, dict[str, str]]:
    """Return the path alone, and the fields of the query and the body, all as text. Raises ``CallError``."""
    try:
        target = urlsplit(call.path)
    except ValueError:
        raise CallError("EGeneral:Unknown method") from None
    fields = dict(parse_qsl(target.query, keep_blank_values=True)) if target.query else {}
    if not call.body.lstrip().startswith("{"):
        return target.path, fields | dict(parse_qsl(call.body, keep_blank_values=True))
    try:
        content = json.loads(call.body)
    except (ValueError, RecursionError):
        raise CallError("EAPI:Bad request") from None
    return target.path, fields | {name: _text(value) for name, value in content.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _token(venue: Venue, api: RestApi, _: Mapping[str, str], now: float) -> Any:
    return {"token": api.tokens.issue(now), "expires": int(venue.options.connection.token_lifetime_s)}


def _key_info(venue: Venue, api: RestApi, fields: Mapping[str, str], now: float) -> Any:
    return describe_key(api.credentials, venue.seed, fields, venue.options.api_key, now)


def _balance(venue: Venue, *_: Any) -> Any:
    return {
        balance_code(asset): fixed(amount, _BALANCE_DECIMALS)
        for asset, amount in venue.account.balances.items()
    }


def _balance_ex(venue: Venue, *_: Any) -> Any:
    return {
        balance_code(asset): {
            "balance": fixed(amount, _BALANCE_DECIMALS),
            "hold_trade": fixed(venue.held_for_spot(asset), _BALANCE_DECIMALS),
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
    "Assets": public.assets,
    "Ticker": public.ticker,
}

_CarryOut = Callable[["Request", float], "list[Reply]"]


def _one_per_call(_: Options) -> int:
    return 1


def _none(_: Options) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class _Private:
    """A private call: what the key must be allowed to do, if anything, how it is answered, what it costs."""

    permission: Permission | None
    function: Callable[[Venue, RestApi, Mapping[str, str], float], Any]
    cost: Callable[[Options], int] = _one_per_call


def _orders(options: Options) -> int:
    return options.rest.orders_cost


def _history(options: Options) -> int:
    return options.rest.history_cost


_PRIVATE_CALLS: dict[str, _Private] = {
    "GetApiKeyInfo": _Private(None, _key_info),
    "GetWebSocketsToken": _Private(Permission.WEBSOCKET, _token),
    "OpenOrders": _Private(Permission.OPEN_ORDERS, history.open_orders, _orders),
    "ClosedOrders": _Private(Permission.CLOSED_ORDERS, history.closed_orders, _orders),
    "QueryOrders": _Private(Permission.OPEN_ORDERS, history.query_orders),
    "TradesHistory": _Private(Permission.CLOSED_ORDERS, rest_trades.trades_history, _history),
    "QueryTrades": _Private(Permission.CLOSED_ORDERS, rest_trades.query_trades),
    "TradeVolume": _Private(Permission.FUNDS, trade_volume),
    "Balance": _Private(Permission.FUNDS, _balance),
    "BalanceEx": _Private(Permission.FUNDS, _balance_ex),
    "AddOrder": _Private(Permission.MODIFY, rest_trading.add_order, _none),
    "CancelOrder": _Private(Permission.CANCEL, rest_trading.cancel_order, _none),
    "CancelOrderBatch": _Private(Permission.CANCEL, rest_trading.cancel_order_batch, _none),
    "CancelAll": _Private(Permission.CANCEL, rest_trading.cancel_all, _none),
    "CancelAllOrdersAfter": _Private(Permission.CANCEL, rest_trading.cancel_all_orders_after, _none),
}
