"""Comparison of two messages for one order by what they ask for: ``145.50`` equals ``145.5``.

A formatter may rewrite a file that was applied, and an author may write a default out. The message that is
sent keeps the author's own text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import parse_price

from .order_matching import normal_cl_ord_id

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS: Final = frozenset({"price", "price2", "volume", "leverage", "close[price]", "close[price2]"})
_OF_ONE_SENDING: Final = frozenset({"reqid", "deadline"})
_DEFAULTS: Final = {"timeinforce": "GTC", "starttm": "0", "expiretm": "0", "stp_type": "cancel_newest"}
"""Kraken's own values of absent fields: https://docs.kraken.com/api/docs/websocket-v1/addorder"""
_WITHOUT_EFFECT: Final = "nompp"


def is_same_order(sent: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether two messages for an order, as their wire fields, ask for the same thing."""
    return not differing_fields(sent, now)


def differing_fields(sent: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the names of the wire fields in which two messages for an order ask for something else."""
    names = [name for name in {**sent, **now} if name not in _OF_ONE_SENDING]
    return [name for name in names if _meaning(name, sent.get(name)) != _meaning(name, now.get(name))]


def _meaning(name: str, value: Any) -> object:
    if value is None or value == _DEFAULTS.get(name):
        return None
    if name in _NUMBERS:
        return _number(value)
    if name == "oflags":
        return set(value.split(",")) - {_WITHOUT_EFFECT} or None
    return normal_cl_ord_id(value) if name == "cl_ord_id" else value


def _number(text: object) -> object:
    try:
        return parse_price(str(text))
    except ValueError:
        return text
