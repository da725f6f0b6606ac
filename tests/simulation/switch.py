"""The dead man's switch of the runs of one world: no order leaves without it, and none is left in silence.

What the switch has ended is judged as what the exchange ends by itself: see ``protection.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.paper.state.orders import CancelReason
from tests.simulation.schedule import LAG_MAX_S, SKEW_MAX_S

if TYPE_CHECKING:
    from tests.simulation.facts import Facts

KNOWN_AFTER_S = LAG_MAX_S + SKEW_MAX_S + 1.0
"""So long after the switch has fired, feed and records show it."""


class Switch:
    """``used``: some run has armed it, or was about to.

    A message of a connection that its runner has left may be read after all that it says on the next one. No
    runner can know of that, so that what such a message has set is held against no one.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._late = False
        self._connected_at: dict[str, float] = {}
        self.wanted = False
        self.used = False

    def handled(self, *, late: bool) -> None:
        """The exchange has set it; ``late``: by a message of a connection that was left."""
        self._late = late

    @property
    def _armed(self) -> bool:
        return self._facts.state().cancel_at is not None

    def check_armed(self, volume: str) -> None:
        """An order leaves."""
        if self.wanted and not self._armed:
            self._facts.blame("switch", f"{volume} was sent while the dead man's switch was not armed")

    def connected(self, name: str, now: float) -> None:
        """A runner has a new connection, by its own clock."""
        self._connected_at[name] = now

    def check_placed(self, name: str, manifest: dict[str, Any]) -> None:
        """A run is done: what it has placed was not ended by the switch long before it looked."""
        if not self.used or manifest["outcome"] != "done" or name not in self._connected_at:
            return
        ended, since = self._facts.state().ended, self._connected_at[name] - KNOWN_AFTER_S
        for order in (order for group in manifest["groups"] for order in group["orders"]):
            booked = ended.get(order["txid"])
            if order["outcome"] != "placed" or order.get("already") or booked is None:
                continue
            if booked.reason == CancelReason.TIMER and (booked.closetm or since) < since:
                self._facts.blame("switch", f"{order['id']} is placed, and the dead man's switch ended it")

    def check_manifest(self, manifest: dict[str, Any]) -> None:
        """A run has ended, or has died: while it is armed that is said, and what is said to be off is off."""
        if not self._armed or self._late or not self.used:
            return
        said = manifest.get("dead_man")
        if said is None:
            self._facts.blame("switch", "a run leaves the dead man's switch armed, without a word")
        elif said["disarmed_at"] is not None:
            self._facts.blame("switch", "the dead man's switch is said to be off, and is armed")
        elif manifest["outcome"] not in ("unresolved", "unfinished"):
            self._facts.blame("switch", f"a run is {manifest['outcome']}, and the dead man's switch is armed")
        elif manifest["outcome"] == "unresolved" and said["may_fire_until"] is None:
            self._facts.blame("switch", "nothing says until when the dead man's switch may fire")
