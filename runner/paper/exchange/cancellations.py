"""``cancelOrder`` and ``cancelAll``: the matching orders, and the anonymous replies.

Each order or id gets a reply without an id; the feed reports the ends of the orders.
Source: https://docs.kraken.com/api/docs/websocket-v1/cancelorder
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import CancelAllStatus, CancelOrderStatus, Transaction
from runner.paper.options.kinds import UserrefReplies
from runner.paper.state import ids
from runner.paper.state.orders import CancelReason

from . import order_fields
from .error_texts import UNAVAILABLE, invalid

if TYPE_CHECKING:
    from runner.kraken import CancelAll, CancelOrder

    from .venue import Venue


def cancel(request: CancelOrder, venue: Venue, seed: str, now: float) -> list[CancelOrderStatus]:
    """Cancel what the request names. At least one reply, all under the request's ``reqid``."""
    problem = _refusal(request, venue)
    if problem is not None:
        return [_reply(request, problem)]
    errors: list[str | None] = []
    for text in _distinct(request.txid or (), venue):
        errors += _cancel_id(text, venue, now)
    for text in _distinct(request.cl_ord_id or (), venue):
        errors.append(_cancel_cl_ord_id(text, venue, now))
    replies = [_reply(request, error) for error in errors]
    if venue.options.cancels.shuffle_replies:
        keys = [ids.shuffle_key(seed, now, request.reqid, index) for index in range(len(replies))]
        replies = [reply for _, reply in sorted(zip(keys, replies, strict=True), key=lambda row: row[0])]
    return replies


def cancel_all(request: CancelAll, venue: Venue, now: float) -> CancelAllStatus:
    """Cancel every live order of the account; ``count`` says how many there were."""
    if venue.status == "maintenance":
        return CancelAllStatus(status="error", errorMessage=UNAVAILABLE, reqid=request.reqid)
    venue.rates.charge_all({order.terms.pair for order in venue.book.live.values()}, now)
    count = venue.cancel_all(CancelReason.USER, now)
    shown = str(count) if venue.options.cancels.count_as_text else count
    return CancelAllStatus(status="ok", count=shown, reqid=request.reqid)


def _refusal(request: CancelOrder, venue: Venue) -> str | None:
    options = venue.options
    by_txid, by_cl_ord_id = request.txid or (), request.cl_ord_id or ()
    if venue.status == "maintenance":
        return UNAVAILABLE
    if not by_txid and (not by_cl_ord_id or not options.cancels.by_cl_ord_id_only):
        return invalid("txid")
    if by_txid and by_cl_ord_id and not options.cancels.mixed_lists:
        return invalid("cl_ord_id")
    if len(by_txid) + len(by_cl_ord_id) > options.cancels.ids_max:
        return invalid("txid")
    return None


def _distinct(texts: tuple[str, ...], venue: Venue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts)) if venue.options.cancels.collapse_duplicate_ids else texts


def _cancel_id(text: str, venue: Venue, now: float) -> list[str | None]:
    """Return the error, or None for success, of each reply that one element of ``txid`` gets."""
    if ids.is_order_id(text):
        txids = [text] if text in venue.book.live else []
    else:
        txids = _with_userref(text, venue)
    if not txids:
        return [venue.options.errors.unknown_order]
    errors = [_cancel_one(txid, venue, now) for txid in txids]
    if venue.options.cancels.userref_replies is UserrefReplies.EACH:
        return errors
    return [next((error for error in errors if error is not None), None)]


def _cancel_one(txid: str, venue: Venue, now: float) -> str | None:
    error = venue.rates.charge_change(Transaction.CANCEL, venue.book.live[txid], now)
    if error is None:
        venue.cancel(txid, CancelReason.USER, now)
    return error


def _with_userref(text: str, venue: Venue) -> list[str]:
    try:
        return venue.book.with_userref(order_fields.userref(text))
    except ValueError:
        return []


def _cancel_cl_ord_id(text: str, venue: Venue, now: float) -> str | None:
    try:
        key = order_fields.cl_ord_key(text, folds=venue.options.requests.cl_ord_id_folds)
    except ValueError:
        return venue.options.errors.unknown_order
    txid = venue.book.with_cl_ord_key(key)
    if txid is None:
        return venue.options.errors.unknown_order
    return _cancel_one(txid, venue, now)


def _reply(request: CancelOrder, error: str | None) -> CancelOrderStatus:
    status = "ok" if error is None else "error"
    return CancelOrderStatus(status=status, errorMessage=error, reqid=request.reqid)
