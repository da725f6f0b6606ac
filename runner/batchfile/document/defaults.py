"""Merges ``defaults`` under every order, so that the rules see an order as it will be sent.

An entry that comes from ``defaults`` keeps its position there. It judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import Order

from .values import YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Callable

    _Entry = tuple[str, object, int, int]

OWN_FIELD: Final = "id"
"""The one field of an order that cannot have a default."""

_FIELDS: Final = frozenset(Order._fields) - {OWN_FIELD, "place"}
"""The fields an order can inherit: an unknown one is reported once, under ``defaults``."""


def merged(document: YamlMap) -> YamlMap:
    """Return the document with each order completed; the one handed in is left as it is."""
    defaults, groups = document.get("defaults"), document.get("groups")
    if not isinstance(defaults, YamlMap) or not isinstance(groups, YamlList) or not defaults:
        return document
    known = [(key, value, *defaults.offsets_of(key)) for key, value in defaults.items() if key in _FIELDS]
    return _with(document, "groups", _each(groups, lambda group: _merge_group(known, group)))


def from_defaults(defaults: object, order: YamlMap, key: str) -> bool:
    """Return whether an entry of a merged order was written under ``defaults``."""
    if not isinstance(defaults, YamlMap) or order is defaults or key not in defaults:
        return False
    return key in order and order.offsets_of(key) == defaults.offsets_of(key)


def defaults_note(defaults: object, order: YamlMap, key: str) -> str:
    """Says where an entry of a merged order was written; empty if the order has it itself."""
    if not from_defaults(defaults, order, key):
        return ""
    return f"`{key}` comes from `defaults`, line {order.key_at(key)[0]}"


def _merge_group(defaults: list[_Entry], group: object) -> object:
    if not isinstance(group, YamlMap):
        return group
    orders = group.get("orders")
    if not isinstance(orders, YamlList):
        return group
    return _with(group, "orders", _each(orders, lambda order: _merge_order(defaults, order)))


def _merge_order(defaults: list[_Entry], order: object) -> object:
    """Merge with the author's keys first, so that an order still begins where its author began it."""
    if not isinstance(order, YamlMap):
        return order
    result = order.copy()
    for key, value, key_offset, value_offset in defaults:
        if key not in order:
            result.put(key, value, key_offset, value_offset)
    return result


def _each(items: YamlList, change: Callable[[object], object]) -> YamlList:
    return items.with_items(change(item) for item in items)


def _with(source: YamlMap, key: str, value: object) -> YamlMap:
    result = source.copy()
    result[key] = value
    return result
