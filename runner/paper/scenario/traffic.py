"""Messages on their way under a scenario: late, lost, twice, out of order, or never because the line is cut.

What arrives at the exchange and what leaves for a client is taken from here when its time has come. Nothing
waits in here by itself: the time is handed in, and ``timer`` says when there is something to take.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from msgspec import structs

from runner.domain import FaultAction, seconds
from runner.kraken import (
    AddOrderStatus,
    BareError,
    ChannelData,
    ErrorReply,
    FrameError,
    OpenOrders,
    OwnTrades,
    fields_of,
)
from runner.paper.api.replies import refused
from runner.paper.api.rest.calls import CallError, RestCall, read_call
from runner.paper.state import ids

from .scenario import Rules, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.domain import FaultRule, MessageRate, Scenario, Secret, TimelineEvent
    from runner.kraken import Reply, Request
    from runner.paper.api.feeds.delivery import Delivery
    from runner.paper.options.options import Options

WAITING_MAX = 100_000
"""Messages on their way on all lines together; beyond it they are lost, as in a queue that is full."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A client's message reaches the exchange. ``end``: the rule that ends its order once it is accepted."""

    connection: int
    content: tuple[Request, Secret | None] | FrameError
    end: FaultRule | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """An order is ended by the exchange."""

    txid: str
    reason: str


@dataclass(frozen=True, slots=True)
class Departure:
    """A message is to be sent to a client; without one, the connection is to be cut."""

    connection: int
    message: Reply | None


@dataclass(frozen=True, slots=True)
class CallFault:
    """The fate of a REST call: an error instead of a result, no answer at all, or a late one."""

    error: str = ""
    lost: bool = False
    delay_s: float = 0.0


@dataclass(slots=True)
class _Line:
    """``number`` is that of the last message of openOrders, ``extra`` how many the exchange did not count."""

    arrived: float = 0.0
    departed: float = 0.0
    number: int = 0
    extra: int = 0
    muted_until: float = 0.0
    tokens: float | None = None
    counted: float = 0.0


@dataclass(slots=True)
class _Way:
    """One direction: what is on its way, by the time at which it is there."""

    waiting: list[tuple[float, int, Any]] = field(default_factory=list)

    def timer(self) -> float:
        return self.waiting[0][0] if self.waiting else math.inf

    def due(self, now: float) -> list[Any]:
        taken = []
        while self.waiting and self.waiting[0][0] <= now:
            taken.append(heapq.heappop(self.waiting)[2])
        return taken


class Traffic:
    """All lines of an exchange that opened at ``opened`` (Unix seconds).

    An order that says no deadline and is longer on its way than the options allow is refused for it.
    """

    def __init__(self, scenario: Scenario, opened: float, options: Options | None = None) -> None:
        self.scenario = scenario
        deadline_s = None if options is None else options.deadlines.default_s
        self._deadline_s = math.inf if deadline_s is None else deadline_s
        self._late_error = "" if options is None else options.errors.deadline_elapsed
        self.rules = Rules(scenario)
        self._numbers = count()
        self._seed = str(scenario.seed)
        self._lines: dict[int, _Line] = {}
        self._in = _Way()
        self._out = _Way()
        self._endings = _Way()
        self._moments = _Way(
            [(opened + seconds(event.at_s), next(self._numbers), event) for event in scenario.timeline]
        )
        heapq.heapify(self._moments.waiting)

    def connected(self, connection: int) -> None:
        """Record a new connection."""
        self._lines[connection] = _Line()

    def gone(self, connection: int) -> None:
        """Drop a connection; what was on its way there is lost."""
        self._lines.pop(connection, None)

    def silent_until(self, connection: int) -> float:
        """Up to when this line says nothing, not even a heartbeat; 0 for one that may speak."""
        line = self._lines.get(connection)
        return 0.0 if line is None else line.muted_until

    def timer(self) -> float:
        """Return the time at which something is due, in Unix seconds; infinite if nothing is on its way."""
        return min(self._in.timer(), self._out.timer(), self._endings.timer(), self._moments.timer())

    def moments(self, now: float) -> list[TimelineEvent]:
        """Return the moments of the timeline that are due now, and remove them."""
        return self._moments.due(now)

    def arrivals(self, now: float) -> list[Arrival]:
        """Return the messages that reach the exchange now, and remove them."""
        return [arrival for arrival in self._in.due(now) if arrival.connection in self._lines]

    def endings(self, now: float) -> list[Ending]:
        """Return the orders that the exchange ends now."""
        return self._endings.due(now)

    def taken(self, arrival: Arrival, deliveries: Iterable[Delivery], now: float) -> None:
        """Note what the exchange decided on what arrived.

        An order that it accepted may be one to be ended.
        """
        for delivery in deliveries:
            reply = delivery.message
            if arrival.end is not None and isinstance(reply, AddOrderStatus) and reply.txid:
                ending = Ending(reply.txid, arrival.end.error)
                due = now + seconds(arrival.end.seconds or 0)
                heapq.heappush(self._endings.waiting, (due, next(self._numbers), ending))

    def departures(self, now: float) -> list[Departure]:
        """Return the messages to send and the connections to cut now."""
        due = [
            self._number_departure(departure)
            for departure in self._out.due(now)
            if departure.connection in self._lines
        ]
        return [
            departure
            for departure in due
            if departure.message is None or self.silent_until(departure.connection) <= now
        ]

    def _number_departure(self, departure: Departure) -> Departure:
        """Count a delayed message of the feed as well."""
        message, line = departure.message, self._lines[departure.connection]
        if not isinstance(message, OpenOrders):
            return departure
        if message.sequence is None:
            line.extra += 1
            line.number += 1
        else:
            line.number = message.sequence + line.extra
        return Departure(departure.connection, structs.replace(message, sequence=line.number))

    def received(self, connection: int, content: Any, now: float) -> None:
        """Put a client's frame on its way to the exchange, or something else in its place."""
        line = self._lines[connection]
        reqid = content.reqid if isinstance(content, FrameError) else content[0].reqid
        rate = self.scenario.message_rate
        if rate is not None and not _admit_message(line, rate, now):
            self._send(
                connection,
                (BareError if rate.bare else ErrorReply)(errorMessage="Exceeded msg rate", reqid=reqid),
                now,
            )
            return
        fault = None
        if not isinstance(content, FrameError):
            fault = self.rules.match_rule(content[0].event, fields_of(content[0]))
        match fault and fault.act:
            case FaultAction.LOSE:
                return
            case FaultAction.DISCONNECT:
                self._send(connection, None, now)
                return
            case FaultAction.REJECT:
                assert fault is not None
                self._send(connection, _refusal(content[0], fault.error), now)
                return
            case FaultAction.MUTE:
                _mute(line, fault, now)
        line.arrived = max(line.arrived, now + self._delay_s(fault))
        if line.arrived - now > self._deadline_s and _wants_deadline(content):
            late = Departure(connection, _refusal(content[0], self._late_error))
            self._push(self._out, line.arrived + self._delay_s(None), late)
            return
        end = fault if fault is not None and fault.act is FaultAction.END else None
        self._push(self._in, line.arrived, Arrival(connection, content, end))

    def leaving(self, delivery: Delivery, now: float) -> None:
        """Put a frame of the exchange on its way to the client, or something else in its place."""
        line = self._lines.get(delivery.connection)
        if line is None:
            return
        fault = self.rules.match_rule(*_name_and_fields(delivery.message))
        match fault and fault.act:
            case FaultAction.LOSE:
                return
            case FaultAction.DISCONNECT:
                self._send(delivery.connection, None, now)
            case FaultAction.MUTE:
                _mute(line, fault, now)
            case FaultAction.HIDE:
                self._hide(delivery, fault, now)
            case FaultAction.REORDER:
                late = max(line.departed, now) + self._delay_s(fault)
                self._push(self._out, late, Departure(delivery.connection, delivery.message))
            case act:
                for message in self._said(delivery.message, fault):
                    self._send(delivery.connection, message, now, fault)
                if act is FaultAction.DUPLICATE:
                    self._send(delivery.connection, delivery.message, now)

    def _hide(self, delivery: Delivery, fault: FaultRule | None, now: float) -> None:
        """Report the orders of a feed message later, in their current state, or never."""
        message = delivery.message
        assert fault is not None
        assert isinstance(message, OpenOrders), "other messages cannot be hidden"
        self._send(delivery.connection, structs.replace(message, orders=()), now)
        if fault.seconds is not None:
            late = Departure(delivery.connection, structs.replace(message, sequence=None))
            self._push(self._out, now + self._delay_s(None) + seconds(fault.seconds), late)

    def fault_of(self, call: RestCall) -> CallFault:
        """Return the fate of a REST call; a call that cannot be read has no fault."""
        try:
            path, fields = read_call(call)
        except CallError:
            return CallFault()
        fault = self.rules.match_rule(path.rpartition("/")[2], fields)
        match fault and fault.act:
            case FaultAction.REJECT:
                assert fault is not None
                return CallFault(error=fault.error, delay_s=2 * self._delay_s(None))
            case FaultAction.LOSE:
                return CallFault(lost=True)
            case _:
                return CallFault(delay_s=self._delay_s(None) + self._delay_s(fault))

    def _send(
        self, connection: int, message: Reply | None, now: float, fault: FaultRule | None = None
    ) -> None:
        line = self._lines[connection]
        line.departed = max(line.departed, now + self._delay_s(fault))
        self._push(self._out, line.departed, Departure(connection, message))

    def _said(self, message: Reply, fault: FaultRule | None) -> tuple[Reply, ...]:
        """Return the messages that a client gets in place of a reply; the exchange may contradict itself."""
        if fault is None or not isinstance(message, AddOrderStatus) or not message.txid:
            return (message,)
        other = structs.replace(message, txid=ids.order_id(f"{self._seed} elsewhere", next(self._numbers)))
        match fault.act:
            case FaultAction.REJECT:
                return (AddOrderStatus(status="error", errorMessage=fault.error, reqid=message.reqid),)
            case FaultAction.RENAME:
                return (other,)
            case FaultAction.CONTRADICT:
                return (message, other)
            case _:
                return (message,)

    def _push(self, way: _Way, moment: float, step: Arrival | Departure) -> None:
        if len(way.waiting) < WAITING_MAX:
            heapq.heappush(way.waiting, (moment, next(self._numbers), step))

    def _delay_s(self, fault: FaultRule | None) -> float:
        scenario = self.scenario
        delay_s = scenario.latency_s
        if scenario.jitter_s:
            delay_s += scenario.jitter_s * share(self._seed, "jitter", next(self._numbers))
        if fault is not None and fault.act in (FaultAction.DELAY, FaultAction.REORDER):
            delay_s += fault.seconds or 0
        return seconds(delay_s)


def _mute(line: _Line, fault: FaultRule | None, now: float) -> None:
    assert fault is not None
    line.muted_until = math.inf if fault.seconds is None else now + seconds(fault.seconds)


def _admit_message(line: _Line, rate: MessageRate, now: float) -> bool:
    """Return whether one more message fits into a line's rate, and count it if so."""
    tokens = rate.burst if line.tokens is None else line.tokens
    tokens = min(rate.burst, tokens + (now - line.counted) * seconds(rate.per_s)) if line.counted else tokens
    line.counted = now
    line.tokens = tokens - 1 if tokens >= 1 else tokens
    return tokens >= 1


def _wants_deadline(content: Any) -> bool:
    """Return whether the content is an order without a deadline, to which the default deadline applies."""
    return not isinstance(content, FrameError) and content[0].event == "addOrder" and not content[0].deadline


def _refusal(request: Request, error: str) -> Reply:
    if request.event == "ping":
        return ErrorReply(errorMessage=error, reqid=request.reqid)
    return refused(request, error)


def _name_and_fields(message: Reply) -> tuple[str, Mapping[str, Any]]:
    if isinstance(message, OpenOrders | OwnTrades):
        return message.channel, {}
    if isinstance(message, ChannelData):
        return message.channel.partition("-")[0], {"pair": message.pair}
    return getattr(message, "event", ""), fields_of(message) if hasattr(message, "event") else {}
