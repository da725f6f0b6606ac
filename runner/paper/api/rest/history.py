"""The REST calls that look up orders: OpenOrders, ClosedOrders, QueryOrders.

They see the book as it was ``rest.lag_s`` ago; OpenOrders may be nearer to the present.
Source: https://docs.kraken.com/api/docs/rest-api/get-closed-orders
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from runner.paper.api import rendering
from runner.paper.exchange import order_fields
from runner.paper.exchange.error_texts import invalid
from runner.paper.options.kinds import ClosedCount

from .calls import CallError

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue
    from runner.paper.state.orders import BookedOrder

PAGE = 50
IDS_MAX = 50


def open_orders(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return the live orders, filtered by ``userref`` and ``cl_ord_id``."""
    own_lag_s = venue.options.rest.open_orders_lag_s
    lag_s = venue.options.rest.lag_s if own_lag_s is None else own_lag_s
    if lag_s:
        orders = [order for order in venue.book.as_of(now - lag_s) if order.live]
    else:
        orders = [*venue.book.live.values()]
    return {"open": _shown_orders(_filter_orders(orders, venue, fields), venue, fields)}


def closed_orders(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return a page of the ended orders, the latest first, and their total number.

    ``start`` (exclusive) and ``end`` (inclusive) are Unix seconds or txids, compared with the times that
    ``closetime`` names: ``open``, ``close``, or ``both``, where either is enough.
    """
    lag_s = venue.options.rest.lag_s
    if lag_s:
        orders = [order for order in venue.book.as_of(now - lag_s) if not order.live]
    else:
        orders = [*venue.book.ended.values()]
    orders = _in_range(_filter_orders(orders, venue, fields), venue, fields)
    orders.sort(key=_end_of, reverse=True)
    skipped = offset(fields.get("ofs", "0"))
    page = _shown_orders(orders[skipped : skipped + PAGE], venue, fields)
    return {"closed": page} | _count_fields(counted(fields, len(orders)), venue.options.rest.closed_count)


def query_orders(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return the orders that ``txid`` lists, up to 50, narrowed by ``userref``."""
    txids = [text.strip() for text in fields.get("txid", "").split(",") if text.strip()]
    if not txids or len(txids) > IDS_MAX:
        raise CallError(invalid("txid"))
    lag_s = venue.options.rest.lag_s
    moment = now - lag_s if lag_s else math.inf
    wanted = [order for txid in txids if (order := venue.book.find_as_of(txid, moment)) is not None]
    if len(wanted) < len(txids):
        raise CallError(venue.options.errors.query_unknown_order)
    userref = {name: value for name, value in fields.items() if name == "userref"}
    return _shown_orders(_filter_orders(wanted, venue, userref), venue, fields)


def _shown_orders(orders: list[BookedOrder], venue: Venue, fields: Mapping[str, str]) -> dict[str, Any]:
    """Orders by their ids; with ``trades``, those that have traded say by which trades."""
    shown = {order.terms.txid: rendering.rest(order) for order in orders}
    return _with_trades(shown, venue) if fields.get("trades", "").lower() == "true" else shown


def _with_trades(shown: dict[str, Mapping[str, Any]], venue: Venue) -> dict[str, Any]:
    traded: dict[str, list[str]] = {}
    for trade in venue.trades:
        if trade.order.txid in shown:
            traded.setdefault(trade.order.txid, []).append(trade.trade_id)
    return shown | {txid: {**shown[txid], "trades": ids} for txid, ids in traded.items()}


def _end_of(order: BookedOrder) -> tuple[float, int]:
    return order.closetm or 0, order.terms.number


def _filter_orders(orders: list[BookedOrder], venue: Venue, fields: Mapping[str, str]) -> list[BookedOrder]:
    if "userref" in fields:
        userref = _or_refuse(order_fields.userref, fields["userref"], "userref")
        orders = [order for order in orders if order.terms.userref == userref]
    if "cl_ord_id" in fields:
        folds = venue.options.requests.cl_ord_id_folds
        given = fields["cl_ord_id"]
        key = _or_refuse(lambda text: order_fields.cl_ord_key(text, folds=folds), given, "cl_ord_id")
        orders = [order for order in orders if order.terms.cl_ord_key == key]
    return orders


def _or_refuse(read: Any, text: str, field: str) -> Any:
    try:
        return read(text)
    except ValueError:
        raise CallError(invalid(field)) from None


def _in_range(orders: list[BookedOrder], venue: Venue, fields: Mapping[str, str]) -> list[BookedOrder]:
    closetime = fields.get("closetime", "both")
    if closetime not in ("open", "close", "both"):
        raise CallError(invalid("closetime"))
    start = _bound(fields.get("start"), venue, closetime, "start", -math.inf)
    end = _bound(fields.get("end"), venue, closetime, "end", math.inf)
    by_open, by_close = closetime != "close", closetime != "open"
    return [
        order
        for order in orders
        if (by_open and start < order.terms.opentm <= end)
        or (by_close and start < (order.closetm or 0.0) <= end)
    ]


def _bound(text: str | None, venue: Venue, closetime: str, field: str, unbounded: float) -> float | Decimal:
    order = venue.book.ended.get(text or "")
    if order is None:
        return moment(text, {}, field, unbounded)
    return order.terms.opentm if closetime == "open" else order.closetm or 0.0


def moment(text: str | None, known: Mapping[str, float], field: str, unbounded: float) -> float | Decimal:
    """Return a bound of a search: Unix seconds, or an id of a known moment.

    ``unbounded`` where there is none.
    """
    if not text:
        return unbounded
    if text in known:
        return known[text]
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)  # Compared with a time at once, and mostly it is one.
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CallError(invalid(field)) from None
    if not value.is_finite():
        raise CallError(invalid(field))
    return value


def offset(text: str) -> int:
    """Return the number of results to skip. Raises CallError if the text is no such number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise CallError(invalid("ofs"))
    return int(text)


def _count_fields(counts: dict[str, int], form: ClosedCount) -> dict[str, Any]:
    """Return the count in the form of an option."""
    match form:
        case ClosedCount.TEXT:
            return {name: str(count) for name, count in counts.items()}
        case ClosedCount.ABSENT:
            return {}
        case ClosedCount.ZERO:
            return dict.fromkeys(counts, 0)
        case ClosedCount.WORDS:
            return dict.fromkeys(counts, "many")
        case _:
            return dict(counts)


def counted(fields: Mapping[str, str], count: int) -> dict[str, int]:
    """Return the total number of results as ``count``, or nothing if the call has ``without_count``."""
    return {} if fields.get("without_count", "").lower() == "true" else {"count": count}
