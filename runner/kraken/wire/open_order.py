"""An order as the exchange has shown it: partial updates, and the merged state.

Only the fields of the openOrders feed and the records that are used or shown are read. They keep the wire's
names; a field of an unexpected type is ignored.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runner.domain import Executed, seconds

from .messages import JsonObject

_NUMERIC = (str, int, Decimal)
_NOTHING = Decimal()
_AMOUNT = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?")
_STOPS = ("stop-loss", "trailing-stop")
_REST_TOO_SMALL = "volume remaining"  # "Insignificant volume remaining": what was left could not be traded.


class OrderStatus(StrEnum):
    """The exchange's words for the state of an order."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"
    CANCELED = "canceled"
    EXPIRED = "expired"


TERMINAL_STATUSES = frozenset(
    status.value for status in (OrderStatus.CLOSED, OrderStatus.CANCELED, OrderStatus.EXPIRED)
)


class Description(Struct, frozen=True):
    """The terms of an order, in the exchange's words; ``order`` describes the whole of it for people."""

    pair: str | None = None
    type: str | None = None
    ordertype: str | None = None
    price: str | None = None
    price2: str | None = None
    order: str | None = None


class OrderNews(Struct, frozen=True):
    """One entry of the feed, which is sparse: None where it says nothing. Numbers are as they came."""

    status: str | None = None
    cl_ord_id: str | None = None
    userref: int | str | None = None
    descr: Description | None = None
    vol: Any = None
    vol_exec: Any = None
    opentm: Any = None
    lastupdated: Any = None
    cancel_reason: str | None = None
    amended: Any = None
    ratecount: Any = None
    cost: Any = None
    fee: Any = None
    avg_price: Any = None

    @classmethod
    def of(cls, fields: JsonObject) -> OrderNews:
        """Read the same from any JSON object; what has another type than it ever has is left out."""
        try:
            return msgspec.convert(fields, cls)
        except msgspec.ValidationError:
            return cls(**{name: _read(fields, name) for name in cls.__struct_fields__})


class OpenOrder(Struct, frozen=True):
    """The merged state of an order; ``counted`` reads its ``ratecount``.

    ``status``: an ``OrderStatus``, a word of the exchange that is none of them, or empty if it is unknown.
    ``userref`` is text, None where the exchange says 0, its word for none.
    """

    txid: str
    status: str = ""
    cl_ord_id: str | None = None
    userref: str | None = None
    descr: Description | None = None
    vol: Any = None
    vol_exec: Any = None
    opentm: Any = None
    lastupdated: Any = None
    cancel_reason: str | None = None
    amended: Any = None
    ratecount: Any = None
    cost: Any = None
    fee: Any = None
    avg_price: Any = None

    @classmethod
    def read(cls, txid: str, fields: JsonObject) -> OpenOrder:
        """Make an order of a record, which is complete.

        It has the reason of the end in ``reason``, and the average price in ``price``.
        """
        order, reason = cls.first(txid, OrderNews.of(fields)), fields.get("reason")
        if order.cancel_reason or not isinstance(reason, str):
            reason = order.cancel_reason
        return replace(order, cancel_reason=reason, avg_price=fields.get("price", order.avg_price))

    @classmethod
    def first(cls, txid: str, news: OrderNews) -> OpenOrder:
        """Return an order of which nothing else is known."""
        return cls(
            txid,
            news.status or "",
            news.cl_ord_id,
            _reference(news.userref) if news.userref else None,
            news.descr,
            news.vol,
            news.vol_exec,
            news.opentm,
            news.lastupdated,
            news.cancel_reason,
            news.amended,
            news.ratecount,
            news.cost,
            news.fee,
            news.avg_price,
        )

    def after(self, news: OrderNews) -> OpenOrder:
        """Return the order with an update merged: given fields replace known ones."""
        return OpenOrder(
            self.txid,
            self.status if news.status is None else news.status,
            self.cl_ord_id if news.cl_ord_id is None else news.cl_ord_id,
            (_reference(news.userref) if news.userref else None) or self.userref,
            self.descr if news.descr is None else news.descr,
            self.vol if news.vol is None else news.vol,
            self.vol_exec if news.vol_exec is None else news.vol_exec,
            self.opentm if news.opentm is None else news.opentm,
            self.lastupdated if news.lastupdated is None else news.lastupdated,
            self.cancel_reason if news.cancel_reason is None else news.cancel_reason,
            self.amended if news.amended is None else news.amended,
            self.ratecount if news.ratecount is None else news.ratecount,
            self.cost if news.cost is None else news.cost,
            self.fee if news.fee is None else news.fee,
            self.avg_price if news.avg_price is None else news.avg_price,
        )

    @property
    def terminal(self) -> bool:
        """True if nothing can happen to the order any more."""
        return self.status in TERMINAL_STATUSES

    @property
    def pair(self) -> str | None:
        """The pair's ``wsname``, or None while the feed has not described the order."""
        return None if self.descr is None else self.descr.pair

    @property
    def protective(self) -> bool:
        """True for a stop: without it a loss has no limit. False while the order has not been described."""
        ordertype = None if self.descr is None else self.descr.ordertype
        return (ordertype or "").startswith(_STOPS)

    @property
    def touched_at(self) -> float:
        """The time it was created or last amended, in Unix seconds by the exchange's clock; 0 if unknown."""
        amended = self.lastupdated if self.amended else None
        moment = _number(amended) or _number(self.opentm) or _NOTHING
        return seconds(moment)

    @property
    def executed(self) -> Decimal:
        """Base units executed so far; 0 where the feed gives no number."""
        return _number(self.vol_exec) or _NOTHING

    @property
    def filled(self) -> bool:
        """True if all of a closed order was executed, or all but a rest that is too small to be traded.

        Decided by volumes where they are known: the exchange reports unfilled orders as ``closed`` as well.
        """
        volume, executed = _number(self.vol), _number(self.vol_exec)
        if self.status != OrderStatus.CLOSED:
            return False
        if not volume or executed is None:
            return not self.cancel_reason
        too_little = _REST_TOO_SMALL in (self.cancel_reason or "").lower()
        return executed >= volume or (too_little and executed > _NOTHING)


class ListedOrder(Struct, frozen=True):
    """An order in the list of open ones; ``refid`` is the order whose fill has opened it, None if none."""

    order: OpenOrder
    refid: str | None

    @classmethod
    def read(cls, txid: str, fields: JsonObject) -> ListedOrder:
        """Make one of a record."""
        refid = fields.get("refid")
        return cls(OpenOrder.read(txid, fields), refid if isinstance(refid, str) and refid else None)


def executed_of(order: OpenOrder, seen_at: str) -> Executed:
    """Return what was executed of an order, as the exchange showed it at a time (RFC 3339)."""
    volume = _amount(order.vol_exec)
    traded = volume is not None and Decimal(volume) != _NOTHING
    return Executed(
        status=order.status or None,
        vol_exec=volume,
        cost=_amount(order.cost),
        fee=_amount(order.fee),
        avg_price=_amount(order.avg_price) if traded else None,  # of nothing it is 0, which is no price
        seen_at=seen_at,
    )


def number_of(value: Any) -> Decimal | None:
    """Return a number that the exchange gave as text or as a number; None where it is absent or none."""
    return _number(value)


def counted(value: Any) -> Decimal | None:
    """Return a ``ratecount`` or ``maxratecount``, which come as text or as a number.

    None for what is none.
    """
    number = _number(value)
    return None if number is None or number < _NOTHING else number


def _amount(value: Any) -> str | None:
    """Return an amount as the exchange wrote it; None where it is absent, or no plain decimal."""
    text = str(value) if isinstance(value, _NUMERIC) else ""
    return text if _AMOUNT.fullmatch(text) else None


def _number(value: Any) -> Decimal | None:
    """Return a number that the feed gave as text (or as a number); None for what is none."""
    if not isinstance(value, _NUMERIC):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _reference(userref: int | str) -> str | None:
    return None if userref in (0, "0", "") else str(userref)


def _read(fields: JsonObject, name: str) -> Any:
    """One field of an entry that has something odd about it; None where this is the odd one."""
    match name, fields.get(name):
        case "descr", Mapping() as descr:
            names = Description.__struct_fields__
            return Description(**{name: text for name in names if isinstance(text := descr.get(name), str)})
        case (("status" | "cl_ord_id" | "cancel_reason"), value):
            return value if isinstance(value, str) else None
        case "userref", value:
            return value if isinstance(value, int | str) else None
        case "descr", _:
            return None
        case _, value:
            return value
