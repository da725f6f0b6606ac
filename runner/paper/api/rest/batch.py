"""``AddOrderBatch``: 2 to 15 orders of one pair in one call.

The whole batch is checked first, and one order that no account could place refuses it. What depends on funds,
positions and other orders is decided one order after another; such an error is in the order's own row.
Source: https://docs.kraken.com/api/docs/rest-api/add-order-batch
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from runner.kraken import AddOrderStatus
from runner.paper.exchange import validation
from runner.paper.exchange.error_texts import invalid

from .calls import CallError
from .trading import describe_placed, order_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.kraken import AddOrder
    from runner.paper.exchange.venue import Venue

    from .trading import Carrier

ORDERS_MIN: Final = 2
ORDERS_MAX: Final = 15

_OF_ALL: Final = ("deadline", "validate")
_FIELD: Final = re.compile(r"orders\[(\d{1,4})\](\[\w+\](?:\[\w+\])?)")


def add_order_batch(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Place the orders of a batch, and return a row for each, in their order."""
    instrument = venue.market.instruments.find_rest(fields.get("pair", ""))
    if instrument is None:
        raise CallError("EQuery:Unknown asset pair")
    orders = _orders(fields)
    if not ORDERS_MIN <= len(orders) <= ORDERS_MAX:
        raise CallError(invalid("orders"))
    common = {name: fields[name] for name in _OF_ALL if name in fields}
    requests = [order_request({**order, **common}, instrument, venue.options) for order in orders]
    for request in requests:
        problem = validation.check_alone(venue.order_context(request, instrument, now))
        if problem is not None:
            raise CallError(problem)
    venue.rates.batch = True
    try:
        return {"orders": [_placed(request, venue, carrier, now) for request in requests]}
    finally:
        venue.rates.batch = False


def _placed(request: AddOrder, venue: Venue, carrier: Carrier, now: float) -> dict[str, Any]:
    """Return an order's row: its txid, which is no list here, or its error."""
    (status,) = carrier.carry_out(request, now)
    assert isinstance(status, AddOrderStatus)
    if status.errorMessage is not None:
        return {"error": status.errorMessage}
    descr = describe_placed(status, venue)
    return {"txid": status.txid, "descr": descr} if status.txid else {"descr": descr}


def _orders(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the orders of a JSON list, or of fields ``orders[0][price]`` as forms write them."""
    if "orders" not in fields:
        return _orders_of_form(fields)
    try:
        content = json.loads(fields["orders"])
    except (ValueError, RecursionError):
        raise CallError(invalid("orders")) from None
    if not isinstance(content, list) or not all(isinstance(order, dict) for order in content):
        raise CallError(invalid("orders"))
    return [_flat(order) for order in content]


def _orders_of_form(fields: Mapping[str, str]) -> list[dict[str, str]]:
    orders: dict[int, dict[str, str]] = {}
    for name, text in fields.items():
        match = _FIELD.fullmatch(name)
        if match is not None:
            # [price] is price, [close][price] is close[price].
            field = match[2].replace("]", "", 1).removeprefix("[")
            orders.setdefault(int(match[1]), {})[field] = text
    return [orders[number] for number in sorted(orders)]


def _flat(order: Mapping[str, Any]) -> dict[str, str]:
    """Return an order's fields as text, what is within ``close`` under the name that a form has."""
    flat: dict[str, str] = {}
    for name, value in order.items():
        inner = value if isinstance(value, dict) else None
        named = {name: value} if inner is None else {f"{name}[{each}]": inner[each] for each in inner}
        flat |= {each: text if isinstance(text, str) else json.dumps(text) for each, text in named.items()}
    return flat
