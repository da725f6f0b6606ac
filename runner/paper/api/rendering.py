"""Orders and trades as the exchange shows them: ``descr``, feed objects, REST objects.

Rendering alone: nothing is decided. Decimals are text with the pair's decimals; a field without a value is
``null`` where captures show ``null``.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from runner.paper.options.kinds import TriggerNews
from runner.paper.state.changes import OrderChange
from runner.paper.state.orders import Status
from runner.paper.state.texts import descr, describe_leverage, describe_type, fixed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.paper.options.options import Options
    from runner.paper.state.changes import OrderUpdate, Trade
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.orders import BookedOrder, CloseTerms, Terms


def seconds(moment: float) -> str:
    """Unix seconds as the feeds write them."""
    return f"{moment:.6f}"


def number(moment: float) -> Decimal:
    """Return Unix seconds as REST writes them: a JSON number, as a client parses it."""
    return Decimal(repr(moment))


def full(order: BookedOrder) -> dict[str, Any]:
    """Everything about an order, as in the first update of a new order."""
    terms = order.terms
    decimals = terms.instrument.shown_decimals
    limit, stop, volume = fixed(terms.limit, decimals), fixed(terms.stop, decimals), fixed(terms.volume, 8)
    average, cost, fee, executed = _trade_amounts(order, decimals)
    # Written out: a mapping that is merged of several takes a good deal longer.
    fields: dict[str, Any] = {
        "avg_price": average,
        "cost": cost,
        "descr": _feed_descr(terms, limit, stop, volume),
        "expiretm": None if terms.expiretm is None else seconds(terms.expiretm),
        "fee": fee,
        "limitprice": limit,
        "misc": _misc(order),
        "oflags": ",".join(terms.oflags),
        "opentm": seconds(terms.opentm),
        "refid": terms.refid,
        "starttm": None if terms.starttm is None else seconds(terms.starttm),
        "status": str(order.status),
        "stopprice": stop,
        "timeinforce": terms.timeinforce,
        "userref": terms.userref,
        "vol": volume,
        "vol_exec": executed,
    }
    if terms.cl_ord_id is not None:
        fields["cl_ord_id"] = terms.cl_ord_id
    if terms.close is not None:
        fields["contingent"] = _contingent(terms.close)
    if terms.sender_sub_id is not None:
        fields["sender_sub_id"] = terms.sender_sub_id
    if order.amended is not None:
        fields |= {"amended": True, "amend_reason": order.amended}
    return fields


@lru_cache(maxsize=1024)
def snapshot(order: BookedOrder) -> Mapping[str, Any]:
    """Return the same in a snapshot; it is kept, for each snapshot shows again whatever has not changed."""
    return full(order)


def update_of(update: OrderUpdate, options: Options) -> dict[str, Any]:
    """Return an order's update in the openOrders feed: of a new order everything, else what has changed."""
    if update.change is OrderChange.TRIGGERED:
        return touched(update.order, options.feeds.trigger_news)
    return _UPDATES[update.change](update.order)


def touched(order: BookedOrder, news: TriggerNews) -> dict[str, Any]:
    """Return the sparse update that reports a reached trigger; it has no status."""
    if news is TriggerNews.MISC:
        return {"misc": _misc(order), "userref": order.terms.userref}
    return {order.misc[-1]: True, "userref": order.terms.userref}


def trailed(order: BookedOrder) -> dict[str, Any]:
    """Return the sparse update of a trailing stop that has followed the market."""
    decimals = order.terms.instrument.shown_decimals
    return {"stopprice": fixed(order.terms.stop, decimals), "userref": order.terms.userref}


def amended(order: BookedOrder) -> dict[str, Any]:
    """Return the sparse update of an order that was amended: what may have changed, and why it did."""
    terms = order.terms
    decimals = terms.instrument.shown_decimals
    limit, stop, volume = fixed(terms.limit, decimals), fixed(terms.stop, decimals), fixed(terms.volume, 8)
    return {
        "amend_reason": order.amended,
        "amended": True,
        "descr": _feed_descr(terms, limit, stop, volume),
        "lastupdated": seconds(order.updated),
        "limitprice": limit,
        "oflags": ",".join(terms.oflags),
        "stopprice": stop,
        "userref": terms.userref,
        "vol": volume,
    }


def opened(order: BookedOrder) -> dict[str, Any]:
    """Return the sparse update by which a pending order becomes open."""
    return {"status": str(order.status), "userref": order.terms.userref}


def progressed(order: BookedOrder) -> dict[str, Any]:
    """Return the sparse update of a fill: cumulative, and without a status."""
    terms = order.terms
    average, cost, fee, executed = _trade_amounts(order, terms.instrument.shown_decimals)
    return {
        "vol_exec": executed,
        "cost": cost,
        "fee": fee,
        "avg_price": average,
        "userref": terms.userref,
    }


def ended(order: BookedOrder) -> dict[str, Any]:
    """Return the sparse update by which an order ends."""
    fields = {"lastupdated": seconds(order.updated), "status": str(order.status), **progressed(order)}
    if order.reason is not None:
        fields["cancel_reason"] = order.reason
    return fields


_UPDATES: Final[Mapping[OrderChange, Callable[[BookedOrder], dict[str, Any]]]] = {
    OrderChange.PLACED: full,
    OrderChange.OPENED: opened,
    OrderChange.TRAILED: trailed,
    OrderChange.AMENDED: amended,
    OrderChange.FILLED: progressed,
    OrderChange.ENDED: ended,
}


def trade(item: Trade, *, update: bool) -> dict[str, Any]:
    """Return a trade in the ownTrades feed; the client's ids are in updates only."""
    instrument = item.order.instrument
    decimals = instrument.shown_decimals
    fields: dict[str, Any] = {
        "cost": fixed(item.cost, decimals),
        "fee": fixed(item.fee, decimals),
        "margin": fixed(item.margin, decimals),
        "ordertxid": item.order.txid,
        "ordertype": item.order.ordertype,
        "pair": item.order.pair,
        "postxid": item.position_id or "T" + item.order.txid[1:],
        "price": fixed(item.price, decimals),
        "time": seconds(item.time),
        "type": item.order.type,
        "vol": fixed(item.volume, 8),
    }
    if item.order.leverage is not None:
        fields["margin_borrow"] = bool(item.margin)
    if update:
        fields["userref"] = item.order.userref
    if update and item.order.cl_ord_id is not None:
        fields["cl_ord_id"] = item.order.cl_ord_id
    return fields


@lru_cache(maxsize=1024)
def rest(order: BookedOrder) -> Mapping[str, Any]:
    """Return an order of OpenOrders, ClosedOrders or QueryOrders: times are numbers, the pair has no slash.

    The result is cached, because clients poll and most orders have not changed.
    """
    terms = order.terms
    instrument = terms.instrument
    decimals = instrument.shown_decimals
    average, cost, fee, executed = _trade_amounts(order, decimals)
    fields: dict[str, Any] = {
        "refid": terms.refid,
        "userref": terms.userref or None,
        "status": str(order.status),
        "opentm": number(terms.opentm),
        "starttm": number(terms.starttm) if terms.starttm else 0,
        "expiretm": number(terms.expiretm) if terms.expiretm else 0,
        "descr": _rest_descr(terms, instrument),
        "vol": fixed(terms.volume, 8),
        "vol_exec": executed,
        "cost": cost,
        "fee": fee,
        "price": average,
        "stopprice": fixed(terms.stop, decimals),
        "limitprice": fixed(terms.limit, decimals),
        "misc": _misc(order),
        "oflags": ",".join(terms.oflags),
    }
    if terms.cl_ord_id is not None:
        fields["cl_ord_id"] = terms.cl_ord_id
    if not order.live:
        fields["closetm"] = None if order.closetm is None else number(order.closetm)
        fields["reason"] = None if order.reason is None else str(order.reason)
    return fields


def _trade_amounts(order: BookedOrder, decimals: int) -> tuple[str, str, str, str]:
    """Return the average price, cost, fee and volume traded. Most orders that are shown have not traded."""
    if not order.executed:
        nothing = fixed(None, decimals)
        return nothing, nothing, nothing, fixed(None, 8)
    average = fixed(order.cost / order.executed, decimals)
    return average, fixed(order.cost, decimals), fixed(order.fee, decimals), fixed(order.executed, 8)


def _misc(order: BookedOrder) -> str:
    partial = order.executed and order.status is Status.CANCELED
    return ",".join((*order.misc, "partial") if partial else order.misc)


def _feed_descr(terms: Terms, limit: str, stop: str, volume: str) -> dict[str, Any]:
    price, price2 = (limit, stop) if terms.stop is None else (stop, limit)
    both = terms.limit is not None and terms.stop is not None
    words = describe_type(terms.ordertype, price, price2 if both else None)
    return {
        "close": None if terms.close is None else _closing(terms.close),
        "leverage": None if terms.leverage is None else f"{terms.leverage}:1",
        "order": f"{terms.type} {volume} {terms.pair} @ {words}{describe_leverage(terms)}",
        "ordertype": terms.ordertype,
        "pair": terms.pair,
        "price": price,
        "price2": price2,
        "type": terms.type,
    }


def _rest_descr(terms: Terms, instrument: Instrument) -> dict[str, Any]:
    decimals = instrument.price_decimals
    limit, stop = fixed(terms.limit, decimals), fixed(terms.stop, decimals)
    price, price2 = (limit, stop) if terms.stop is None else (stop, limit)
    return {
        "pair": instrument.altname,
        "type": terms.type,
        "ordertype": terms.ordertype,
        "price": price,
        "price2": price2,
        "leverage": "none" if terms.leverage is None else f"{terms.leverage}:1",
        "order": descr(terms),
        "close": "" if terms.close is None else _closing(terms.close),
    }


def _closing(close: CloseTerms) -> str:
    return f"close position @ {describe_type(close.ordertype, close.price, close.price2)}"


def _contingent(close: CloseTerms) -> dict[str, Any]:
    return {"ordertype": close.ordertype, "price": close.price, "price2": close.price2, "oflags": ""}
