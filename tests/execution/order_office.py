"""A manager of orders with all its inputs, in the fewest words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runner.domain import OrderKey
from runner.execution import LookUp, Timing
from runner.execution.orders.manager import OrderManager
from runner.execution.orders.states import OrderTrack, State
from runner.journal import Entry, fold
from runner.kraken import AddOrder, ErrorText, OpenOrder, OrderAccepted, OrderRejected, OrderValidated, Reqids
from runner.planning import Plan
from tests.execution.builders import NOW, at_exchange, group, plan_of

FUNDS = "EOrder:Insufficient funds"
BUSY = "EGeneral:Internal error"
TOKEN = "EAPI:Invalid token"
DEADLINE_S, MARGIN_S, SETTLE_S = 10, 2, 75
SAME: dict[str, Any] = {"vol": "0.25000000", "opentm": f"{NOW:.6f}", "userref": 17}


@dataclass
class OrderManagerHarness:
    """A desk, the journal beside it, and the time."""

    plan: Plan
    now: float = NOW
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feed: dict[str, OpenOrder] = {}
        self.desk = OrderManager(self.plan, Reqids(), Timing(), self.entries, feed=self.feed)
        self.desk.start(self.now)

    def track(self, id: str = "a") -> OrderTrack:
        """One order of the only group."""
        return self.desk.tracks[OrderKey("g", id)]

    def send(self, id: str = "a") -> AddOrder:
        """It leaves now."""
        self.desk.queues["g"].remove(self.track(id))
        return self.desk.send(self.track(id), self.now)

    def hear(self, reqid: int, txid: str | None = None, error: str | None = None) -> None:
        """The reply to an addOrder."""
        if error:
            self.desk.on_reply(OrderRejected(reqid, ErrorText.of(error)), self.now)
        elif txid:
            self.desk.on_reply(OrderAccepted(reqid, txid, "buy"), self.now)
        else:
            self.desk.on_reply(OrderValidated(reqid, "buy"), self.now)

    def see(self, txid: str = "O1", id: str = "a", **fields: Any) -> None:
        """The feed shows an order with the client id of one of ours."""
        self.desk.finder.on_order(self.shown(txid, id, **fields), self.now)

    def shown(self, txid: str = "O1", id: str = "a", **fields: Any) -> OpenOrder:
        """An order of ours as the exchange shows it."""
        cl_ord_id = self.track(id).planned.request.cl_ord_id
        return at_exchange(txid, **({"cl_ord_id": cl_ord_id} if cl_ord_id else {}), **fields)

    def wait(self, seconds: float) -> None:
        """The time comes."""
        self.now += seconds
        self.desk.on_time(self.now)

    def look(self, *found: OpenOrder, can_send: bool = True) -> LookUp | None:
        """Look for what is in doubt, and find this."""
        look = self.desk.next_lookup(self.now, connected=False)
        self.desk.on_lookup(found, self.now, can_send=can_send)
        return look

    def states(self) -> list[State]:
        """The states of all orders, in the file's order."""
        return [track.state for track in self.desk.tracks.values()]

    def kinds(self) -> list[str]:
        """Return what was written down."""
        return [entry.kind.removeprefix("order-") for entry in self.entries]


def office(*orders: str, earlier: list[Entry] | None = None) -> OrderManagerHarness:
    """A desk with one group of orders."""
    plan = plan_of(group("g", *(orders or ["a"])), ledger=fold(earlier or []))
    return OrderManagerHarness(plan)
