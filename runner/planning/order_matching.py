"""The comparison of an order at the exchange with one that we sent.

A client order id decides alone: the order may have been amended by hand since. A user reference is not
unique, so an order that it marks must also have the same content and be no older than the sending. When in
doubt the orders do not match: a wrong match would lose an order, a wrong mismatch only costs another look-up.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from runner.domain import seconds
from runner.kraken import Description, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import Price
    from runner.kraken import AddOrder, JsonObject, OpenOrder

    from .planned_order import PlannedOrder

CLOCK_SLACK_S = 8
"""The possible difference of the exchange's clock from ours when the age of an order is judged: the tolerance
of the comparison, the resolution of the exchange's time (one second), and the drift during a run."""

_SPELLED_AS_OURS = re.compile("[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}")
_FREE_TEXT_LENGTH = 18


def is_ours(candidate: OpenOrder, request: AddOrder, *, sent_at: float | None) -> bool:
    """Return whether ``candidate`` came from ``request``; ``sent_at`` is None if no sending is known."""
    if request.cl_ord_id is not None:
        return normal_cl_ord_id(candidate.cl_ord_id or "") == normal_cl_ord_id(request.cl_ord_id)
    if request.userref is None or candidate.userref != request.userref:
        return False
    if candidate.descr is None or candidate.vol is None:
        return False  # Its first, complete message was lost: the records will show its content.
    return has_same_content(candidate, request) and (sent_at is None or is_since(candidate, sent_at))


def normal_cl_ord_id(text: str) -> str:
    """Return one spelling for the same 128 bits: a UUID may come with or without dashes, in either case."""
    if len(text) <= _FREE_TEXT_LENGTH or _SPELLED_AS_OURS.fullmatch(text):
        return text  # The same string object serves message and search, so it is not stored twice.
    bare = text.replace("-", "").lower()
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def has_same_content(candidate: OpenOrder, request: AddOrder) -> bool:
    """Return whether the exchange's order has the content of the request; missing fields do not count.

    A relative price was resolved by the exchange and is not compared, nor is a volume of money, which it may
    show as the units that were bought.
    """
    actual, terms = candidate.descr or Description(), terms_of(request)
    pair = actual.pair or terms.pair
    return (
        pair.replace("/", "") == terms.pair.replace("/", "")
        and (actual.type or terms.type) == terms.type
        and (actual.ordertype or terms.ordertype) == terms.ordertype
        and (terms.in_quote or _same_number(candidate.vol, terms.volume))
        and _same_price(actual.price, terms.order.price)
        and _same_price(actual.price2, terms.order.price2)
    )


def is_fully_described(candidate: OpenOrder, request: AddOrder) -> bool:
    """Return whether the exchange's order has all fields that are compared with the request."""
    actual, terms = candidate.descr or Description(), terms_of(request)
    prices = ((actual.price, terms.order.price), (actual.price2, terms.order.price2))
    return (
        bool(actual.pair and actual.type and actual.ordertype)
        and (terms.in_quote or decimal_of(candidate.vol) is not None)
        and all(
            expected is None or expected.relative or decimal_of(price) is not None
            for price, expected in prices
        )
    )


def _same_price(actual: object, expected: Price | None) -> bool:
    return expected is None or expected.relative or _same_number(actual, expected.amount)


def _same_number(actual: object, expected: Decimal | None) -> bool:
    number = decimal_of(actual)
    return number is None or expected is None or number == expected


def find(planned: PlannedOrder, orders: Iterable[OpenOrder]) -> OpenOrder | None:
    """Return the order at the exchange for a planned one: by its txid if that is known, else by its id.

    Where the exchange has shown it under several txids, any of them counts. An author's own user reference
    alone finds nothing, for it may be on older orders.
    """
    known = planned.known
    if known is not None and known.txid is not None:
        shown = {order.txid: order for order in orders}
        return next((shown[txid] for txid in (known.txid, *known.txids) if txid in shown), None)
    if planned.by_reference:
        return None
    return next((order for order in orders if is_ours(order, planned.request, sent_at=None)), None)


def order_text(order: OpenOrder) -> str:
    """Return the content of an order at the exchange, in the exchange's own words if there are any."""
    text = None if order.descr is None else order.descr.order
    return text or f"volume {order.vol or 'unknown'}"


def opened_at(order: OpenOrder) -> float | None:
    """Return when the exchange opened an order, in Unix seconds, if it says so."""
    opened = decimal_of(order.opentm)
    return seconds(opened) if opened else None


def traded_at(trade: JsonObject) -> float:
    """Return the time of a trade of the ownTrades feed, in Unix seconds; 0 if missing."""
    moment = decimal_of(trade.get("time"))
    return seconds(moment) if moment else 0.0


def is_since(candidate: OpenOrder, sent_at: float) -> bool:
    """Return whether an order at the exchange may be as young as a sending; True if its age is unknown."""
    opened = decimal_of(candidate.opentm)
    return opened is None or opened == 0 or opened >= Decimal(sent_at) - CLOCK_SLACK_S


def decimal_of(value: object) -> Decimal | None:
    """Return a number of the exchange, or None if it is absent or not a number."""
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
