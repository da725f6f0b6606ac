"""The simulated exchange behind real sockets: REST over HTTP, and the WebSocket.

One task owns the exchange and takes what the connections hand it in bursts: it decides, has the inputs kept,
and only then lets the deliveries leave. What is decided is not known here.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import trio

from runner.domain import CloseFrame, Scenario, seconds
from runner.kraken import FrameError, ServerSession
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.api.rest.calls import RestCall, RestReply, refused_call
from runner.paper.control.messages import Messages
from runner.paper.control.price_lines import PriceLines
from runner.paper.scenario.traffic import CallFault, Traffic

from .client_connection import Connection, converse
from .controlling import Controlled, Controller
from .http_server import HttpAnswer, serve_http
from .page import CONTROL, Page, control_request, is_local
from .serve_options import Listening, PaperEndpoints, open_door

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.domain import Secret, TimelineEvent
    from runner.kraken import Reply, Request
    from runner.paper import Exchange, Options

    from .http_server import HttpRequest

INBOX_ITEMS: Final = 256


async def serve_paper(
    exchange: Exchange,
    *,
    persist: Callable[[list[dict[str, Any]]], None],
    clock: Callable[[], float],
    listening: Listening | None = None,
    scenario: Scenario | None = None,
    forget: Callable[[], None] | None = None,
    task_status: trio.TaskStatus[PaperEndpoints] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve an exchange until cancelled; says its endpoints once it listens.

    ``persist`` is called with the inputs that changed something, before any reply to them leaves; what it
    raises ends the serving. ``clock`` gives Unix seconds. A ``scenario`` makes it worse than it has to be.
    ``forget`` is called before a reset, to drop what others keep of the exchange; it raises ``Locked`` or
    ``Refused`` where that is not possible now. Without it there is no reset.
    Raises ``InvalidInput`` where it cannot listen.
    """
    server = _Server(exchange, persist, _skewed_clock(clock, scenario), scenario, forget)
    listening = listening or Listening()
    async with trio.open_nursery() as nursery:
        enter = partial(nursery.start, open_door)
        ws_url = await enter("ws", listening, listening.ws_port, server.welcome)
        rest_url = await enter("http", listening, listening.rest_port, server.serve_rest)
        nursery.start_soon(server.own)
        task_status.started(PaperEndpoints(rest_url, ws_url, server.control_token))


def _skewed_clock(clock: Callable[[], float], scenario: Scenario | None) -> Callable[[], float]:
    """Return the exchange's own clock, which need not agree with the machine's."""
    if scenario is None or not scenario.clock_skew_s:
        return clock
    skew_s = seconds(scenario.clock_skew_s)
    return lambda: clock() + skew_s


def _sessions(options: Options) -> Callable[[float], ServerSession]:
    """Return a function that opens a session under these options at a given time."""
    inactivity_s = options.connection.inactivity_s
    return partial(
        ServerSession,
        accept_numbers=options.requests.numeric_fields,
        accept_single_ids=options.requests.single_ids,
        accept_any_reqid=options.requests.any_reqid,
        inactivity_s=math.inf if inactivity_s is None else inactivity_s,
    )


# --- what is handed to the owner of the exchange ----------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Gone:
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Heard:
    connection: Connection
    content: tuple[Request, Secret | None] | FrameError


@dataclass(slots=True, eq=False)
class _RestRequest:
    call: RestCall
    answered: trio.Event = field(default_factory=trio.Event)
    reply: RestReply | None = None
    delay_s: float = 0.0


_Item = _Opened | _Gone | _Heard | _RestRequest | Controlled


class _Server:
    def __init__(
        self,
        exchange: Exchange,
        persist: Callable[[list[dict[str, Any]]], None],
        clock: Callable[[], float],
        scenario: Scenario | None,
        forget: Callable[[], None] | None,
    ) -> None:
        self._exchange = exchange
        self._scenario = scenario
        self._forget_elsewhere = forget
        self._close_frame = CloseFrame() if scenario is None else scenario.close_frame
        self._traffic = None if scenario is None else Traffic(scenario, clock(), exchange.options)
        self._persist = persist
        self._clock = clock
        self._numbers = count(1)
        self._connections: dict[int, Connection] = {}
        self._page = Page()
        self._messages = Messages()
        self._lines = PriceLines(exchange.quotes(), clock())
        self._controller = Controller(
            exchange=exchange,
            connections=self._connections,
            messages=self._messages,
            lines=self._lines,
            close_frame=self._close_frame,
            traffic=self._scenario_traffic,
            reset=None if forget is None else self._reset,
        )
        self._give, self._take = trio.open_memory_channel[_Item](INBOX_ITEMS)

    @property
    def control_token(self) -> Secret:
        """The token with which a program steers the exchange."""
        return self._page.token

    # --- the owner ------------------------------------------------------------------------------

    async def own(self) -> None:
        """Run the one task that talks to the exchange."""
        try:
            while True:
                self._serve(await self._burst())
        finally:
            # The exchange may be served again later, and connections do not outlive a serving.
            for number in self._connections:
                self._exchange.disconnect(number)

    def _serve(self, burst: list[_Item]) -> None:
        deliveries = self._exchange.advance(self._clock())
        for item in burst:
            deliveries += self._apply(item)
        deliveries += self._arrive()
        if moved := self._exchange.take_moved():
            self._lines.add(moved, self._exchange.quotes(), self._clock())
        record = self._exchange.take_record()
        if record:
            self._persist(record)
        for delivery in deliveries:
            self._leave(delivery)
        self._depart()
        for item in burst:
            if isinstance(item, _RestRequest):
                item.answered.set()
            elif isinstance(item, Controlled):
                item.done.set()

    async def _burst(self) -> list[_Item]:
        """All that waits, as soon as something does; nothing when the exchange's timer is reached first."""
        burst: list[_Item] = []
        with trio.move_on_after(self._until_timer()):
            burst.append(await self._take.receive())
        with suppress(trio.WouldBlock):
            while len(burst) < INBOX_ITEMS:
                burst.append(self._take.receive_nowait())
        return burst

    def _until_timer(self) -> float:
        timer = self._exchange.timer()
        moments = [math.inf if timer is None else timer]
        if self._traffic is not None:
            moments.append(self._traffic.timer())
        return max(0.0, min(moments) - self._clock())

    def _apply(self, item: _Item) -> list[Delivery]:
        now = self._clock()
        match item:
            case _Opened(connection):
                self._connections[connection.number] = connection
                if self._traffic is not None:
                    self._traffic.connected(connection.number)
                return self._exchange.connect(connection.number, now)
            case _Gone(connection):
                self._forget(connection)
                return []
            case Controlled():
                return self._controller.carry_out(item, now)
            case _Heard():
                return self._hear(item, now)
            case _RestRequest():
                return self._ask(item)

    def _hear(self, item: _Heard, now: float) -> list[Delivery]:
        connection, content = item.connection, item.content
        if connection.number not in self._connections:
            return []  # a reset has ended it
        self._messages.add(now, connection.number, content)
        if self._traffic is None:
            return self._handle(connection.number, content)
        self._traffic.received(connection.number, content, now)
        connection.silent_until = self._traffic.silent_until(connection.number)
        return []

    def _forget(self, connection: Connection) -> None:
        if self._connections.pop(connection.number, None) is not None:
            self._exchange.disconnect(connection.number)
        if self._traffic is not None:
            self._traffic.gone(connection.number)

    def _handle(self, number: int, content: tuple[Request, Secret | None] | FrameError) -> list[Delivery]:
        if isinstance(content, FrameError):
            return self._exchange.malformed(number, content, self._clock())
        return self._exchange.handle(number, *content, self._clock())

    def _ask(self, item: _RestRequest) -> list[Delivery]:
        fault = CallFault() if self._traffic is None else self._traffic.fault_of(item.call)
        item.delay_s = fault.delay_s
        if fault.lost:
            return []
        if fault.error:
            item.reply = refused_call(fault.error)
            return []
        item.reply = self._exchange.rest(item.call, self._clock())
        return [*item.reply.deliveries]

    def _leave(self, delivery: Delivery) -> None:
        connection = self._connections.get(delivery.connection)
        if connection is None:
            return
        if self._traffic is None:
            self._post(connection, delivery.message)
            return
        self._traffic.leaving(delivery, self._clock())
        connection.silent_until = self._traffic.silent_until(connection.number)

    def _post(self, connection: Connection, message: Reply) -> None:
        self._messages.add(self._clock(), connection.number, message)
        connection.post(message)

    # --- under a scenario -----------------------------------------------------------------------

    def _arrive(self) -> list[Delivery]:
        """Process due timers, and the messages that reach the exchange now."""
        if self._traffic is None:
            return []
        deliveries = []
        for moment in self._traffic.moments(self._clock()):
            deliveries += self._happen(moment)
        for arrival in self._traffic.arrivals(self._clock()):
            decided = self._handle(arrival.connection, arrival.content)
            self._traffic.taken(arrival, decided, self._clock())
            deliveries += decided
        for ending in self._traffic.endings(self._clock()):
            deliveries += self._exchange.end_order(ending.txid, ending.reason, self._clock())
        return deliveries

    def _happen(self, moment: TimelineEvent) -> list[Delivery]:
        now = self._clock()
        if moment.status is not None:
            return self._exchange.set_status(moment.status, now)
        if moment.quote is not None:
            return self._exchange.set_quote(moment.quote.pair, moment.quote.bid, moment.quote.ask, now)
        if moment.unsubscribe is not None:
            return self._exchange.end_subscriptions(moment.unsubscribe, now)
        for connection in self._connections.values():
            connection.end(self._close_frame)
        return []

    def _depart(self) -> None:
        """Send the due messages and close the due connections."""
        if self._traffic is None:
            return
        for departure in self._traffic.departures(self._clock()):
            connection = self._connections.get(departure.connection)
            if connection is None:
                continue
            if departure.message is None:
                connection.end(self._close_frame)
            else:
                self._post(connection, departure.message)

    # --- a reset --------------------------------------------------------------------------------

    def _reset(self, now: float) -> None:
        """Begin again as on the first day, with the scenario from its beginning."""
        assert self._forget_elsewhere is not None, "there is a reset"
        self._forget_elsewhere()
        ended = list(self._connections.values())
        self._connections.clear()  # what they still say is about another exchange
        for connection in ended:
            connection.end(self._close_frame)
        self._exchange.reset(now)
        if self._scenario is None:
            self._traffic = None
        else:
            self._traffic = Traffic(self._scenario, now, self._exchange.options)
        self._messages.forget()
        self._lines.restart(self._exchange.quotes(), now)

    # --- the WebSocket --------------------------------------------------------------------------

    async def welcome(self, stream: trio.abc.Stream) -> None:
        """Serve one connection to its end."""
        await converse(
            stream,
            self,
            number=next(self._numbers),
            clock=self._clock,
            open_session=_sessions(self._exchange.options),
        )

    async def opened(self, connection: Connection) -> None:
        """Record a new connection."""
        await self._give.send(_Opened(connection))

    async def received(
        self, connection: Connection, content: tuple[Request, Secret | None] | FrameError
    ) -> None:
        """Handle a frame of a client."""
        await self._give.send(_Heard(connection, content))

    async def gone(self, connection: Connection) -> None:
        """Drop a connection that is over."""
        await self._give.send(_Gone(connection))

    # --- REST and the control page --------------------------------------------------------------

    async def serve_rest(self, stream: trio.abc.Stream) -> None:
        """Answer HTTP on one connection."""
        await serve_http(stream, partial(self._answer, local=is_local(stream)))

    async def _answer(self, request: HttpRequest, *, local: bool) -> HttpAnswer:
        answer = self._page.answer(request, local=local)
        if answer is not None:
            return answer
        if request.target.startswith(CONTROL):
            return await self._use_page(request)
        body = request.body.decode(errors="replace")
        sent = _RestRequest(RestCall(request.method, request.target, request.headers, body))
        await self._give.send(sent)
        await sent.answered.wait()
        await trio.sleep(sent.delay_s)
        if sent.reply is None:
            raise trio.BrokenResourceError
        return HttpAnswer(sent.reply.status, sent.reply.body.encode())

    async def _use_page(self, request: HttpRequest) -> HttpAnswer:
        name, fields = control_request(request)
        item = Controlled(name, fields)
        await self._give.send(item)
        await item.done.wait()
        return item.answer

    def _scenario_traffic(self, needed: bool) -> Traffic | None:
        """Return the traffic; from the first fault on there is one, in which all else goes as before."""
        if self._traffic is None and needed:
            self._traffic = Traffic(Scenario(name=""), self._clock(), self._exchange.options)
            for number in self._connections:
                self._traffic.connected(number)
        return self._traffic
