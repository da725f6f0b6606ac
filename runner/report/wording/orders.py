"""The terms of a message in one line of Kraken's own words: ``buy 0.25 ETH/EUR @ limit 150``.

Numbers stay as their author typed them. What the exchange assumes anyway (``GTC``) is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from runner.domain import rfc3339
from runner.report.humanize import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class OrderFields(NamedTuple):
    """The terms of an order apart, each as its author typed it; ``more`` is all the rest."""

    side: str
    volume: str
    pair: str
    ordertype: str
    price: str
    more: str


def order_fields(fields: Mapping[str, Any], *, own_id: bool = True) -> OrderFields:
    """Return the terms of an ``addOrder`` apart, from its fields as they leave."""
    ordertype, price, second = _prices(fields, "{}")
    more = [*filter(None, [second]), *_terms(fields), *(_ids(fields) if own_id else ())]
    volume = str(fields.get("volume", ""))
    return OrderFields(fields["type"], volume, fields["pair"], ordertype, price, ", ".join(more))


def describe_order(fields: Mapping[str, Any], *, own_id: bool = True) -> str:
    """Return an ``addOrder`` in words, from its fields as they leave. ``own_id``: the author chose its id."""
    basics = f"{fields['type']} {fields.get('volume', '')} {fields['pair']} @ {_at(fields, '{}')}"
    return ", ".join([basics, *_terms(fields), *(_ids(fields) if own_id else ())])


def describe_sent_order(request: Mapping[str, Any] | None, descr: str | None) -> str:
    """Describe an order that was sent; empty if neither its fields nor a description is known.

    In the words of its author, unless only the exchange knows which price a relative one came to.
    """
    if request is None or (
        descr and any(_relative(request.get(name) or "0") for name in ("price", "price2"))
    ):
        return descr or ""
    return describe_order(request, own_id=False)


def _at(fields: Mapping[str, Any], name: str) -> str:
    return " ".join(filter(None, _prices(fields, name)))


def _prices(fields: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    """Return the order type, the price, and the limit behind a trigger; empty for what there is not."""
    ordertype = str(fields[name.format("ordertype")])
    price = str(fields.get(name.format("price")) or "")
    price2 = fields.get(name.format("price2"))
    # A trailing stop's price is always a distance; for other types it must be distinguished from a price.
    if price and _relative(price) and "trailing" not in ordertype:
        price += " relative to the last price"
    second = f"-> limit {price2}" if price2 else ""
    second += " relative to the trigger" if price2 and _relative(price2) else ""
    return ordertype, price, second


def _terms(fields: Mapping[str, Any]) -> Iterator[str]:
    if fields.get("leverage"):
        yield f"leverage {fields['leverage']}"
    for flag in ("margin", "reduce_only"):
        if fields.get(flag):
            yield flag
    for flag in str(fields.get("oflags") or "").split(","):
        yield from _flag(flag, fields)
    if fields.get("timeinforce", "GTC") != "GTC":
        yield str(fields["timeinforce"])
    yield from _times(fields)
    if fields.get("stp_type"):
        yield f"stp_type {fields['stp_type']}"
    if fields.get("close[ordertype]"):
        yield f"each fill closed @ {_at(fields, 'close[{}]')}"
    if fields.get("validate"):
        yield "to be validated only"


def _flag(flag: str, fields: Mapping[str, Any]) -> Iterator[str]:
    if flag == "viqc":
        yield f"viqc (the volume is in {str(fields['pair']).partition('/')[2]})"
    elif flag:
        yield flag


def _times(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, verb in (("starttm", "starts"), ("expiretm", "expires")):
        time = fields.get(name)
        if time not in (None, "0"):
            yield f"{verb} {_time(str(time))}"


def _time(text: str) -> str:
    if text.startswith("+"):
        return f"{text[1:]} s after it arrives"
    return moment(rfc3339(int(text))) if text.isdecimal() else text


def _ids(fields: Mapping[str, Any]) -> Iterator[str]:
    for name in ("userref", "cl_ord_id"):
        if fields.get(name):
            yield f"{name} {fields[name]}"


def _relative(price: str) -> bool:
    return price[0] in "+-#" or price.endswith("%")
