"""The WebSocket side: one session a connection, replies in whatever order the script wants.

A reply and the feed update that belongs to it are made when the order is booked, and sent when its
burst is complete. Whatever a scripted close leaves unsent is lost, as on a real socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from .book import Booked
from .noise import NOISE

if TYPE_CHECKING:
    from websockets.http11 import Request, Response

    from .venue import Venue

CONNECTION_ID = 18140194665070909469  # more than a signed 64-bit number holds, as has been seen
UNKNOWN_ORDER = "EOrder:Unknown order"
ABORTED = 1006
ENDED = ("closed", "canceled")
LATE_S = 2.0  # how long a snapshot may lack an open order

Frame = dict[str, Any]


@dataclass
class Answer:
    """The reply to one request, and the feed's account of what the request did."""

    reply: Frame
    updates: list[Frame] = field(default_factory=list)
    number: int = 0


class Session:
    """One connection of a client."""

    def __init__(self, venue: Venue, connection: ServerConnection) -> None:
        venue.ledger.connections += 1
        self.venue = venue
        self.connection = connection
        self.id = venue.ledger.connections
        self.subscribed = False
        self.ended = False
        self.sequence = 0
        self.held: list[Answer] = []
        self.received = 0  # orders of the present burst
        self.patience: asyncio.TimerHandle | None = None
        self.late: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Greet, then answer until the connection ends."""
        self.venue.ledger.note("open", self.id, None)
        status = {"event": "systemStatus", "status": self.venue.script.system_status, "version": "1.9.6"}
        await self.send({"connectionID": CONNECTION_ID, **status})
        async for text in self.connection:
            if not (self.ended and self.venue.script.deaf_after_close):
                await self.take(text)

    async def take(self, text: str | bytes) -> None:
        """Act on one frame."""
        try:
            frame = json.loads(text)
        except ValueError:
            self.venue.ledger.note("in", self.id, repr(text))
            await self.send({"event": "error", "errorMessage": "Malformed request"})
            return
        self.venue.ledger.note("in", self.id, frame)
        match frame.get("event"):
            case "ping":
                await self.send(echo(frame, {"event": "pong"}))
            case "subscribe":
                await self.subscribe(frame)
            case "addOrder":
                await self.add_order(frame)
            case "cancelOrder":
                await self.cancel_order(frame)
            case "cancelAll":
                await self.cancel_all(frame)
            case _:
                await self.send(echo(frame, {"event": "error", "errorMessage": "Event(s) not found"}))

    # --- subscriptions -----------------------------------------------------------------------

    async def subscribe(self, frame: Frame) -> None:
        """Confirm the subscription and send the snapshot of all open orders."""
        subscription = frame.get("subscription", {})
        reply = echo(
            frame, {"event": "subscriptionStatus", "subscription": {"name": subscription.get("name")}}
        )
        error = self.venue.script.subscription_error
        if error is None and not self.venue.accepts(subscription.get("token"), "subscribe"):
            error = "ESession:Invalid session"
        if error is not None:
            await self.send({**reply, "status": "error", "errorMessage": error})
            return
        reply["subscription"]["maxratecount"] = 125
        await self.send({**reply, "status": "subscribed", "channelName": subscription["name"]})
        if subscription["name"] == "ownTrades":
            await self.send([[], "ownTrades", {"sequence": 1}])
        if subscription["name"] == "openOrders":
            self.subscribed, self.sequence = True, 0
            await self.snapshot()

    async def snapshot(self) -> None:
        """Show all open orders, or not, as the script wants it."""
        orders = self.venue.book.orders.values()
        whole: list[Frame] = [{order.txid: order.as_fed()} for order in orders if order.open]
        match self.venue.script.snapshot if self.id > 1 else "":
            case "empty":
                await self.feed([])
            case "late":
                await self.feed([])
                asyncio.get_running_loop().call_later(LATE_S, self.catch_up, whole)
            case "parts":
                await self.feed(whole[:1])
                await self.feed(whole[1:])
            case "second":
                await self.feed([{txid: {"status": "open"}} for txid in whole[-1]])
                await self.feed(whole)
            case _:
                await self.feed(whole)

    def catch_up(self, entries: list[Frame]) -> None:
        """Send the orders that the snapshot lacked."""
        self.late = asyncio.create_task(self.feed(entries))

    async def feed(self, entries: list[Frame]) -> None:
        """Send one message of the openOrders feed, if this connection wants it."""
        shown = [entry for entry in entries if not self.is_untold(entry)]
        if self.subscribed and (shown or not entries):
            self.sequence += 1
            with contextlib.suppress(ConnectionClosed):
                await self.send([shown, "openOrders", {"sequence": self.sequence}])

    def is_untold(self, entry: Frame) -> bool:
        """Return whether an entry is about the end of an order that the script keeps to itself."""
        (txid,) = entry
        return txid in self.venue.script.untold and entry[txid].get("status") in ENDED

    # --- orders ------------------------------------------------------------------------------

    async def add_order(self, frame: Frame) -> None:
        """Book an order (or not) and answer when its burst is complete."""
        script, venue = self.venue.script, self.venue
        venue.orders_received += 1
        number = venue.orders_received
        if number in script.msg_rate:
            await self.send({"Error": "Exceeded msg rate"})
            return
        if number not in script.never_booked:
            self.held.append(self.book_order(number, frame))
        self.received += 1
        if str(number) in script.close_after:
            await self.end(script.close_after[str(number)])
        elif venue.burst >= len(script.bursts) or self.received >= script.bursts[venue.burst]:
            await self.release()
        elif self.patience is None:
            loop = asyncio.get_running_loop()
            self.patience = loop.call_later(script.burst_limit_s, self.lose_patience)

    def book_order(self, number: int, frame: Frame) -> Answer:
        """The answer to an order; accepted, it is in the book from here on."""
        venue = self.venue
        reply = echo(frame, {"event": "addOrderStatus"})
        error = venue.script.rejects.get(str(number))
        if not venue.accepts(frame.get("token"), "addOrder"):
            error = "EAPI:Invalid token"
        outcome = error or venue.book.place(number, frame)
        if isinstance(outcome, str):
            return Answer({**reply, "status": "error", "errorMessage": outcome}, number=number)
        reply |= {"status": "ok", "descr": outcome.descr()}
        if "validate" in frame:
            return self.validated(reply, outcome, number)
        reply["txid"] = outcome.txid
        if "cl_ord_id" in frame:
            reply["cl_ord_id"] = frame["cl_ord_id"]
        return Answer(reply, self.life_of(outcome), number)

    def validated(self, reply: Frame, order: Booked, number: int) -> Answer:
        """The answer to an order that was only to be validated, as the script wants it."""
        how = self.venue.script.on_validate
        if how in ("placed", "txid"):
            reply["txid"] = order.txid
        if how not in ("placed", "silently"):
            return Answer(reply, number=number)
        self.venue.book.orders[order.txid] = order
        return Answer(reply, self.life_of(order), number)

    def life_of(self, order: Booked) -> list[Frame]:
        """Return the updates about a new order: pending, then open, then perhaps filled at once."""
        whole = {**order.as_fed(), "status": "pending"}
        updates = [{order.txid: whole}, {order.txid: {"status": "open", "userref": whole["userref"]}}]
        if order.number in self.venue.script.fills:
            updates.append({order.txid: self.venue.book.end(order, "closed")})
        return updates

    def lose_patience(self) -> None:
        """A client that waits for replies before it goes on gets them late, and the ledger shows it."""
        self.late = asyncio.create_task(self.release())

    async def release(self) -> None:
        """Answer all orders that are held back, and open the next burst."""
        if self.patience is not None:
            self.patience.cancel()
        self.patience, self.received = None, 0
        self.venue.burst += 1
        answers, self.held = self.held, []
        if self.venue.script.shuffle:
            self.venue.random.shuffle(answers)
        for answer in answers:
            await self.answer_order(answer)

    async def answer_order(self, answer: Answer) -> None:
        """Send a reply and its updates, in the scripted order and with the scripted damage."""
        script = self.venue.script
        if script.feed == "before":
            await self.publish_one_by_one(answer.updates)
        await self.send_noise()
        if answer.number in script.garble:
            await self.send_text('{"event":"addOrderStatus","status":"o')
        elif answer.number not in script.mute:
            await self.reply(answer.reply)
        if script.feed != "before":
            await self.publish_one_by_one(answer.updates)

    async def publish_one_by_one(self, updates: list[Frame]) -> None:
        """Each update is a separate message, as seen on the wire."""
        for update in updates:
            await self.venue.publish([update])

    # --- cancellations -----------------------------------------------------------------------

    async def cancel_order(self, frame: Frame) -> None:
        """Cancel each id for itself: as many anonymous replies as orders were meant."""
        names = [*frame.get("txid", []), *frame.get("cl_ord_id", [])]
        script = self.venue.script
        closes = script.close_on_cancel is not None and not self.venue.upgrades_to_refuse and self.id == 1
        names = [] if closes and script.lose_cancel else names
        answers = [answer for name in names for answer in self.cancel_one(name, frame)]
        updates = [update for answer in answers for update in answer.updates]
        if script.close_on_cancel is not None and closes:
            await self.end(script.close_on_cancel)
            return
        if script.shuffle:
            self.venue.random.shuffle(answers)
        if script.cancel_feed == "before":
            await self.publish_one_by_one(updates)
        for answer in answers[: script.cancel_replies]:
            await self.send_noise()
            await self.reply(answer.reply)
        if script.cancel_feed != "before":
            await self.publish_one_by_one(updates)

    async def cancel_all(self, frame: Frame) -> None:
        """Cancel all open orders; one reply counts them."""
        refused = self.venue.script.cancel_all_errors
        if refused:
            error = refused.pop(0)
            await self.reply(
                echo(frame, {"event": "cancelAllStatus", "status": "error", "errorMessage": error})
            )
            return
        updates = self.venue.book.end_all()
        await self.publish_one_by_one(updates)
        await self.reply(echo(frame, {"event": "cancelAllStatus", "status": "ok", "count": len(updates)}))

    def cancel_one(self, name: str, frame: Frame) -> list[Answer]:
        """The answers to one element of a cancelOrder; a user reference may mean several orders."""
        venue, script = self.venue, self.venue.script
        refusal = echo(frame, {"event": "cancelOrderStatus", "status": "error"})
        if not venue.accepts(frame.get("token"), "cancelOrder"):
            return [Answer({**refusal, "errorMessage": "EAPI:Invalid token"})]
        if name in script.cancel_errors:
            return [Answer({**refusal, "errorMessage": script.cancel_errors[name]})]
        orders = venue.book.standing(name)
        if name in script.fills_before_cancel:
            updates = [{order.txid: venue.book.end(order, "closed")} for order in orders]
            return [Answer({**refusal, "errorMessage": UNKNOWN_ORDER}, updates)]
        if not orders:
            return [Answer({**refusal, "errorMessage": UNKNOWN_ORDER})]
        done = echo(frame, {"event": "cancelOrderStatus", "status": "ok"})
        return [Answer(dict(done), [{order.txid: venue.book.end(order, "canceled")}]) for order in orders]

    # --- sending -----------------------------------------------------------------------------

    async def reply(self, reply: Frame) -> None:
        """Send a reply, or two of it."""
        for _ in range(2 if self.venue.script.twice else 1):
            await self.send(reply)

    async def send_noise(self) -> None:
        """One or two frames that mean nothing to the client, if the script wants them."""
        if self.venue.script.noise:
            for frame in self.venue.random.sample(NOISE, k=self.venue.random.randint(1, 2)):
                await self.send(frame)

    async def send(self, frame: Any) -> None:
        """Send a frame as JSON; objects with their keys in alphabetical order, as captured ones are."""
        self.venue.ledger.note("out", self.id, frame)
        await self.connection.send(json.dumps(frame, sort_keys=True))

    async def send_text(self, text: str) -> None:
        """Send a text as it is."""
        self.venue.ledger.note("out", self.id, text)
        await self.connection.send(text)

    async def end(self, code: int) -> None:
        """Close the connection as scripted; what is held back is never sent."""
        self.venue.ledger.note("close", self.id, code)
        self.venue.upgrades_to_refuse = self.venue.script.away
        self.held, self.subscribed, self.ended = [], False, True
        if code == ABORTED:
            self.connection.transport.abort()
        else:
            await self.connection.close(code, "as scripted")


def echo(frame: Frame, reply: Frame) -> Frame:
    """A reply with the request's ``reqid``, if it had one."""
    return {**reply, "reqid": frame["reqid"]} if "reqid" in frame else reply


async def serve_trading(venue: Venue) -> Server:
    """Listen for WebSocket connections on a loopback port that the system picks."""

    async def connected(connection: ServerConnection) -> None:
        session = Session(venue, connection)
        venue.sessions.append(session)
        try:
            with contextlib.suppress(ConnectionClosed):
                await session.run()
        finally:
            venue.sessions.remove(session)

    def upgrade(connection: ServerConnection, _: Request) -> Response | None:
        if venue.upgrades_to_refuse == 0:
            return None
        venue.upgrades_to_refuse -= 1
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "away\n")

    return await serve(connected, "127.0.0.1", 0, process_request=upgrade, close_timeout=1)
