"""A document without faults to the nouns of the domain. It assumes everything and checks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import (
    Batch,
    Cancellation,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Close,
    Group,
    OnReject,
    Order,
    OrderKey,
    Place,
    parse_rfc3339,
)

if TYPE_CHECKING:
    from .document import At, YamlMap


def decode_batch(document: YamlMap, file: str, digest: str) -> Batch:
    """The batch that a merged document without faults describes. ``digest`` is of the file's bytes."""
    nodes: list[YamlMap] = list(_items(document, "groups"))
    before = [(), *((str(node["name"]),) for node in nodes)]
    return Batch(
        name=str(document["name"]),
        description=str(document.get("description", "")),
        repeat=document.get("repeat") is True,
        groups=tuple(_group(node, needs) for node, needs in zip(nodes, before, strict=False)),
        file=file,
        digest=digest,
    )


def _group(node: YamlMap, before: tuple[str, ...]) -> Group:
    """``before`` is what the group needs if it does not say."""
    return Group(
        name=str(node["name"]),
        needs=tuple(str(name) for name in _items(node, "needs")) if "needs" in node else before,
        on_reject=OnReject(str(node.get("on_reject", OnReject.STOP))),
        orders=tuple(_order(order) for order in _items(node, "orders")),
        cancel=_cancellations(node),
        place=Place(*node.first_key_at),
    )


def _order(node: YamlMap) -> Order:
    return Order(
        id=str(node["id"]),
        pair=str(node["pair"]),
        type=str(node["type"]),
        ordertype=str(node["ordertype"]),
        volume=str(node["volume"]),
        place=Place(*node.first_key_at),
        price=_text(node, "price"),
        price2=_text(node, "price2"),
        leverage=_text(node, "leverage"),
        margin=node.get("margin") is True,
        reduce_only=node.get("reduce_only") is True,
        oflags=_flags(node.get("oflags")),
        starttm=_time(node, "starttm"),
        expiretm=_time(node, "expiretm"),
        deadline=_text(node, "deadline"),
        userref=_text(node, "userref"),
        cl_ord_id=_text(node, "cl_ord_id"),
        stp_type=_text(node, "stp_type"),
        timeinforce=_text(node, "timeinforce"),
        close=_close(node.get("close")),
    )


def _cancellations(node: YamlMap) -> tuple[Cancellation, ...]:
    if "cancel" not in node:
        return ()
    entries: Any = node["cancel"]
    return tuple(_cancellation(entry, at) for entry, at in zip(entries, entries.places, strict=True))


def _cancellation(entry: Any, at: At) -> Cancellation:
    place = Place(*at)
    if isinstance(entry, str):
        return CancelTxid(str(entry), place)
    if "userref" in entry:
        return CancelUserref(str(entry["userref"]), place)
    group, _, own = str(entry["order"]).partition("/")
    return CancelPlaced(OrderKey(group, own), place)


def _items(node: YamlMap, key: str) -> Any:
    return node.get(key, ())


def _text(node: YamlMap, key: str) -> str | None:
    return str(node[key]) if key in node else None


def _flags(value: Any) -> tuple[str, ...]:
    """A list, or Kraken's text with commas; nothing for an empty list."""
    if value is None:
        return ()
    return tuple(value.split(",")) if isinstance(value, str) else tuple(str(flag) for flag in value)


def _time(node: YamlMap, key: str) -> str | None:
    """Kraken's own forms as typed; RFC 3339 as Unix seconds."""
    text = _text(node, key)
    return f"{parse_rfc3339(text):.0f}" if text is not None and "T" in text else text


def _close(node: Any) -> Close | None:
    if node is None:
        return None
    return Close(ordertype=str(node["ordertype"]), price=_text(node, "price"), price2=_text(node, "price2"))
