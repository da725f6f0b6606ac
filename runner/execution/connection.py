"""The state of the connection, the permission to trade, and the time of the next attempt.

Kraken allows about 150 connections in ten minutes from one address, then bans it for ten; after maintenance
at most one attempt in five seconds. Source: https://docs.kraken.com/api/docs/guides/spot-ws-intro
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.domain import seconds
from runner.kraken import ErrorKind

from .turn import Connect, ConnectFailed

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.kraken import ErrorText, ExchangeStatus

FIRST_ATTEMPTS = 3
"""Maximum number of consecutive attempts of a run that has sent nothing."""

MAX_ATTEMPTS = 60
"""Maximum number of attempts in a run: well under the limit of the exchange."""

STEADY_S = 60.0
"""A connection that lasted this long after its attempt began was good: the next attempt is immediate."""

MAX_SKEW_S = 5.0
"""Maximum difference of the clocks, however long a deadline is."""

READY_WAIT_S = 20.0
"""Maximum time from the start of an attempt to the openOrders snapshot."""

PATIENT_S = 30.0
"""The time between attempts, after the first few, while a run has time."""

BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts: from the first failure on, the last for all later ones."""

_HOPELESS = frozenset({ErrorKind.PERMISSION, ErrorKind.BAD_KEY, ErrorKind.LOCKOUT})


@dataclass(slots=True)
class Link:
    """The connection as the engine sees it. ``reason`` says why it is down, for people.

    ``up``: the snapshot has arrived and nothing has broken since. An attempt is under way until it is up or
    fails. ``last_error``: the last error on this connection that answers no request. ``patient``: the run has
    nothing to do but to wait, so that attempts may go on for as long as it does. ``guarded``: the dead man's
    switch is armed, if one is wanted.
    """

    up: bool = False
    _connecting: bool = False
    status: ExchangeStatus | None = None
    reason: str = ""
    attempts: int = 0
    failures: int = 0
    gave_up: bool = False
    last_error: str = ""
    patient: bool = False
    guarded: bool = True
    _fresh_token: bool = False
    _next_at: float = 0.0
    _since: float = 0.0

    @property
    def may_add(self) -> bool:
        """True if orders may be sent; an unknown status forbids it."""
        return self.up and self.guarded and (self.status is None or self.status.takes_orders)

    @property
    def may_cancel(self) -> bool:
        """True if cancellations may be sent; maintenance refuses them too."""
        return self.up and (self.status is None or self.status.takes_cancels)

    def next_attempt(self, now: float) -> Connect | None:
        """Return the attempt that is due now, if any, and count it."""
        if self.up or self._connecting or self.gave_up or now < self._next_at:
            return None
        self._connecting = True
        self._since = now
        self.attempts += not self.patient
        self.last_error = ""
        connect = Connect(self._fresh_token)
        self._fresh_token = False
        return connect

    def give_up(self, reason: str) -> None:
        """Make no more attempts."""
        self.reason = reason
        self.gave_up = True

    def ready(self) -> None:
        """Note that the snapshot has arrived."""
        self.up, self._connecting = True, False

    def lose(self, reason: str, now: float, *, sent_anything: bool = True) -> None:
        """Note that the connection is gone or unreliable. One that did not last is a failed attempt."""
        if self.up and now >= self._since + STEADY_S:
            self.failures = 0
        self._fail(reason, now)
        self._count(sent_anything=sent_anything)

    def fail(self, event: ConnectFailed, now: float, *, sent_anything: bool) -> None:
        """Note a failed attempt. Before anything was sent, few are made; after, many."""
        self._fail(event.reason, now)
        self._fresh_token = event.token_refused
        self._count(sent_anything=sent_anything)
        self.gave_up |= event.final

    def on_error(self, error: ErrorText, now: float, *, sent_anything: bool) -> None:
        """Take an error that answers no request: it may be why the exchange is about to hang up."""
        self.last_error = error.text
        answer = refusal(error)
        if self._connecting and (answer.final or answer.token_refused):
            self.fail(answer, now, sent_anything=sent_anything)

    def still_connecting(self, now: float) -> None:
        """Extend an attempt that waits for a token."""
        if self._connecting:
            self._since = now

    def refresh_token(self) -> None:
        """Request a new token for the next attempt: the current one was refused."""
        self._fresh_token = True

    def on_time(self, now: float, *, sent_anything: bool) -> None:
        """Fail an attempt that takes too long."""
        if self._connecting and now >= self._since + READY_WAIT_S:
            reason = f"no openOrders snapshot within {READY_WAIT_S:.0f} s"
            self.fail(ConnectFailed(reason), now, sent_anything=sent_anything)

    def timer(self) -> float | None:
        """Return when to call ``next_attempt`` or ``on_time`` next."""
        if self._connecting:
            return self._since + READY_WAIT_S
        return None if self.up or self.gave_up else self._next_at

    def _fail(self, reason: str, now: float) -> None:
        self.up = self._connecting = False
        self.status = None
        error = self.last_error
        if not self.gave_up:
            is_new = error and error not in reason
            self.reason = f"{reason}; the exchange had reported: {error}" if is_new else reason
        delays_s = (*BACKOFF_S, PATIENT_S) if self.patient else BACKOFF_S
        self._next_at = now + delays_s[min(self.failures, len(delays_s) - 1)]
        self.failures += 1

    def _count(self, *, sent_anything: bool) -> None:
        """Give up after too many attempts; before anything was sent, after few consecutive ones."""
        if self.patient:
            return
        few = not sent_anything and self.failures >= FIRST_ATTEMPTS
        self.gave_up |= few or self.attempts >= MAX_ATTEMPTS


def refusal(error: ErrorText) -> ConnectFailed:
    """Return the meaning of a refused subscription, from the exchange's error."""
    return ConnectFailed(error.text, error.kind in _HOPELESS, error.kind is ErrorKind.BAD_TOKEN)


def clock_problem(skew: tuple[float, float] | None, deadline_s: Decimal) -> str | None:
    """Return why deadlines would be useless with such a clock skew, or None.

    ``skew`` is the least and the most that the exchange's clock is ahead, in seconds; None if it is unknown.
    """
    least, most = skew or (0.0, 0.0)
    limit = clock_limit_s(deadline_s)
    if least <= limit and most >= -limit:
        return None
    off = least if least > 0 else most
    allowed = f"a deadline of {deadline_s} s allows {limit:.1f} s"
    return f"the exchange's clock is {off:+.1f} s from ours; {allowed}"


def clock_limit_s(deadline_s: Decimal) -> float:
    """Return the maximum difference of the clocks, in seconds.

    It is half of a deadline, so that orders neither expire on their way nor outlive it much, and at most
    ``MAX_SKEW_S``, since the age of an order decides whether it can be the one that was sent.
    """
    return min(seconds(deadline_s) / 2, MAX_SKEW_S)
