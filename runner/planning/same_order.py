"""Comparison of two messages for one order. Numbers are compared as numbers: ``145.50`` equals ``145.5``.

A formatter may rewrite a file that was applied. The message that is sent keeps the author's own text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import parse_price

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS: Final = frozenset({"price", "price2", "volume", "leverage", "close[price]", "close[price2]"})
_OF_ONE_SENDING: Final = frozenset({"reqid", "deadline"})


def is_same_order(sent: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether two messages for an order, as their wire fields, ask for the same thing."""
    return _content(sent) == _content(now)


def _content(fields: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: _number(value) if name in _NUMBERS else value
        for name, value in fields.items()
        if name not in _OF_ONE_SENDING and value is not None
    }


def _number(text: object) -> object:
    try:
        return parse_price(str(text))
    except ValueError:
        return text
