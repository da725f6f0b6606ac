"""``editOrder``: an open order is canceled and replaced by one with changed fields.

The new order has a new id, no fills, and is at the end of the queue. Orders with a trigger,
with a ``close`` or with a ``cl_ord_id`` are not edited.
Source: https://docs.kraken.com/api/docs/websocket-v1/editorder
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.kraken import AddOrder, EditOrderStatus, Transaction
from runner.paper.state import ids, texts
from runner.paper.state.account import Hold
from runner.paper.state.orders import CancelReason, Status

from . import error_texts, order_entry, order_fields, validation

if TYPE_CHECKING:
    from runner.kraken import EditOrder
    from runner.paper.state.orders import BookedOrder, Terms

    from .matching_engine import MatchingEngine
    from .order_context import ResolvedOrder

_DESCR_DECIMALS = 8


def edit(request: EditOrder, venue: MatchingEngine, now: float) -> EditOrderStatus:
    """Replace an order by a new one, or return an error; then the old one is unchanged."""
    found = _find_order(request, venue)
    if isinstance(found, str):
        return _refused_reply(request, found)
    over = venue.rates.charge_change(Transaction.EDIT, found, now)
    if over is not None:
        return _refused_reply(request, over)
    replacement = _replacement(request, found, venue)
    if isinstance(replacement, str):
        return _refused_reply(request, replacement)
    resolved = _check_replacement(replacement, found, venue, now)
    if isinstance(resolved, str):
        return _refused_reply(request, resolved)
    if order_entry.validates(request.validate, venue.options):
        return _edited_reply(request, found, resolved.terms, None)
    venue.end(found, Status.CANCELED, now, CancelReason.REPLACED)
    terms = order_entry.book(venue, resolved)
    venue.settle(now)
    return _edited_reply(request, found, terms, terms.txid)


def _find_order(request: EditOrder, venue: MatchingEngine) -> BookedOrder | str:
    """Return the order that is meant and may be edited, or the error."""
    options = venue.options
    instrument = venue.market.instruments.find(request.pair, common_names=options.requests.common_names)
    if instrument is None:
        return "EQuery:Unknown asset pair"
    order = _find_by_name(request.orderid, venue)
    if order is None or order.terms.pair != instrument.wsname:
        return options.errors.unknown_order
    terms = order.terms
    barred = terms.triggered or terms.close is not None or terms.cl_ord_id is not None
    return options.errors.not_editable if barred else order


def _find_by_name(text: str, venue: MatchingEngine) -> BookedOrder | None:
    if ids.is_order_id(text):
        return venue.book.live.get(text)
    try:
        carriers = venue.book.with_userref(order_fields.userref(text))
    except ValueError:
        return None
    return venue.book.live[carriers[0]] if len(carriers) == 1 else None


def _replacement(request: EditOrder, order: BookedOrder, venue: MatchingEngine) -> AddOrder | str:
    """Return the replacement as a request, or the error."""
    terms = order.terms
    volume = _volume(request, order, venue)
    if volume is None:
        return error_texts.invalid("volume")
    userref = request.newuserref or (str(terms.userref) if terms.userref else None)
    return AddOrder(
        pair=terms.pair,
        type=terms.type,
        ordertype=terms.ordertype,
        price=request.price or terms.price,
        price2=request.price2 or terms.price2,
        volume=f"{volume:f}",
        leverage=terms.leverage,
        reduce_only=terms.reduce_only or None,
        oflags=",".join(terms.oflags) if request.oflags is None else request.oflags,
        starttm=_moment(terms.starttm),
        expiretm=_moment(terms.expiretm),
        timeinforce=terms.timeinforce,
        stp_type=terms.stp_type,
        userref=userref,
        sender_sub_id=terms.sender_sub_id,
    )


def _volume(request: EditOrder, order: BookedOrder, venue: MatchingEngine) -> Decimal | None:
    """Return the volume of the new order; None if the text is no number or less than the executed volume."""
    if request.volume is None:
        return order.remaining
    try:
        volume = order_fields.number(request.volume)
    except ValueError:
        return None
    if volume < order.executed:
        return None
    return volume - order.executed if venue.options.orders.edit_volume_with_executed else volume


def _check_replacement(
    replacement: AddOrder, order: BookedOrder, venue: MatchingEngine, now: float
) -> ResolvedOrder | str:
    """Return the new order as resolved in an account without the hold of the old one, or the error."""
    held = Hold(_held_asset(order), venue.account.held_by(order.txid))
    venue.account.release(order.txid)
    context = venue.order_context(replacement, order.terms.instrument, now)
    resolved = validation.validate_order(context)
    venue.account.hold(order.txid, held)
    return resolved


def _held_asset(order: BookedOrder) -> str:
    instrument = order.terms.instrument
    on_margin = order.terms.leverage is not None
    return instrument.base if order.terms.type == "sell" and not on_margin else instrument.quote


def _moment(value: float | None) -> str | None:
    return None if value is None else str(int(value))


def _edited_reply(request: EditOrder, order: BookedOrder, terms: Terms, txid: str | None) -> EditOrderStatus:
    price = terms.limit or Decimal(0)
    return EditOrderStatus(
        status="ok",
        txid=txid,
        originaltxid=order.txid,
        descr=f"order edited price = {texts.fixed(price, _DESCR_DECIMALS)}",
        reqid=request.reqid,
    )


def _refused_reply(request: EditOrder, error: str) -> EditOrderStatus:
    return EditOrderStatus(status="error", errorMessage=error, reqid=request.reqid)
