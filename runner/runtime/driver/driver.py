"""The one loop: takes events to the engine, makes its turns durable, and carries them out.

It decides nothing about orders. One task owns the engine; another carries its turns out, one after the other.
Connections, look-ups and signals run in other tasks and send to the first through one inbox.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trio

from runner.execution import (
    ClockJumped,
    Connect,
    ConnectFailed,
    EngineEvent,
    IntentsDenied,
    JournalFailed,
    StillConnecting,
    Turn,
)
from runner.kraken import (
    AddOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    ClientSession,
    ConnectionLost,
    Subscribe,
)
from runner.net.websocket import ConnectionEnded, PrivateConnection
from runner.runtime.kraken.access import AccessFailed
from runner.runtime.storage import AccountHalted

from .calls import Calls
from .journal_writer import JournalWriter
from .progress_reports import keep_observing, progress_of
from .stops import listen_to

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from runner.domain import Secret
    from runner.execution import Action, Progress
    from runner.journal import Entry
    from runner.kraken import Reqids
    from runner.net.clock import RunClock
    from runner.runtime.storage import IntentsRefused

    from .interfaces import Access, Engine
    from .stops import StopSource

INBOX = 64
"""Bursts that may wait for the loop; beyond it the reader waits, and so does the exchange."""

MAX_BURSTS = 16
"""Bursts that are taken into one turn, so that one sync covers them."""

AHEAD = 4
"""Turns that are computed while one is made durable; together they are the next write. Their deadlines
count already, so that they must not be many."""

SEND_TIMEOUT_S = 10.0
"""Maximum time for the exchange to read a write; then the connection counts as lost."""

OVERTAKEN_S = 10.0
"""Maximum time from the decision on a cancellation to its sending. An order has its deadline; a cancellation
has none, and after a pause of this process another run may have decided otherwise by now."""

TELL_EVERY_S = 5.0
"""Interval of the events that report that a token is still awaited."""

GOODBYE_TIMEOUT_S = 1.0
"""Maximum time for the exchange to answer a close of the connection."""


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: int
    wire: PrivateConnection
    token: Secret


@dataclass(frozen=True, slots=True)
class _Burst:
    connection: int
    texts: list[str]


@dataclass(frozen=True, slots=True)
class _Lost:
    connection: int
    event: EngineEvent


class Driver:
    """Runs one engine, such as an ``Execution``, to its end.

    ``append`` makes entries durable and returns only then; when it raises, nothing more is sent and the
    error goes up. ``observe`` receives the progress after each turn and once a second. ``clock_needed``:
    nothing is sent to an exchange whose clock could not be compared with ours.
    """

    def __init__(
        self,
        execution: Engine,
        access: Access,
        *,
        reqids: Reqids,
        append: Callable[[Sequence[Entry]], Awaitable[None]],
        clock: RunClock,
        observe: Callable[[Progress], None] = lambda _: None,
        clock_needed: bool = True,
    ) -> None:
        self._execution = execution
        self._access = access
        self._reqids = reqids
        self._writer = JournalWriter(append, self._deny)
        self._denied: set[int] = set()  # reqids of messages that never leave
        self._clock = clock
        self._observe = observe
        self._token: Secret | None = None
        self._session: ClientSession | None = None
        self._wire: PrivateConnection | None = None
        self._connection = 0
        self._connection_scope = trio.CancelScope()
        self._connection_ended = trio.Event()
        self._all_carried_out = trio.Event()
        self._ahead: deque[Turn] = deque()  # computed, but not taken by the carrier yet
        self._nursery: trio.Nursery
        self._to_inbox, self._inbox = trio.open_memory_channel[object](INBOX)
        self._calls = Calls(access, clock, self._to_inbox.send, clock_needed=clock_needed)

    async def run(self, *, stops: Sequence[StopSource] = ()) -> None:
        """Run until the execution is finished, or to a clean end once one of the sources requests a stop."""
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            for source in stops:
                await nursery.start(listen_to, source, self._to_inbox.send)
            # The last of them waits for its place.
            to_carrier, turns = trio.open_memory_channel[Turn](AHEAD - 1)
            nursery.start_soon(self._carry_out_all, turns, nursery)
            nursery.start_soon(keep_observing, self._execution, self._access, self._observe)
            async with to_carrier:
                await self._pass_on(self._execution.start(self._clock()), to_carrier)
                while not self._execution.finished:
                    events = await self._next_events()
                    await self._pass_on(self._execution.handle(events, self._clock()), to_carrier)
                    self._observe(progress_of(self._execution, self._access))
            await self._all_carried_out.wait()
            await self._hang_up()
            nursery.cancel_scope.cancel()

    def last_words(self, reason: str) -> list[Entry]:
        """Return the entries that were not passed to ``append`` before it raised; nothing more is sent."""
        now = self._clock()
        events = [event for item in self._take_arrivals() for event in self._events_of(item, now)]
        turn = self._execution.handle([*events, JournalFailed(reason)], now)
        ahead = [entry for each in self._ahead for entry in each.entries]
        return [*self._writer.take(), *ahead, *turn.entries]

    # --- in ---

    async def _next_events(self) -> list[EngineEvent]:
        items = self._take_arrivals()
        if not items:
            with trio.move_on_at(self._wake_at()):
                items.append(await self._inbox.receive())
            items += self._take_arrivals()
        now = self._clock()
        events = [event for item in items for event in self._events_of(item, now)]
        if (jumped_s := self._clock.jump()) is not None:
            events.append(ClockJumped(jumped_s))
        if self._session is not None:
            events += self._session.handle_timer(now)
            await self._flush()
        return events

    def _take_arrivals(self) -> list[object]:
        """Take the waiting items from the inbox, up to the limit of one turn."""
        items: list[object] = []
        while len(items) < MAX_BURSTS:
            try:
                items.append(self._inbox.receive_nowait())
            except trio.WouldBlock:
                break
        return items

    def _wake_at(self) -> float:
        timers = (self._execution.timer(), self._session.timer() if self._session else None)
        moment = min((timer for timer in timers if timer is not None), default=None)
        return trio.current_time() + 3600 if moment is None else self._clock.trio_time(moment)

    def _events_of(self, item: object, now: float) -> Sequence[EngineEvent]:
        match item:
            case _Burst(connection, texts):
                current = self._session if connection == self._connection else None
                return () if current is None else current.receive_all(texts, now)
            case _Opened(connection, wire, token) if connection == self._connection:
                self._wire = wire
                self._session = ClientSession(token, self._reqids)
                self._session.start(now)
                return ()
            case _Lost(connection, event):
                if connection != self._connection:
                    return ()
                self._session = self._wire = None
                return (event,)
            case _:
                return (item,) if isinstance(item, EngineEvent) else ()

    # --- out ---

    async def _pass_on(self, turn: Turn, to_carrier: trio.MemorySendChannel[Turn]) -> None:
        self._ahead.append(turn)
        await to_carrier.send(turn)

    async def _carry_out_all(self, turns: trio.MemoryReceiveChannel[Turn], nursery: trio.Nursery) -> None:
        async for turn in turns:
            waiting = [turn]
            with suppress(trio.WouldBlock, trio.EndOfChannel):
                while True:
                    waiting.append(turns.receive_nowait())
            await self._carry_out(waiting, nursery)
        await self._writer.write()
        self._all_carried_out.set()

    async def _carry_out(self, turns: Sequence[Turn], nursery: trio.Nursery) -> None:
        """Make turns durable with one write, and then carry out their actions."""
        for turn in turns:
            self._writer.note(turn.entries)
            self._ahead.popleft()
        actions = [action for turn in turns for action in turn.actions]
        began = self._clock()
        if actions:
            await self._writer.write()
        else:
            self._writer.write_in_background(nursery)
        now = self._clock()
        held = CancelOrder if now - began > OVERTAKEN_S else ()
        for action in actions:
            if isinstance(action, held):
                self._lose_connection("this process was paused before it could cancel")
            elif not (isinstance(action, AddOrder | CancelOrder) and action.reqid in self._denied):
                self._start(action, now, nursery)
        await self._flush()

    def _deny(self, refused: IntentsRefused) -> None:
        """Keep messages from leaving whose intents are not durable, and let the engine know."""
        self._denied |= refused.reqids
        halted = isinstance(refused, AccountHalted)
        event = IntentsDenied(refused.reqids, refused.reason, halted)
        self._nursery.start_soon(self._to_inbox.send, event)

    def _start(self, action: Action, now: float, nursery: trio.Nursery) -> None:
        match action:
            case AddOrder() | CancelOrder() | CancelAll() | CancelAllOrdersAfter() | Subscribe():
                if self._session is not None:
                    self._session.send(action, now)
            case Connect(fresh_token):
                self._drop_connection()
                if fresh_token:
                    self._token = None
                nursery.start_soon(
                    self._connect, self._connection, self._connection_scope, self._connection_ended
                )
            case _:
                nursery.start_soon(self._calls.make, action)

    async def _flush(self) -> None:
        """Write what the session has queued. A write that was cut short leaves the connection unusable."""
        if self._session is None or self._wire is None:
            return
        texts = self._session.outgoing()
        if not texts:
            return
        with trio.move_on_after(SEND_TIMEOUT_S) as scope:
            try:
                await self._wire.send(texts)
            except ConnectionEnded:
                return  # The reader of this connection reports it.
        if scope.cancelled_caught:
            self._lose_connection("the exchange stopped reading")

    def _lose_connection(self, reason: str) -> None:
        """Give up the connection: what was sent on it is in doubt."""
        self._connection_scope.cancel()
        # A full inbox is not emptied while this waits. The end of the connection is reported in any case.
        with suppress(trio.WouldBlock):
            self._to_inbox.send_nowait(_Lost(self._connection, ConnectionLost(reason)))

    async def _hang_up(self) -> None:
        """Close the connection, and wait a moment for the close frame of the other side."""
        self._connection_scope.cancel()
        if self._wire is not None:
            with trio.move_on_after(GOODBYE_TIMEOUT_S):
                await self._connection_ended.wait()

    def _drop_connection(self) -> None:
        self._connection_scope.cancel()
        self._connection_scope = trio.CancelScope()
        self._connection_ended = trio.Event()
        self._connection += 1
        self._session = self._wire = None

    async def _connect(self, connection: int, scope: trio.CancelScope, ended: trio.Event) -> None:
        """Run one connection from its token to its end, which is always reported to the loop."""
        event: EngineEvent = ConnectionLost("given up")
        try:
            if self._token is None:
                self._token = await self._fetch_token()
            async with self._access.open_websocket() as wire:
                # Only the reading is cut short by the scope, so that the socket can still be closed in peace.
                with scope:
                    await self._to_inbox.send(_Opened(connection, wire, self._token))
                    event = await self._read(connection, wire)
        except AccessFailed as failure:
            event = ConnectFailed(failure.reason, final=failure.final)
        ended.set()
        await self._to_inbox.send(_Lost(connection, event))

    async def _fetch_token(self) -> Secret:
        """Return a token; the loop gets events while the exchange lets us wait."""
        token: Secret | None = None
        failure: AccessFailed | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._keep_telling)
            try:
                token = await self._access.fetch_token()
            except AccessFailed as failed:
                failure = failed
            nursery.cancel_scope.cancel()
        if token is None:
            raise failure or AccessFailed("there is no token")
        return token

    async def _keep_telling(self) -> None:
        while True:
            await trio.sleep(TELL_EVERY_S)
            await self._to_inbox.send(StillConnecting())

    async def _read(self, connection: int, wire: PrivateConnection) -> ConnectionLost:
        while True:
            try:
                texts = await wire.receive()
            except ConnectionEnded as end:
                return ConnectionLost(end.reason)
            await self._to_inbox.send(_Burst(connection, texts))
