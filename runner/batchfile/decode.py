"""Convert a document without faults to the nouns of the domain. Checks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import (
    Batch,
    Cancellation,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Close,
    FillBarrier,
    Group,
    OnReject,
    Order,
    OrderKey,
    Otherwise,
    Place,
    parse_duration,
    parse_rfc3339,
)

from .checks.created import created_at
from .document.values import NumberText

if TYPE_CHECKING:
    from .document.values import LineColumn, YamlList, YamlMap


def decode_batch(document: YamlMap, file: str, digest: str) -> Batch:
    """Return the batch that a merged document without faults describes. ``digest`` is of the file's bytes."""
    nodes: list[YamlMap] = list(_items(document, "groups"))
    before = [(), *((str(node["name"]),) for node in nodes)]
    return Batch(
        name=str(document["name"]),
        description=str(document.get("description", "")),
        repeat=document.get("repeat") is True,
        groups=tuple(_group(node, needs) for node, needs in zip(nodes, before, strict=False)),
        file=file,
        digest=digest,
        created=created_at(document),
    )


def _group(node: YamlMap, before: tuple[str, ...]) -> Group:
    """``before`` is what the group needs if it does not say."""
    needs = _items(node, "needs")
    return Group(
        name=str(node["name"]),
        needs=tuple(map(_needed, needs)) if "needs" in node else before,
        on_reject=OnReject(str(node.get("on_reject", OnReject.STOP))),
        orders=tuple(_order(order) for order in _items(node, "orders")),
        cancel=_cancellations(node),
        place=Place(*node.first_key_at),
        hold=node.get("hold") is True,
        barriers=tuple(_barrier(need) for need in needs if not isinstance(need, str)),
    )


def _needed(need: Any) -> str:
    """Return the name of a needed group, which is alone or in a mapping."""
    return str(need if isinstance(need, str) else need["group"])


def _barrier(node: YamlMap) -> FillBarrier:
    return FillBarrier(
        group=str(node["group"]),
        within=parse_duration(str(node["within"])),
        otherwise=Otherwise(str(node.get("otherwise", Otherwise.STOP))),
        place=Place(*node.first_key_at),
    )


def _order(node: YamlMap) -> Order:
    """Decode an order: its fields are the keys of a mapping, and most values are what the author typed."""
    fields: dict[str, Any] = {
        key: str(value) if value.__class__ is NumberText else value for key, value in node.items()
    }
    if "oflags" in fields:
        fields["oflags"] = _flags(fields["oflags"])
    for key in ("starttm", "expiretm"):
        if key in fields and "T" in fields[key]:
            fields[key] = _unix_seconds(fields[key])
    if "close" in fields:
        fields["close"] = _close(fields["close"])
    return Order(place=Place(*node.first_key_at), **fields)


def _cancellations(node: YamlMap) -> tuple[Cancellation, ...]:
    if "cancel" not in node:
        return ()
    entries: Any = node["cancel"]
    return tuple(_cancellation(entry, entries.item_at(index)) for index, entry in enumerate(entries))


def _cancellation(entry: Any, at: LineColumn) -> Cancellation:
    place = Place(*at)
    if isinstance(entry, str):
        return CancelTxid(str(entry), place)
    if "userref" in entry:
        return CancelUserref(str(entry["userref"]), place, including_own=entry.get("including_own") is True)
    group, _, own = str(entry["order"]).partition("/")
    return CancelPlaced(OrderKey(group, own), place)


def _items(node: YamlMap, key: str) -> Any:
    return node.get(key, ())


def _flags(value: str | YamlList) -> tuple[str, ...]:
    """Return a list, or Kraken's text with commas; nothing for an empty list."""
    return tuple(value.split(",")) if isinstance(value, str) else tuple(str(flag) for flag in value)


def _unix_seconds(text: str) -> str:
    return f"{parse_rfc3339(text):.0f}"


def _close(node: YamlMap) -> Close:
    return Close(**{key: str(value) for key, value in node.items()})
