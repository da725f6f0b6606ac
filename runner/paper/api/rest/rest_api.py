"""The exchange's REST calls: key, signature and nonce, then one function a call.

Every answer is Kraken's envelope with HTTP status 200, errors included, but for a method that does not exist.
Tokens, the nonce and the call counter are not kept between runs; a trading call is kept as its WebSocket
request. Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.domain import Permission
from runner.kraken import encode_envelope, verify

from . import balances, batch, history, ledgers, market_data, positions, public, trades, trading
from .call_counter import counter_for
from .calls import UNKNOWN_METHOD, CallError, RestCall, RestReply, read_call, refused_call
from .key_info import describe_key
from .trade_volume import trade_volume

if TYPE_CHECKING:
    from runner.kraken import Reply, Request
    from runner.paper.api.credentials import Credentials, Tokens
    from runner.paper.exchange.venue import Venue
    from runner.paper.options.options import Options

_PRIVATE = "/0/private/"
_PUBLIC = "/0/public/"
_NONCE_MAX = 2**64 - 1


class RestApi:
    """Answers REST calls about one venue. ``account`` is what the name of its account is made of."""

    def __init__(
        self, venue: Venue, tokens: Tokens, credentials: Credentials, carry_out: _CarryOut, account: str
    ) -> None:
        self.tokens = tokens
        self.carry_out = carry_out
        self.account = account
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
        known = PRIVATE_CALLS.get(path.removeprefix(_PRIVATE))
        if known is None:
            raise CallError(UNKNOWN_METHOD)
        if not known.is_allowed(self.credentials.permissions):
            raise CallError("EGeneral:Permission denied")
        if not self._counter.admits(known.cost(self._venue.options), now):
            raise CallError("EAPI:Rate limit exceeded")
        return known.function(self._venue, self, fields, now)

    def _result(self, call: RestCall, now: float) -> Any:
        path, fields = read_call(call)
        if path.startswith(_PUBLIC) and path.removeprefix(_PUBLIC) in PUBLIC_CALLS:
            return PUBLIC_CALLS[path.removeprefix(_PUBLIC)](self._venue, fields, now)
        if not path.startswith(_PRIVATE) or call.method != "POST":
            raise CallError(UNKNOWN_METHOD)
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


def _token(venue: Venue, api: RestApi, _: Mapping[str, str], now: float) -> Any:
    return {"token": api.tokens.issue(now), "expires": int(venue.options.connection.token_lifetime_s)}


def _key_info(venue: Venue, api: RestApi, fields: Mapping[str, str], now: float) -> Any:
    return describe_key(api.credentials, api.account, fields, venue.options.api_key, now)


PUBLIC_CALLS: dict[str, Callable[[Venue, Mapping[str, str], float], Any]] = {
    "Time": public.server_time,
    "SystemStatus": public.system_status,
    "AssetPairs": public.asset_pairs,
    "Assets": public.assets,
    "Ticker": market_data.ticker,
    "Depth": market_data.depth,
    "OHLC": market_data.ohlc,
    "Trades": market_data.trades,
    "Spread": market_data.spread,
}

_CarryOut = Callable[["Request", float], "list[Reply]"]


def _one_per_call(_: Options) -> int:
    return 1


def _none(_: Options) -> int:
    return 0


def _orders(options: Options) -> int:
    return options.rest.orders_cost


def _history(options: Options) -> int:
    return options.rest.history_cost


@dataclass(frozen=True, slots=True)
class _Private:
    """A private call: the permissions that a key needs for it, how it is answered, what it costs.

    ``any_of``: one of the permissions is enough.
    """

    permissions: tuple[Permission, ...]
    function: Callable[[Venue, RestApi, Mapping[str, str], float], Any]
    cost: Callable[[Options], int] = _one_per_call
    any_of: bool = False

    def is_allowed(self, permissions: frozenset[Permission]) -> bool:
        """Return whether a key with these permissions may make the call."""
        having = [permission in permissions for permission in self.permissions]
        return any(having) if self.any_of else all(having)


_TRADING = (Permission.MODIFY, Permission.CANCEL)
PRIVATE_CALLS: dict[str, _Private] = {
    "GetApiKeyInfo": _Private((), _key_info),
    "GetWebSocketsToken": _Private((Permission.WEBSOCKET,), _token),
    "OpenOrders": _Private((Permission.OPEN_ORDERS,), history.open_orders, _orders),
    "ClosedOrders": _Private((Permission.CLOSED_ORDERS,), history.closed_orders, _orders),
    "QueryOrders": _Private((Permission.OPEN_ORDERS,), history.query_orders),
    "TradesHistory": _Private((Permission.CLOSED_ORDERS,), trades.trades_history, _history),
    "QueryTrades": _Private((Permission.CLOSED_ORDERS,), trades.query_trades),
    "OpenPositions": _Private((Permission.OPEN_ORDERS,), positions.open_positions),
    "Ledgers": _Private((Permission.LEDGER,), ledgers.ledgers, _history),
    "QueryLedgers": _Private((Permission.LEDGER,), ledgers.query_ledgers),
    "TradeVolume": _Private((Permission.FUNDS,), trade_volume),
    "TradeBalance": _Private((Permission.OPEN_ORDERS,), positions.trade_balance),
    "Balance": _Private((Permission.FUNDS,), balances.balance),
    "BalanceEx": _Private((Permission.FUNDS,), balances.extended_balance),
    "AddOrder": _Private((Permission.MODIFY,), trading.add_order, _none),
    "AddOrderBatch": _Private(_TRADING, batch.add_order_batch, _none),
    "EditOrder": _Private(_TRADING, trading.edit_order, _none),
    "AmendOrder": _Private(_TRADING, trading.amend_order, _none, any_of=True),
    "CancelOrder": _Private((Permission.CANCEL,), trading.cancel_order, _none),
    "CancelOrderBatch": _Private((Permission.CANCEL,), trading.cancel_order_batch, _none),
    "CancelAll": _Private((Permission.CANCEL,), trading.cancel_all, _none),
    "CancelAllOrdersAfter": _Private((Permission.CANCEL,), trading.cancel_all_orders_after, _none),
}
