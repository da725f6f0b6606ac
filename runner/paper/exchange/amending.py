"""``amendOrder``: an open order is changed in place, and keeps its ids.

It keeps its queue position too, unless its price changes or its volume grows.
Source: https://docs.kraken.com/api/docs/websocket-v1/amendorder
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.domain import parse_rfc3339
from runner.kraken import AmendOrderStatus, Transaction
from runner.paper.state import holds, ids
from runner.paper.state.changes import OrderChange
from runner.paper.state.orders import CancelReason, Status

from . import error_texts, matching, order_fields

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.kraken import AmendOrder
    from runner.paper.state.orders import BookedOrder, Terms

    from .matching_engine import MatchingEngine

REASON = "User requested"
_CHANGES = ("volume", "limit_price", "trigger_price", "post_only")


class _Refusal(Exception):
    """The amendment is not possible; the message is the exchange's error string."""


def amend(request: AmendOrder, venue: MatchingEngine, now: float) -> AmendOrderStatus:
    """Change an order, or return an error; then it is unchanged."""
    try:
        order = _find_order(request, venue)
        _check_rate(order, venue, now)
        _check_form(request, venue, now)
        terms = _amended_terms(request, order, venue)
        _check_money(order, terms, venue)
    except _Refusal as refusal:
        return AmendOrderStatus(status="error", errorMessage=str(refusal), reqid=request.reqid)
    _carry_out(order, terms, venue, now)
    venue.settle(now)
    venue.amended += 1
    return AmendOrderStatus(
        status="ok",
        amend_id=ids.amend_id(venue.seed, venue.amended),
        txid=request.txid,
        cl_ord_id=request.cl_ord_id,
        reqid=request.reqid,
    )


def _find_order(request: AmendOrder, venue: MatchingEngine) -> BookedOrder:
    if (request.txid is None) == (request.cl_ord_id is None):
        raise _Refusal(error_texts.invalid("txid"))
    txid = request.txid
    if request.cl_ord_id is not None:
        try:
            key = order_fields.cl_ord_key(request.cl_ord_id, folds=venue.options.requests.cl_ord_id_folds)
        except ValueError:
            raise _Refusal(error_texts.invalid("cl_ord_id")) from None
        txid = venue.book.with_cl_ord_key(key)
    order = venue.book.live.get(txid or "")
    if order is None:
        raise _Refusal(venue.options.errors.unknown_order)
    return order


def _check_rate(order: BookedOrder, venue: MatchingEngine, now: float) -> None:
    over = venue.rates.charge_change(Transaction.AMEND, order, now)
    if over is not None:
        raise _Refusal(over)


def _check_form(request: AmendOrder, venue: MatchingEngine, now: float) -> None:
    """Check that the request changes something, and that the market's state and the deadline allow it now."""
    if request.display_volume is not None:
        # There are no orders with a display volume on v1.
        raise _Refusal(error_texts.invalid("display_volume"))
    if all(getattr(request, name) is None for name in _CHANGES):
        raise _Refusal(error_texts.invalid("volume"))
    if venue.status != "online" and venue.status not in ("post_only", "limit_only"):
        mode = f"EService:Market in {venue.status} mode"
        raise _Refusal(mode if venue.status == "cancel_only" else error_texts.UNAVAILABLE)
    if request.deadline is not None:
        try:
            deadline = parse_rfc3339(request.deadline)
        except ValueError:
            raise _Refusal(error_texts.invalid("deadline")) from None
        if now > deadline:
            raise _Refusal(venue.options.errors.deadline_elapsed)


def _amended_terms(request: AmendOrder, order: BookedOrder, venue: MatchingEngine) -> Terms:
    """Return the terms as they are to be; the number stays for now."""
    terms = order.terms
    if terms.ordertype.startswith("trailing-stop") and (request.limit_price or request.trigger_price):
        # Their prices follow the market, and are none to set.
        raise _Refusal(error_texts.invalid("trigger_price" if request.trigger_price else "limit_price"))
    limit = _price(request.limit_price, "limit_price", terms.limit, order, venue)
    stop = _price(request.trigger_price, "trigger_price", terms.stop if order.waits else None, order, venue)
    oflags = terms.oflags
    if request.post_only is not None:
        if terms.ordertype != "limit":
            raise _Refusal(error_texts.invalid("post_only"))
        oflags = tuple(flag for flag in oflags if flag != "post")
        oflags = ("post", *oflags) if request.post_only else oflags
    crosses = limit is not None and venue.market.quote(terms.pair).crossed_by(terms.type, limit)
    if "post" in oflags and crosses and order.status is Status.OPEN:
        raise _Refusal("EOrder:Post only order")
    terms = structs.replace(terms, volume=_volume(request, order), oflags=oflags)
    if stop is not None:
        terms = structs.replace(terms, stop=stop, price=f"{stop:f}")
    if limit is None:
        return terms
    if terms.triggered:
        return structs.replace(terms, limit=limit, price2=f"{limit:f}")
    return structs.replace(terms, limit=limit, price=f"{limit:f}")


def _price(
    text: str | None, field: str, before: Decimal | None, order: BookedOrder, venue: MatchingEngine
) -> Decimal | None:
    """Return the price that a text means, or None where there is none.

    Relative ones refer to the last trade.
    """
    if text is None:
        return None
    instrument = order.terms.instrument
    try:
        value = order_fields.price(text)
    except ValueError:
        raise _Refusal(error_texts.invalid(field)) from None
    if before is None or value.sign == "#":
        raise _Refusal(error_texts.invalid(field))
    meant = order_fields.moved(value, venue.market.quote(order.terms.pair).last, instrument.tick)
    if meant <= 0:
        raise _Refusal("EOrder:Invalid price")
    if meant % instrument.tick:
        raise _Refusal("EOrder:Tick size check failed")
    return meant


def _volume(request: AmendOrder, order: BookedOrder) -> Decimal:
    if request.volume is None:
        return order.terms.volume
    instrument = order.terms.instrument
    try:
        volume = order_fields.number(request.volume)
    except ValueError:
        raise _Refusal(error_texts.invalid("volume")) from None
    if volume != volume.quantize(instrument.lot_step):
        raise _Refusal(error_texts.invalid("volume"))
    if volume < instrument.ordermin and volume >= order.executed:
        raise _Refusal("EOrder:Order minimum not met")
    return volume


def _check_money(order: BookedOrder, terms: Terms, venue: MatchingEngine) -> None:
    left = terms.volume - order.executed
    if left <= 0:
        return
    hold_request = holds.of_terms(terms, left, venue.market.quote(terms.pair).opposite(terms.type))
    hold = holds.needed(hold_request, venue.positions, venue.options)
    if hold.amount > venue.account.available(hold.asset) + venue.account.held_by(order.txid):
        margin = terms.leverage is not None
        raise _Refusal("EOrder:Insufficient margin" if margin else "EOrder:Insufficient funds")


def _carry_out(order: BookedOrder, terms: Terms, venue: MatchingEngine, now: float) -> None:
    before = order.terms
    left = terms.volume - order.executed
    if left <= 0:
        # Nothing is left to trade: what was executed stays, the rest is canceled.
        venue.end(order, Status.CANCELED, now, CancelReason.AMENDED)
        return
    if (terms.limit, terms.stop) != (before.limit, before.stop) or terms.volume > before.volume:
        terms = structs.replace(terms, number=venue.next_number())
    order = structs.replace(order, terms=terms, amended=REASON, updated=now)
    hold_request = holds.of_terms(terms, left, venue.market.quote(terms.pair).opposite(terms.type))
    venue.account.hold(order.txid, holds.needed(hold_request, venue.positions, venue.options))
    venue.write(order)
    venue.report(order, OrderChange.AMENDED)
    if order.waits:
        venue.moved.setdefault(terms.pair)
    elif order.status is Status.OPEN:
        matching.fill(venue, order, now, resting=False)
