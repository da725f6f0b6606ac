"""Hints for a key that does not exist: a near key, or the key that other interfaces call by this name.

The intended key may depend on the rest of the mapping: a limit price with a trigger is another key than
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .notation import tidied
from .similarity import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OTHER_KEYS: Final = {
    "side": "type", "direction": "type", "action": "type", "buy_sell": "type",
    "symbol": "pair", "market": "pair", "instrument": "pair", "ticker": "pair",
    "quantity": "volume", "vol": "volume", "qty": "volume", "size": "volume", "amount": "volume",
    "order_qty": "volume",
    "limit_price": "price", "limit": "price", "limitprice": "price",
    "trigger_price": "price", "triggerprice": "price", "stop_price": "price", "stopprice": "price",
    "order_type": "ordertype", "kind": "ordertype",
    "tif": "timeinforce", "time_in_force": "timeinforce",
    **dict.fromkeys(("flags", "post_only", "postonly", "post", "maker", "maker_only"), "oflags"),
    "stptype": "stp_type",
    "expire_time": "expiretm", "start_time": "starttm",
    "client_order_id": "cl_ord_id", "order_userref": "userref",
    **dict.fromkeys(("allocation", "allocations", "portfolio", "assets", "targets", "holdings"), "weights"),
    **dict.fromkeys(("currency", "base_currency", "quote_currency"), "quote"),
    **dict.fromkeys(("mode", "sides"), "method"),
    **dict.fromkeys(("threshold", "thresholds", "tolerance", "drift"), "band"),
    "spread": "max-spread", "age": "max-age", "destination": "to", "least": "minimum", "most": "maximum",
    **dict.fromkeys(("status", "state", "condition", "when", "wait_for"), "until"),
    "name": "group", "timeout": "within", "on_timeout": "otherwise", "else": "otherwise",
    "depends_on": "needs", "after": "needs", "dependencies": "needs",
    "cancelled": "cancel", "canceled": "cancel", "cancels": "cancel", "cancellations": "cancel",
    "on_error": "on_reject", "on_failure": "on_reject", "default": "defaults",
    "close[ordertype]": "close", "close[price]": "close", "close[price2]": "close",
}  # fmt: skip

_EXPLAINED_KEYS: Final = {
    **dict.fromkeys(("close_price", "closeprice"), "write close: {ordertype: ..., price: ...}"),
    **dict.fromkeys(("take_profit", "takeprofit", "tp"), "write close: {ordertype: take-profit, price: ...}"),
    **dict.fromkeys(("stop_loss", "stoploss", "sl"), "write close: {ordertype: stop-loss, price: ...}"),
    **dict.fromkeys(
        ("cost", "value", "notional"), "an order says how much in `volume`, of the base currency"
    ),
    **dict.fromkeys(("comment", "note", "notes"), "a comment begins with `#`"),
    "id": "each order has its own id",
    "filled": "write until: filled",
    "event": "the runner adds it",
    "token": "the runner adds it, and it belongs in no file",
    "reqid": "the runner adds it",
    "validate": "`order-batch validate` and `plan` try a file without placing anything",
    "trigger": "v1 has no choice of the trigger's price",
    "displayvol": "v1 has no iceberg orders",
    "sender_sub_id": "it is for institutions and not supported",
    "txid": "write a transaction id by itself: - OUEMWD-CUO73-YYCBEK",
}

_LIMITS: Final = frozenset({"limit_price", "limit", "limitprice"})
_TRIGGERS: Final = frozenset({"trigger_price", "triggerprice", "stop_price", "stopprice"})
_NO_TRIGGER: Final = ("limit", "market")
_NOTHING: Final[Mapping[str, object]] = {}


def meant_key(key: str, known: Sequence[str], beside: Mapping[str, object] = _NOTHING) -> str:
    """Return the key that was probably intended by an unknown one; empty if none fits.

    ``beside`` is its mapping. An existing key is never suggested.
    """
    plain = _plain(key)
    ordertype = beside.get("ordertype")
    if plain in _LIMITS and isinstance(ordertype, str) and ordertype.endswith("-limit"):
        return "price2" if "price2" in known and "price2" not in beside else ""
    if plain in _TRIGGERS and ordertype in _NO_TRIGGER:
        return ""
    other = _OTHER_KEYS.get(plain)
    if other in known:
        return "" if other in beside and other not in ("oflags", "close") else str(other)
    if key in _EXPLAINED_KEYS or plain in _EXPLAINED_KEYS:
        return ""
    near = nearest(plain, known)
    return "" if near in beside else near


def key_hint(key: str, known: Sequence[str], beside: Mapping[str, object] = _NOTHING) -> str:
    """Return a hint for a key that does not exist; empty if none fits. ``beside`` is its mapping."""
    plain, meant = _plain(key), meant_key(key, known, beside)
    if meant == "oflags" and plain != "flags":
        return "add post to `oflags`" if "oflags" in beside else "write oflags: post"
    if key.startswith("close[") and meant:
        return "write close: {ordertype: ..., price: ...}"
    if meant:
        return f"did you mean `{meant}`?"
    if plain in _TRIGGERS and "price2" in known and beside.get("ordertype") in _NO_TRIGGER:
        return "an order with a trigger is a stop-loss or a take-profit: its `price` is the trigger"
    if (other := _OTHER_KEYS.get(plain)) in beside:
        return f"`{other}` is here already: leave one of them out"
    return _EXPLAINED_KEYS.get(key, "") or _EXPLAINED_KEYS.get(plain, "")


def _plain(key: str) -> str:
    """Return a key in small letters, without what surrounds it by mistake."""
    return tidied(key).strip("-\u2013\u2014\u2022 :\uff1a").lower().replace("-", "_")
