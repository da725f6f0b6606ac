"""From an ``addOrder`` to an order in the book: checked, resolved, held for, started when its time has come.

Orders that the exchange places itself, for a ``close`` or to end a position, take the same way without the
checks. What a started order trades is decided in ``matching.py``.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

from runner.kraken import AddOrder, AddOrderStatus, Transaction
from runner.paper.options.kinds import ValidateReply
from runner.paper.state import ids, texts
from runner.paper.state.changes import OrderChange
from runner.paper.state.orders import OTHER_SIDE, BookedOrder, CancelReason, Status, Terms

from . import matching, validation

if TYPE_CHECKING:
    from runner.paper.options.options import Options
    from runner.paper.state.margin import Position

    from .order_context import ResolvedOrder
    from .venue import Venue


def place(venue: Venue, request: AddOrder, now: float) -> AddOrderStatus:
    """Take an order, or answer with the exchange's error."""
    options = venue.options
    instrument = venue.market.instruments.find(request.pair, common_names=options.requests.common_names)
    if instrument is None:
        return _rejected_reply(request, "EQuery:Unknown asset pair")
    problem = venue.rates.charge(Transaction.ADD, instrument.wsname, now)
    if problem is not None:
        return _rejected_reply(request, problem)
    resolved = validation.validate_order(venue.order_context(request, instrument, now))
    if isinstance(resolved, str):
        return _rejected_reply(request, resolved)
    problem = venue.rates.too_many(instrument.wsname, request.ordertype, venue.book)
    if problem is not None:
        return _rejected_reply(request, problem)
    if validates(request.validate, options):
        return _accepted_reply(request, resolved.terms, options, validated=True)
    return _accepted_reply(request, book(venue, resolved), options)


def book(venue: Venue, resolved: ResolvedOrder, refid: str | None = None) -> Terms:
    """Enter an accepted order under a new id, and start it unless it is scheduled."""
    terms = _assign_ids(venue, resolved, refid)
    venue.account.hold(terms.txid, resolved.hold)
    _enter(venue, BookedOrder(terms=terms, updated=terms.opentm), terms.opentm)
    return terms


def place_close(venue: Venue, parent: Terms, volume: Decimal, now: float) -> None:
    """Place the order that a fill of its parent triggers; it is as much as was filled, the other way."""
    assert parent.close is not None
    request = AddOrder(
        pair=parent.pair,
        type=OTHER_SIDE[parent.type],
        ordertype=parent.close.ordertype,
        price=parent.close.price,
        price2=parent.close.price2,
        volume=f"{volume:f}",
        leverage=parent.leverage,
        userref=str(parent.userref)
        if parent.userref and venue.options.orders.close_inherits_userref
        else None,
    )
    context = venue.order_context(request, parent.instrument, now)
    below = volume < context.instrument.ordermin and not venue.options.orders.close_below_minimum
    if below or any(price is not None and price <= 0 for price in context.prices()):
        return
    resolved = context.resolve()
    if resolved.hold.amount <= venue.account.available(resolved.hold.asset):
        book(venue, resolved, parent.txid)
        return
    order = BookedOrder(terms=_assign_ids(venue, resolved, parent.txid), updated=now)
    venue.report(order, OrderChange.PLACED)
    venue.end(order, Status.CANCELED, now, CancelReason.NO_FUNDS)


def liquidate(venue: Venue, position: Position, now: float) -> None:
    """Close a position at the market, because the account cannot carry it any longer."""
    number = venue.next_number()
    terms = Terms(
        txid=ids.order_id(venue.seed, number),
        number=number,
        instrument=position.instrument,
        type=OTHER_SIDE[position.type],
        ordertype="market",
        volume=position.volume,
        opentm=now,
        oflags=("fciq",),
        leverage=position.leverage,
        reduce_only=True,
    )
    _enter(venue, BookedOrder(terms=terms, updated=now, misc=("liquidation",)), now)


def start(venue: Venue, order: BookedOrder, now: float) -> None:
    """Open an order: it waits for its trigger, or trades."""
    terms = order.terms
    if "post" in terms.oflags and venue.crosses(terms):
        venue.end(order, Status.CANCELED, now, CancelReason.POST_ONLY)
        return
    order = order.stepped(Status.OPEN, now)
    venue.write(order)
    venue.report(order, OrderChange.OPENED)
    if terms.ordertype == "settle-position":
        matching.settle_position(venue, order, now)
    elif terms.stop is not None:
        venue.moved.setdefault(terms.pair)
    else:
        matching.fill(venue, order, now, resting=False)


def validates(validate: str | bool | None, options: Options) -> bool:
    """Return whether a request only validates the order."""
    if options.requests.validate_false_validates:
        return validate is not None
    return validate is True or (isinstance(validate, str) and validate.lower() == "true")


def _assign_ids(venue: Venue, resolved: ResolvedOrder, refid: str | None) -> Terms:
    number = venue.next_number()
    txid = ids.order_id(venue.seed, number)
    return structs.replace(resolved.terms, txid=txid, number=number, refid=refid)


def _enter(venue: Venue, order: BookedOrder, now: float) -> None:
    terms = order.terms
    venue.report(order, OrderChange.PLACED)
    if terms.starttm is None:
        start(venue, order, now)
    else:
        venue.write(order)
        venue.remind(terms.starttm, terms)
    if terms.expiretm is not None:
        venue.remind(terms.expiretm, terms)


def _rejected_reply(request: AddOrder, error: str) -> AddOrderStatus:
    return AddOrderStatus(status="error", errorMessage=error, reqid=request.reqid)


def _accepted_reply(
    request: AddOrder, terms: Terms, options: Options, *, validated: bool = False
) -> AddOrderStatus:
    txid: str | None = terms.txid
    if validated:
        txid = "" if options.orders.validate_reply is ValidateReply.EMPTY_TXID else None
    return AddOrderStatus(
        status="ok",
        txid=txid,
        descr=texts.descr(terms, price_decimals=options.feeds.descr_price_decimals),
        cl_ord_id=request.cl_ord_id,
        reqid=request.reqid,
    )
