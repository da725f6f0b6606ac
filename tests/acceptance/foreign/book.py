"""The orders of the exchange: open, ended and refused ones.

It matches nothing: an order is open until the script fills it or somebody cancels it.
"""

from __future__ import annotations

import random
import string
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

REQUIRED = ("pair", "type", "ordertype", "volume")
KNOWN = {
    *(
        "event",
        "token",
        "reqid",
        "pair",
        "type",
        "ordertype",
        "price",
        "price2",
        "volume",
        "leverage",
        "margin",
    ),
    *("reduce_only", "oflags", "starttm", "expiretm", "deadline", "userref", "cl_ord_id", "stp_type"),
    *("sender_sub_id", "validate", "timeinforce", "close[ordertype]", "close[price]", "close[price2]"),
}
NOT_TEXT = {"reqid", "margin", "reduce_only"}
ALPHABET = string.ascii_uppercase + string.digits


@dataclass
class Booked:
    """One order at the exchange. ``number`` is 0 for those that the script brought along."""

    txid: str
    number: int
    request: dict[str, Any]
    status: str = "open"
    vol_exec: str = "0.00000000"
    booked_at: float = field(default_factory=time.time)
    changed_at: float = field(default_factory=time.time)
    reason: str | None = None

    @property
    def open(self) -> bool:
        """Return whether it is still open."""
        return self.status in ("pending", "open")

    def answers_to(self, name: str) -> bool:
        """Return whether an element of a cancelOrder means this order: by txid, reference or client id."""
        return name in (self.txid, self.request.get("userref"), self.request.get("cl_ord_id"))

    def descr(self) -> str:
        """The order in words, as addOrderStatus puts it: eight decimals, no slash."""
        request = self.request
        price = f" {request['price']}" if "price" in request else ""
        pair = request["pair"].replace("/", "")
        return f"{request['type']} {Decimal(request['volume']):.8f} {pair} @ {request['ordertype']}{price}"

    def as_fed(self) -> dict[str, Any]:
        """The whole order as the openOrders feed shows it."""
        return {
            **self._fields(slash=True),
            "opentm": f"{self.booked_at:.6f}",
            "expiretm": None,
            "starttm": None,
        }

    def as_listed(self) -> dict[str, Any]:
        """The whole order as the REST calls show it: times are numbers."""
        content = {**self._fields(slash=False), "opentm": self.booked_at, "expiretm": 0, "starttm": 0}
        return content if self.open else {**content, "closetm": self.changed_at, "reason": self.reason}

    def _fields(self, *, slash: bool) -> dict[str, Any]:
        request = self.request
        pair = request["pair"] if slash else request["pair"].replace("/", "")
        descr = {"pair": pair, "type": request["type"], "ordertype": request["ordertype"], "leverage": None}
        descr |= {"price": request.get("price", "0.00000"), "price2": request.get("price2", "0.00000")}
        descr |= {"order": self.descr(), "close": None}
        fields = {"status": self.status, "vol": request["volume"], "vol_exec": self.vol_exec, "descr": descr}
        fields |= {"cost": "0.00000", "fee": "0.00000", "avg_price": "0.00000", "misc": "", "refid": None}
        fields |= {"userref": int(request.get("userref") or 0), "oflags": request.get("oflags", "fciq")}
        if "cl_ord_id" in request:
            fields["cl_ord_id"] = request["cl_ord_id"]
        return fields


class Book:
    """All orders that the exchange has ever accepted, by txid."""

    def __init__(self, standing: list[dict[str, Any]], history: list[dict[str, Any]], seed: int) -> None:
        self._random = random.Random(seed)
        self.orders: dict[str, Booked] = {}
        for fields in [*standing, *history]:
            request = {
                "pair": "ETH/EUR",
                "type": "buy",
                "ordertype": "limit",
                "price": "100",
                "volume": "1",
                **fields,
            }
            txid, status = request.pop("txid"), request.pop("status", "open")
            executed, reason = request.pop("vol_exec", "0.00000000"), request.pop("reason", None)
            self.orders[txid] = Booked(txid, 0, request, status, vol_exec=executed, reason=reason)

    def place(self, number: int, frame: dict[str, Any]) -> Booked | str:
        """Book an order, or say the error that refuses it."""
        error = self._refusal(frame)
        if error is not None:
            return error
        request = {name: value for name, value in frame.items() if name not in ("event", "token", "reqid")}
        booked = Booked(self._txid(), number, request)
        if "validate" not in frame:
            self.orders[booked.txid] = booked
        return booked

    def standing(self, name: str) -> list[Booked]:
        """The open orders that a txid, user reference or client id means."""
        return [order for order in self.orders.values() if order.open and order.answers_to(name)]

    def end(self, order: Booked, status: str) -> dict[str, Any]:
        """Close an order as ``canceled`` or as filled (``closed``); gives the sparse update of the feed."""
        order.status, order.changed_at = status, time.time()
        if status == "closed":
            order.vol_exec = order.request["volume"]
        else:
            order.reason = "User requested"
        update = {"status": status, "vol_exec": order.vol_exec, "lastupdated": f"{order.changed_at:.6f}"}
        update |= {"userref": int(order.request.get("userref") or 0), "cost": "0.00000", "fee": "0.00000"}
        return update if order.reason is None else {**update, "cancel_reason": order.reason}

    def end_all(self) -> list[dict[str, Any]]:
        """Cancel all that is open; gives the updates of the feed."""
        return [{order.txid: self.end(order, "canceled")} for order in self.orders.values() if order.open]

    def _refusal(self, frame: dict[str, Any]) -> str | None:
        wrong = [name for name, value in frame.items() if name not in NOT_TEXT and not isinstance(value, str)]
        wrong += [name for name in REQUIRED if name not in frame] + sorted(set(frame) - KNOWN)
        if wrong:
            return f"EGeneral:Invalid arguments:{wrong[0]}"
        if "cl_ord_id" in frame and ("userref" in frame or "close[ordertype]" in frame):
            return "EGeneral:Invalid arguments:cl_ord_id"
        if "deadline" in frame and datetime.fromisoformat(frame["deadline"]) < datetime.now(UTC):
            return "EService:Deadline elapsed"
        twin = frame.get("cl_ord_id")
        if any(
            order.open and order.request.get("cl_ord_id") == twin for order in self.orders.values() if twin
        ):
            return "EOrder:Duplicate cl_ord_id"
        return None

    def _txid(self) -> str:
        parts = ["".join(self._random.choices(ALPHABET, k=size)) for size in (5, 5, 6)]
        return f"O{parts[0]}-{parts[1]}-{parts[2]}"
