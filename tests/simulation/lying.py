"""An exchange that contradicts itself about orders that it has booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.kraken import AddOrderStatus
from runner.paper.api.feeds.delivery import Delivery
from tests.simulation.schedule import REJECTIONS, Fault

if TYPE_CHECKING:
    from runner.kraken import AddOrder
    from tests.simulation.auditor import Auditor
    from tests.simulation.schedule import Schedule
    from tests.simulation.timeline import Timeline

_CONTRADICTIONS = (Fault.REFUSED_BOOKED, Fault.ACK_OTHER, Fault.ACK_TWICE)


class Liar:
    """Wrong replies. ``lies``: whether this world has any; the auditor learns each."""

    def __init__(self, schedule: Schedule, time: Timeline, auditor: Auditor) -> None:
        self.lies = not schedule.chances.keys().isdisjoint(_CONTRADICTIONS)
        self._time = time
        self._auditor = auditor

    def answer(self, deliveries: list[Delivery], own: Delivery, request: AddOrder) -> list[Delivery]:
        """The deliveries with another reply in place of ``own``, if this kind of fault strikes."""
        replies = self._replies(own, request)
        return [reply for delivery in deliveries for reply in (replies if delivery is own else (delivery,))]

    def _replies(self, own: Delivery, request: AddOrder) -> tuple[Delivery, ...]:
        strikes = self._time.strikes
        if strikes(Fault.REFUSED_BOOKED):
            self._auditor.lied(request, None)
            refusal = AddOrderStatus(status="error", errorMessage=REJECTIONS[0], reqid=request.reqid)
            return (Delivery(own.connection, refusal),)
        if strikes(Fault.ACK_OTHER):
            return (self._under_another_txid(own, request),)
        return (own, self._under_another_txid(own, request)) if strikes(Fault.ACK_TWICE) else (own,)

    def _under_another_txid(self, own: Delivery, request: AddOrder) -> Delivery:
        assert isinstance(own.message, AddOrderStatus)
        txid = f"OGHOST-00000-{self._time.chance.randrange(10**6):06d}"
        self._auditor.lied(request, txid)
        return Delivery(own.connection, structs.replace(own.message, txid=txid))
