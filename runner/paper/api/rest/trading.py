"""The REST calls that trade: each is converted to the equivalent WebSocket request, a batch to several.

Orders are checked where the WebSocket's requests are checked. Here are only the formats of calls and answers.
Source: https://docs.kraken.com/api/docs/rest-api/add-order and its neighbours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from runner.kraken import (
    AddOrder,
    AddOrderStatus,
    AmendOrder,
    AmendOrderStatus,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterStatus,
    CancelAllStatus,
    CancelOrder,
    EditOrder,
    EditOrderStatus,
    FrameError,
    decode_request,
    fields_of,
)
from runner.paper.api import rendering
from runner.paper.exchange import validation
from runner.paper.exchange.error_texts import invalid

from .calls import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.kraken import Reply, Request
    from runner.paper.exchange.venue import Venue
    from runner.paper.options.options import Options
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.orders import BookedOrder

BATCH_IDS_MAX = 50

# Names that differ between REST and the WebSocket, and what REST knows and the WebSocket does not.
_RENAMED = {"stptype": "stp_type"}
_UNKNOWN_THERE = ("nonce", "otp", "trigger", "displayvol", "broker", "asset_class", "event", "token", "reqid")
_SWITCHES = ("margin", "reduce_only")


_EDITED = {name: name for name in ("volume", "price", "price2", "oflags")} | {
    "txid": "orderid",
    "userref": "newuserref",
}
_AMENDED = {
    name: name for name in ("txid", "cl_ord_id", "limit_price", "trigger_price", "post_only", "deadline")
} | {"order_qty": "volume", "display_qty": "display_volume"}


class Carrier(Protocol):
    """The part of the exchange that carries a request out and records it."""

    def carry_out(self, request: Request, now: float) -> list[Reply]:
        """Return the replies; feed messages are delivered separately."""


def add_order(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Place an order; ``txid`` is a list here, and absent when the order was only validated."""
    instrument = _instrument(venue, fields)
    request = order_request(fields, instrument, venue.options)
    status = _carry_out(carrier, request, now)
    assert isinstance(status, AddOrderStatus)
    descr = describe_placed(status, venue)
    return {"descr": descr, "txid": [status.txid]} if status.txid else {"descr": descr}


def edit_order(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Replace an order, named by its txid or its user reference, by one with other fields and a new id."""
    instrument = _instrument(venue, fields)
    if "deadline" in fields:
        problem = validation.deadline_problem(fields["deadline"], venue.options, now)
        if problem is not None:
            raise CallError(problem)
    wire = _renamed(fields, _EDITED) | _validating(fields, venue.options)
    status = _carry_out(carrier, _request(EditOrder.event, wire | {"pair": instrument.wsname}), now)
    assert isinstance(status, EditOrderStatus)
    answer: dict[str, Any] = {"status": "ok", "originaltxid": status.originaltxid}
    if not status.txid:
        return answer | {"descr": {"order": status.descr}}
    shown = rendering.rest(find_order(venue, status.txid))
    return answer | {
        "txid": status.txid,
        "volume": shown["vol"],
        "price": shown["descr"]["price"],
        "price2": shown["descr"]["price2"],
        "orders_cancelled": 1,
        "descr": {"order": shown["descr"]["order"]},
    }


def amend_order(venue: Venue, carrier: Carrier, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Change an order in place; quantities have other names than on the socket."""
    wire: dict[str, Any] = _renamed(fields, _AMENDED)
    if "post_only" in wire:
        wire["post_only"] = wire["post_only"].lower() == "true"
    if "pair" in fields:
        wire["pair"] = _instrument(venue, fields).wsname
    status = _carry_out(carrier, _request(AmendOrder.event, wire), now)
    assert isinstance(status, AmendOrderStatus)
    return {"amend_id": status.amend_id}


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


def order_request(fields: Mapping[str, str], instrument: Instrument, options: Options) -> AddOrder:
    """Return the order of a call as the socket's request. Raises ``CallError`` for a wrong field."""
    if fields.get("trigger", "last") != "last":
        raise CallError("EGeneral:Invalid arguments:Index unavailable")
    request = _request(AddOrder.event, _wire(fields, options) | {"pair": instrument.wsname})
    assert isinstance(request, AddOrder)
    return request


def describe_placed(status: AddOrderStatus, venue: Venue) -> dict[str, Any]:
    """Return ``descr`` of an order that was accepted: in words, and its ``close`` if it has one."""
    descr = {"order": status.descr}
    if status.txid and (closing := rendering.rest(find_order(venue, status.txid))["descr"]["close"]):
        descr["close"] = closing
    return descr


def find_order(venue: Venue, txid: str) -> BookedOrder:
    """Return an order that is there, live or ended."""
    return venue.book.live.get(txid) or venue.book.ended[txid]


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
    wire.pop("validate", None)
    return wire | _validating(fields, options)


def _validating(fields: Mapping[str, str], options: Options) -> dict[str, Any]:
    """Return the field that makes a request validate only, if a call has it and means it."""
    validate = fields.get("validate")
    meant = options.requests.rest_validate_false_validates or (validate or "").lower() == "true"
    return {"validate": "true"} if validate is not None and meant else {}


def _renamed(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields that a request knows, under its own names."""
    return {names[name]: text for name, text in fields.items() if name in names}


def _instrument(venue: Venue, fields: Mapping[str, str]) -> Instrument:
    instrument = venue.market.instruments.find_rest(fields.get("pair", ""))
    if instrument is None:
        raise CallError("EQuery:Unknown asset pair")
    return instrument


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
