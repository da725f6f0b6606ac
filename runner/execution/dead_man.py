"""The dead man's switch: the exchange cancels every order of the account unless the run goes on in time.

Rules: it is armed before the first order leaves on a connection, renewed at a third of its time, and disarmed
at the end. While it is not known to be armed, no order leaves. One that an earlier run has left armed is
disarmed at the end as well, whatever else the run does. Its time counts from when the message was
sent, which is earlier than the exchange counts.
Source: https://docs.kraken.com/api/docs/websocket-v1/cancelallordersafter
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import rfc3339, time_of_day
from runner.journal import SwitchArmed, SwitchDisarmed
from runner.kraken import CancelAllOrdersAfter, ErrorKind, Ready, SwitchSet

from .turn import ClockJumped, earliest

if TYPE_CHECKING:
    from runner.journal import Entry
    from runner.kraken import Reqids

    from .turn import EngineEvent

ANSWER_WAIT_S: Final = 30.0
"""Maximum time for the first answer on a connection; without one no order leaves."""

DISARM_WAIT_S: Final = 10.0
"""Maximum time at the end of a run for the exchange to confirm that it is off."""

_PASSING: Final = frozenset({ErrorKind.RATE, ErrorKind.ACCOUNT_RATE})


class DeadMan:
    """The switch of one run, without one if ``timeout_s`` is 0.

    ``left_s`` is the time of one that an earlier run may have left armed, 0 without one.
    ``entries`` is the list to which it adds what must be made durable. ``failure``: why it protects nothing,
    empty otherwise; ``unsure``: why it may still fire after the run. ``armed_until``: when it may fire, in
    Unix seconds; None while it is off.
    """

    def __init__(self, timeout_s: int, reqids: Reqids, entries: list[Entry], *, left_s: int = 0) -> None:
        self._timeout_s = timeout_s
        self._left_s = left_s
        self._written = False
        self._reqids = reqids
        self._entries = entries
        self._sent: dict[int, float] = {}  # by reqid, the time until which a message arms it
        self._sure_until = 0.0
        self._renew_at: float | None = None
        self._answer_by: float | None = None
        self._disarm_reqid: int | None = None
        self._disarm_by: float | None = None
        self.armed_until: float | None = None
        self.failure = ""
        self.unsure = ""

    def start(self, now: float) -> None:
        """Begin the run: what an earlier one has left armed was renewed before now, and for the last time."""
        if self._left_s:
            self.armed_until = now + self._left_s

    def holds(self, now: float) -> bool:
        """Return True if orders may leave: it is known to be armed, or not wanted."""
        return not self._timeout_s or now < self._sure_until

    def take(self, event: EngineEvent, now: float) -> None:
        """Take an event about the connection or the clock, or an answer; ignore any other."""
        match event:
            case Ready():  # What was sent on the last connection is not answered any more.
                self._sent.clear()
                self._answer_by = self._disarm_reqid = None
                self._arm_anew()
            case ClockJumped():  # Its times mean nothing any more.
                self._arm_anew()
            case SwitchSet():
                self._on_answer(event, now)

    def _arm_anew(self) -> None:
        self._renew_at, self._sure_until = 0.0 if self._timeout_s else None, 0.0

    def _on_answer(self, answer: SwitchSet, now: float) -> None:
        if answer.reqid == self._disarm_reqid:
            self._disarm_reqid = None
            if answer.error is None:
                self._note_end(None, now)
            return
        until = self._sent.pop(answer.reqid, None)
        if until is None:
            return
        if answer.error is None:
            self._answer_by = None
            self._sure_until = max(self._sure_until, until)
        elif answer.error.kind not in _PASSING:
            self.failure = f"the dead man's switch was refused: {answer.error}"

    def due(self, now: float, *, connected: bool) -> list[CancelAllOrdersAfter]:
        """Return the message that arms or renews it, if one is due."""
        if not self._timeout_s or not connected or self._disarm_by is not None:
            return []
        if self._answer_by is not None and now >= self._answer_by:
            self.failure = f"the dead man's switch was not confirmed within {ANSWER_WAIT_S:.0f} s"
            self._answer_by = None
        if self._renew_at is None or now < self._renew_at:
            return []
        if not self._written:
            self._written = True
            self._entries.append(SwitchArmed(at=rfc3339(now), timeout_s=self._timeout_s))
        if not (self.holds(now) or self.failure or self._answer_by):
            self._answer_by = now + ANSWER_WAIT_S
        self._renew_at = now + self._timeout_s / 3
        self.armed_until = now + self._timeout_s
        reqid = self._reqids.take()
        self._sent[reqid] = self.armed_until
        return [CancelAllOrdersAfter(timeout=self._timeout_s, reqid=reqid)]

    # --- the end of the run ---

    def is_off(self, now: float, *, reachable: bool) -> bool:
        """Return True if the run may end: it is off, or it could not be confirmed for long enough.

        ``reachable``: there may still be a connection.
        """
        if self.armed_until is None:
            return True
        self._disarm_by = self._disarm_by or now + DISARM_WAIT_S
        if reachable and now < self._disarm_by:
            return False
        self._note_end(self.armed_until, now)
        return True

    def disarm(self, *, connected: bool) -> list[CancelAllOrdersAfter]:
        """Return the message that disarms it, once a connection."""
        if not connected or self._disarm_reqid is not None:
            return []
        self._disarm_reqid = self._reqids.take()
        return [CancelAllOrdersAfter(timeout=0, reqid=self._disarm_reqid)]

    def timer(self, *, connected: bool = True) -> float | None:
        """Return when to call ``due`` or ``is_off`` next; without a connection nothing is due."""
        if self._disarm_by is not None:
            return self._disarm_by if self.armed_until is not None else None
        armed = self.armed_until is not None and connected
        return earliest(self._renew_at, self._answer_by) if armed else None

    def _note_end(self, until: float | None, now: float) -> None:
        end = None if until is None else rfc3339(until)
        self._entries.append(SwitchDisarmed(at=rfc3339(now), until=end))
        self.armed_until = None
        self._renew_at = None
        if until is not None:
            self.unsure = (
                "that the dead man's switch is off was not confirmed: until "
                f"{time_of_day(until)} it may cancel every order of the account"
            )
