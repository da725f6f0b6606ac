"""The openOrders feed where it does not say all: wrong snapshots, and news never sent.

A message that is never sent leaves no gap in the sequence, so that nothing but a look at the records can
bring out what it held. Late news has the state of its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runner.kraken import OpenOrders
from tests.simulation.schedule import Fault

if TYPE_CHECKING:
    from runner.paper import Exchange
    from tests.simulation.line import Line
    from tests.simulation.schedule import Schedule
    from tests.simulation.timeline import Timeline

    Entries = tuple[tuple[str, Any], ...]
    Say = Callable[[Line, OpenOrders], None]

_FAULTS = (Fault.FEED_LOST, Fault.SNAPSHOT_LIES, Fault.NEWS_UNTOLD)
_LIES = ("lacks", "lacks for a while", "is empty", "is empty for a while", "comes in parts", "comes second")
LATE_S = 2.0


class Telling:
    """Passes the messages of the feed on to whoever says them, each with its number on its line."""

    def __init__(self, schedule: Schedule, time: Timeline, exchange: Exchange) -> None:
        self.odd = not schedule.chances.keys().isdisjoint(_FAULTS)
        self._time = time
        self._exchange = exchange
        self._sent: Counter[int] = Counter()

    def pass_on(self, line: Line, message: OpenOrders, say: Say) -> None:
        """Send a message whole, or not, or in another way."""
        first = message.sequence == 1
        if first and message.orders and self._time.strikes(Fault.SNAPSHOT_LIES):
            self._lie(line, message.orders, say)
        elif first or not self._time.strikes(Fault.NEWS_UNTOLD):
            lost = not first and self._time.strikes(Fault.FEED_LOST)
            self._pass_on(line, message.orders, say, lost=lost)

    def _lie(self, line: Line, orders: Entries, say: Say) -> None:
        chance, lie = self._time.chance, self._time.chance.choice(_LIES)
        self._time.note("the snapshot %s", lie)
        hidden = {txid for txid, _ in orders if chance.random() < 0.5} or {orders[0][0]}
        match lie:
            case "is empty" | "is empty for a while":
                hidden = {txid for txid, _ in orders}
            case "comes second":
                hidden = set()
                self._pass_on(line, ((orders[0][0], {"status": "open"}),), say)
        shown = tuple((txid, fields) for txid, fields in orders if txid not in hidden)
        self._pass_on(line, shown, say)
        if lie.endswith(("while", "parts")):
            late = tuple((txid, fields) for txid, fields in orders if txid in hidden)
            self._time.after(LATE_S if lie.endswith("while") else 0.0, self._pass_on_late, line, late, say)

    def _pass_on_late(self, line: Line, orders: Entries, say: Say) -> None:
        live = self._exchange.state().live
        if line.speaks and (left := tuple((txid, fields) for txid, fields in orders if txid in live)):
            self._pass_on(line, left, say)

    def _pass_on(self, line: Line, orders: Entries, say: Say, *, lost: bool = False) -> None:
        self._sent[line.number] += 1
        if not lost:
            say(line, OpenOrders(orders, self._sent[line.number]))
