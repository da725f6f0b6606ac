"""The REST calls that trade: each is converted to the equivalent WebSocket request.

Orders are checked where the WebSocket's requests are checked. Here are only the formats of calls and answers.
Source: https://docs.kraken.com/api/docs/rest-api/add-order and its neighbours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from runner.kraken import (
    AddOrder,
    AddOrderStatus,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterStatus,
    CancelAllStatus,
    CancelOrder,
    FrameError,
    decode_request,
    fields_of,
)
from runner.paper.api import rendering
from runner.paper.exchange.error_texts import invalid

from .calls import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.kraken import Reply, Request
    from runner.paper.exchange.venue import Venue
    from runner.paper.options.options import Options

BATCH_IDS_MAX = 50

# Names that differ between REST and the WebSocket, and what REST knows and the WebSocket does not.
_RENAMED = {"stptype": "stp_type"}
_UNKNOWN_THERE = ("nonce", "otp", "trigger", "displayvol", "broker", "asset_class", "event", "token", "reqid")
_SWITCHES = ("margin", "reduce_only")


class Carrier(Protocol):
    """The part of the exchange that carries a request out and records it."""

    def carry_out(self, request: Request, now: float) -> list[Reply]:
        """Return the replies; feed messages are delivered separately."""


def add_order(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Place an order; ``txid`` is a list here, and absent when the order was only validated."""
    if fields.get("trigger", "last") != "last":
        raise CallError("EGeneral:Invalid arguments:Index unavailable")
    instrument = venue.market.instruments.find_rest(fields.get("pair", ""))
    if instrument is None:
        raise CallError("EQuery:Unknown asset pair")
    request = _request(AddOrder.event, _wire(fields, venue.options) | {"pair": instrument.wsname})
    status = _carry_out(carrier, request, now)
    assert isinstance(status, AddOrderStatus)
    if not status.txid:
        return {"descr": {"order": status.descr}}
    order = venue.book.live.get(status.txid) or venue.book.ended[status.txid]
    descr = {"order": status.descr}
    if closing := rendering.rest(order)["descr"]["close"]:
        descr["close"] = closing
    return {"descr": descr, "txid": [status.txid]}


def cancel_order(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Cancel by one txid, user reference or ``cl_ord_id``; a user reference may name several orders."""
    given = [name for name in ("txid", "cl_ord_id", "userref") if fields.get(name)]
    if len(given) != 1:
        raise CallError(invalid("txid"))
    name = "cl_ord_id" if given == ["cl_ord_id"] else "txid"
    answer: dict[str, Any] = {"count": _count_canceled(carrier, {name: [fields[given[0]]]}, now)}
    return answer | ({"pending": False} if venue.options.cancels.rest_pending else {})


def cancel_order_batch(
    venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float
) -> dict[str, Any]:
    """Cancel up to 50 orders at once, even above the rate limit.

    Orders that are not open are skipped, unless none is open.
    """
    orders, cl_ord_ids = _list(fields, "orders"), _list(fields, "cl_ord_ids")
    if not 0 < len(orders) + len(cl_ord_ids) <= BATCH_IDS_MAX:
        raise CallError(invalid("orders"))
    named = {name: ids for name, ids in (("txid", orders), ("cl_ord_id", cl_ord_ids)) if ids}
    venue.rates.batch = True
    try:
        return {"count": _count_canceled(carrier, named, now)}
    finally:
        venue.rates.batch = False


def cancel_all(_: Venue, carrier: Carrier, __: Mapping[str, str], now: float) -> dict[str, Any]:
    """Cancel everything that is open."""
    status = _carry_out(carrier, CancelAll(), now)
    assert isinstance(status, CancelAllStatus)
    return {"count": status.count}


def cancel_all_orders_after(
    _: Venue, carrier: Carrier, fields: Mapping[str, str], now: float
) -> dict[str, Any]:
    """Arm or disarm the dead man's switch."""
    text = fields.get("timeout", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise CallError(invalid("timeout"))
    status = _carry_out(carrier, CancelAllOrdersAfter(timeout=int(text)), now)
    assert isinstance(status, CancelAllOrdersAfterStatus)
    return {"currentTime": status.currentTime, "triggerTime": status.triggerTime}


def _wire(fields: Mapping[str, str], options: Options) -> dict[str, Any]:
    """REST's fields of an order as the WebSocket's."""
    wire: dict[str, Any] = {
        _RENAMED.get(name, name): text for name, text in fields.items() if name not in _UNKNOWN_THERE
    }
    if "stp_type" in wire:
        wire["stp_type"] = wire["stp_type"].replace("-", "_")
    for name in _SWITCHES:
        if name in wire:
            wire[name] = wire[name].lower() == "true"
    validate = wire.pop("validate", None)
    if validate is not None and (
        options.requests.rest_validate_false_validates or validate.lower() == "true"
    ):
        wire["validate"] = "true"
    return wire


def _request(event: str, wire: Mapping[str, Any]) -> Request:
    try:
        return decode_request(json.dumps({"event": event, **wire}))[0]
    except FrameError as error:
        raise CallError(invalid(str(error).partition(" ")[0])) from None


def _carry_out(carrier: Carrier, request: Request, now: float) -> Reply:
    (reply,) = carrier.carry_out(request, now)
    error = fields_of(reply).get("errorMessage")
    if error is not None:
        raise CallError(error)
    return reply


def _count_canceled(carrier: Carrier, named: Mapping[str, list[str]], now: float) -> int:
    """Return the number of canceled orders. Raises CallError with the first error if there were none."""
    replies = carrier.carry_out(_request(CancelOrder.event, named), now)
    errors = [fields_of(reply).get("errorMessage") for reply in replies]
    count = errors.count(None)
    if not count:
        raise CallError(str(errors[0]))
    return count


def _list(fields: Mapping[str, str], name: str) -> list[str]:
    """Return a list of ids: JSON in one field, or fields ``name[0]``, ``name[1]`` as forms write it."""
    if name not in fields:
        return [text for field, text in fields.items() if field.startswith(f"{name}[")]
    try:
        content = json.loads(fields[name])
    except (ValueError, RecursionError):
        raise CallError(invalid(name)) from None
    if not isinstance(content, list) or not all(type(item) in (str, int) for item in content):
        raise CallError(invalid(name))
    return [str(item) for item in content]
