"""One client of the soak: it keeps so many messages in flight, and counts the answer to each of them.

What comes in goes through our own session, as in a run; the id of an answer is read beside it, because the
session reports no pong.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import trio

from runner.kraken import (
    AddOrder,
    CancelAll,
    CancelOrder,
    ClientSession,
    OrderAccepted,
    OrderRejected,
    OrderValidated,
    Ping,
    Ready,
    Reqids,
    SequenceGap,
    SubscriptionRefused,
    Unintelligible,
)
from runner.net.websocket import ConnectionEnded
from runner.runtime.kraken.access import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.domain import Secret
    from runner.kraken import Event, Request
    from runner.net.websocket import PrivateConnection
    from runner.runtime.kraken.access import KrakenAccess

    from .tally import Tally

BURST = 50
"""Messages that are sent at once: an order, a cancellation, and pings."""

IN_FLIGHT = 100
"""Messages of one connection that may wait for their answers."""

TAKES = 4
"""Every so many orders one trades at once instead of resting."""

SWEEP = 40
"""Every so many bursts everything is canceled: orders whose reply was lost would pile up."""

ANSWER_S = 10.0
"""An answer that has not come by then is lost; on a busy machine the others may take seconds."""

REST = (("ETH/EUR", "100"), ("ETH/USD", "110"), ("SOL/EUR", "15"), ("LTC/USD", "30"))
_REQID = re.compile(r'"reqid":\s*(\d+)')


async def keep_talking(access: KrakenAccess, token: Secret, tally: Tally, number: int, messages: int) -> None:
    """Send until all clients together have sent so many messages; come again whenever the line is cut."""
    while tally.sent < messages:
        with suppress(AccessFailed):
            async with access.open_websocket() as wire:
                client = _Client(wire, token, tally, number)
                with suppress(ConnectionEnded):
                    await client.run(messages)
                client.leave()
                if client.refused:
                    # A token that is a quarter of an hour old opens no new connection: as documented.
                    token = await access.fetch_token()
        await trio.lowlevel.checkpoint()


def order(reqid: int, number: int) -> AddOrder:
    """The n-th order of a client: a buy that rests, or now and then one that trades, in and out by turns."""
    if number % TAKES:
        pair, price = REST[number % len(REST)]
        return AddOrder(pair=pair, type="buy", ordertype="limit", price=price, volume="0.05", reqid=reqid)
    side = "buy" if number % (2 * TAKES) else "sell"
    return AddOrder(pair="ETH/USD", type=side, ordertype="market", volume="0.05", reqid=reqid)


class _Client:
    """One connection. A session holds every id that it has sent, so it ends with its connection."""

    def __init__(self, wire: PrivateConnection, token: Secret, tally: Tally, number: int) -> None:
        self._wire = wire
        self._reqids = Reqids()
        self._session = ClientSession(token, self._reqids)
        self._tally = tally
        self._bursts = number
        self._ready = False
        self._awaited: dict[int, float] = {}  # when each message was sent, by its id
        self._open: list[str] = []
        self.refused = False
        tally.connections += 1

    async def run(self, messages: int) -> None:
        """Until all messages are sent and answered, or the connection is cut."""
        self._session.start(time.time())
        await self._wire.send(self._session.outgoing())
        while not (self._ready or self.refused):
            self._take(await self._wire.receive())
        while self._ready and self._tally.sent < messages:
            await self._send(self._burst())
            await self._wait(IN_FLIGHT - BURST)
        await self._wait(0)

    def leave(self) -> None:
        """Count the messages that will not be answered any more."""
        self._tally.cut_off += len(self._awaited)
        self._tally.strays += self._session.strays

    def _burst(self) -> list[Request]:
        self._bursts += 1
        self._tally.orders += 1
        requests: list[Request] = [order(self._reqids.take(), self._bursts)]
        if self._bursts % SWEEP == 0:
            requests.append(CancelAll(reqid=self._reqids.take()))
        elif self._open:
            requests.append(CancelOrder(txid=(self._open.pop(),), reqid=self._reqids.take()))
        return requests + [Ping(reqid=self._reqids.take()) for _ in range(BURST - len(requests))]

    async def _send(self, requests: Sequence[Request]) -> None:
        now = time.time()
        for request in requests:
            assert request.reqid is not None
            self._session.send(request, now)
            self._awaited[request.reqid] = now
        self._tally.sent += len(requests)
        await self._wire.send(self._session.outgoing())

    async def _wait(self, in_flight: int) -> None:
        """Until no more than so many messages wait for their answers."""
        while len(self._awaited) > in_flight:
            with trio.move_on_after(ANSWER_S / 2):
                self._take(await self._wire.receive())
            self._give_up(time.time() - ANSWER_S)

    def _give_up(self, since: float) -> None:
        """Ids are in the order of their sending, so the first that is young enough ends the search."""
        while self._awaited:
            reqid, sent = next(iter(self._awaited.items()))
            if sent > since:
                return
            del self._awaited[reqid]
            self._tally.unanswered += 1

    def _take(self, texts: Sequence[str]) -> None:
        now = time.time()
        self._tally.received += len(texts)
        for text in texts:
            if text[0] == "{":
                self._count(text)
            for event in self._session.receive(text, now):
                self._note(event)

    def _count(self, text: str) -> None:
        found = _REQID.search(text)
        if found is None:
            return
        if self._awaited.pop(int(found[1]), None) is None:
            self._tally.repeated += 1
        else:
            self._tally.answered += 1

    def _note(self, event: Event) -> None:
        match event:
            case OrderAccepted(txid=txid):
                self._open.append(txid)
                self._tally.accepted += 1
            case OrderRejected() | OrderValidated():
                self._tally.refused += 1
            case Ready():
                self._ready = True
            case SequenceGap():
                self._tally.gaps += 1
            case SubscriptionRefused():
                self.refused = True
            case Unintelligible(reason):
                self._tally.protocol_errors.append(reason)
