"""The simulated exchange: requests and the time in, messages for connections out.

Plain decisions: no socket, no clock, no chance, no file. What must outlive a run is reported as the inputs
that changed something; fed to a fresh exchange of the same seed and options, they build the same state.
Connections, subscriptions, tokens and nonces do not outlive a run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.domain import Permission
from runner.kraken import (
    AddOrder,
    AmendOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    EditOrder,
    Ping,
    Pong,
    Subscribe,
    SystemStatus,
    Unsubscribe,
    decode_request,
    fields_of,
)
from runner.paper.exchange.matching_engine import MatchingEngine
from runner.paper.exchange.opening import OPENING, Opening
from runner.paper.exchange.venue import State
from runner.paper.options.options import Options
from runner.paper.state import ids
from runner.paper.state.movement import Move

from . import replies
from .credentials import Credentials, Tokens
from .feeds.delivery import Delivery
from .feeds.feeds import Feeds, feed_name_problem, is_public
from .records import move_of, record_of
from .rest.calls import RestCall, RestReply
from .rest.rest_api import RestApi
from .trading import carry_out, ended_orders, is_partly_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.domain import Secret
    from runner.kraken import FrameError, Reply, Request
    from runner.paper.state.instruments import Instruments
    from runner.paper.state.market import Quote
    from runner.paper.state.movement import Movement

VERSION = "1.9.6"
STATUSES = ("online", "maintenance", "cancel_only", "post_only", "limit_only")

_PERMISSIONS: dict[type, Permission] = {
    AddOrder: Permission.MODIFY,
    EditOrder: Permission.MODIFY,
    AmendOrder: Permission.MODIFY,
    CancelOrder: Permission.CANCEL,
    CancelAll: Permission.CANCEL,
    CancelAllOrdersAfter: Permission.CANCEL,
    Subscribe: Permission.OPEN_ORDERS,
    Unsubscribe: Permission.OPEN_ORDERS,
}

_DEFAULTS = Options()

_Cause: TypeAlias = "dict[str, Any] | Request"
"""The cause of a change: a request, described when the record is taken, or its description."""


class Exchange:
    """One exchange with one account.

    Every call that takes ``now`` (Unix seconds) first lets orders start and expire whose time has come, but
    for ``rest`` and ``private``: call ``advance`` before them. After each call, what ``take_record`` returns
    is to be kept before the deliveries leave.
    """

    def __init__(
        self,
        *,
        seed: str,
        credentials: Credentials,
        options: Options = _DEFAULTS,
        opening: Opening = OPENING,
    ) -> None:
        self.options = options
        self._first_seed = seed
        self._opening = opening
        self._resets = 0
        allowed = credentials.permissions & frozenset(options.api_key.permissions)
        self._credentials = replace(credentials, permissions=allowed)
        self._movement: Movement | None = None
        self._open()

    def _open(self) -> None:
        """Begin as on the first day. No id comes twice: each reset has a seed of its own."""
        self._seed = self._first_seed + (f"/reset {self._resets}" if self._resets else "")
        self._venue = MatchingEngine(seed=self._seed, options=self.options, opening=self._opening)
        self._feeds = Feeds(self._venue)
        self._tokens = Tokens(self._seed, self.options.connection.token_lifetime_s)
        self._rest = RestApi(self._venue, self._tokens, self._credentials, self._carry_out, self._first_seed)
        self._undelivered: list[Delivery] = []
        self._connections: dict[int, None] = {}
        self._record: list[tuple[float, _Cause]] = []
        # Pairs whose quote was set by hand, with the last move that was passed over.
        self._held: dict[str, Move | None] = {}
        # The last move of a pair, if nothing came of it.
        self._unrecorded: dict[str, tuple[float, _Cause]] = {}

    def connect(self, connection: int, now: float) -> list[Delivery]:
        """Welcome a new connection; the caller numbers connections and never uses a number again."""
        assert connection not in self._connections, f"connection {connection} is there already"
        due = self.advance(now)
        self._connections[connection] = None
        number = ids.connection_id(self._seed, connection)
        greeting = SystemStatus(status=self._venue.status, version=VERSION, connectionID=number)
        return [*due, Delivery(connection, greeting)]

    def disconnect(self, connection: int) -> None:
        """Forget a connection and its subscriptions; its orders stay."""
        self._connections.pop(connection, None)
        self._feeds.drop(connection)
        self._tokens.drop(connection)

    def handle(self, connection: int, request: Request, token: Secret | None, now: float) -> list[Delivery]:
        """Answer one request: deliveries in the order in which they leave, also to other connections."""
        assert connection in self._connections, f"connection {connection} is not there"
        due = self.advance(now)
        if type(request) is Ping:
            return [*due, Delivery(connection, Pong(reqid=request.reqid))]
        problem = self._refusal(connection, request, token, now)
        if problem is not None:
            return [*due, Delivery(connection, replies.refused(request, problem))]
        answers = self._answer(connection, request, now)
        acknowledged = [Delivery(connection, reply) for reply in answers]
        deliveries = self._publish_changes(now, request, partly=is_partly_refused(request, answers))
        return due + (deliveries + acknowledged if self.options.feeds.first else acknowledged + deliveries)

    def malformed(self, connection: int, error: FrameError, now: float) -> list[Delivery]:
        """Answer a frame that could not be read, in the shape of the event that it was meant to be."""
        return [*self.advance(now), Delivery(connection, replies.error_reply(error, self.options))]

    def timer(self) -> float | None:
        """Return the time of the next work for ``advance``, in Unix seconds, or None if there is none."""
        due = self._venue.timer()
        if self._movement is None:
            return due
        moves = self._movement.due()
        return due if moves is None else moves if due is None else min(due, moves)

    def advance(self, now: float) -> list[Delivery]:
        """Let the market move, and let orders start and expire whose time has come."""
        if self._movement is None:
            return self._advance(now)
        deliveries: list[Delivery] = []
        for move in self._movement.until(now):
            if move.pair in self._held:
                self._held[move.pair] = move
                continue
            deliveries += self._advance(move.time)
            deliveries += self._move(move)
        return deliveries + self._advance(now)

    def follow(self, movement: Movement | None) -> None:
        """Let a market move by itself from now on, or stop it. This is not kept between runs."""
        self._movement = movement

    @property
    def instruments(self) -> Instruments:
        """The pairs that are traded here."""
        return self._venue.market.instruments

    def quotes(self) -> dict[str, Quote]:
        """All quotes by pair."""
        return self._venue.market.quotes

    def rest(self, call: RestCall, now: float) -> RestReply:
        """Answer a REST call; the reply includes the feed messages that it causes."""
        reply = self._rest.answer(call, now)
        messages, self._undelivered = self._undelivered, []
        return replace(reply, deliveries=tuple(messages)) if messages else reply

    def private(self, path: str, fields: Mapping[str, str], now: float) -> Any:
        """Return the result of a private REST call of a known sender, as parsed JSON.

        For calls that do not trade: only ``rest`` returns feed messages. The result is cached, so it must not
        be changed. Raises ``CallError``.
        """
        result = self._rest.private(path, fields, now)
        assert not self._undelivered, f"{path} has changes for the feeds"
        return result

    @property
    def moves(self) -> bool:
        """True if the market moves by itself."""
        return self._movement is not None

    @property
    def held(self) -> tuple[str, ...]:
        """The pairs whose quote was set by hand: no movement changes them until they are released."""
        return tuple(self._held)

    def set_quote(
        self, pair: str, bid: Decimal, ask: Decimal, now: float, *, hold: bool = False
    ) -> list[Delivery]:
        """Move a pair's market; resting limit orders that it crosses are filled at their own prices.

        ``hold``: the quote stays until it is released, whatever the movement does.
        """
        assert pair in self.instruments, pair
        assert 0 < bid < ask, f"{bid} {ask}"
        due = self.advance(now)
        self._venue.quote(pair, bid, ask, now)
        quote: dict[str, Any] = {"pair": pair, "bid": str(bid), "ask": str(ask)}
        if hold:
            self._held.setdefault(pair)
            quote["hold"] = True
        return due + self._publish_changes(now, {"quote": quote}, always=True)

    def release_quote(self, pair: str, now: float) -> list[Delivery]:
        """Let a pair follow the movement again, at once where that has moved meanwhile."""
        due = self.advance(now)
        if pair not in self._held:
            return due
        missed = self._held.pop(pair)
        self._write_down(now, {"release": pair})
        return due if missed is None else due + self._move(replace(missed, time=now))

    def _advance(self, now: float) -> list[Delivery]:
        due = self._venue.timer()
        if due is None or due > now:
            return []
        self._venue.advance(now)
        return self._publish_changes(now, {"advance": True})

    def _move(self, move: Move) -> list[Delivery]:
        """Record a move of the movement if it has an effect, now or later."""
        self._venue.quote(move.pair, move.bid, move.ask, move.time, last=move.last, depth=move.depth)
        record = {"move": record_of(move)}
        changes = self._venue.take_changes()
        self._unrecorded.pop(move.pair, None)
        if changes:
            self._write_down(move.time, record)
        else:
            self._unrecorded[move.pair] = (move.time, record)
        return self._feeds.publish(changes, move.time)

    def _write_down(self, now: float, cause: _Cause) -> None:
        # What is recorded now may depend on prices that nothing had come of so far.
        self._record += self._unrecorded.values()
        self._unrecorded.clear()
        self._record.append((now, cause))

    def end_order(self, txid: str, reason: str, now: float) -> list[Delivery]:
        """End an order that was accepted, as the exchange itself would; nothing if it has ended before."""
        due = self.advance(now)
        if not self._venue.end_for(txid, reason, now):
            return due
        return due + self._publish_changes(now, {"end": {"txid": txid, "reason": reason}})

    def set_status(self, status: str, now: float) -> list[Delivery]:
        """Change the state of the exchange, and notify every connection."""
        assert status in STATUSES, status
        due = self.advance(now)
        self._venue.status = status
        deliveries = self._publish_changes(now, {"status": status}, always=True)
        notice = SystemStatus(status=status, version=VERSION)
        deliveries += [Delivery(connection, notice) for connection in self._connections]
        return due + deliveries + self.advance(now)

    def end_subscriptions(self, name: str, now: float) -> list[Delivery]:
        """End every subscription to a feed without a request, and notify the subscribers."""
        return self.advance(now) + self._feeds.end(name)

    def reset(self, now: float) -> None:
        """Begin again as on the first day, with new ids and without connections; a movement restarts.

        The credentials stay.
        """
        self._resets += 1
        self._open()
        if self._movement is not None:
            self._movement.restart(now)
        self._write_down(now, {"reset": True})

    def take_moved(self) -> list[str]:
        """Return the pairs whose quotes have changed since the last call."""
        return self._venue.market.take_changed()

    def take_record(self) -> list[dict[str, Any]]:
        """Return the inputs since the last call that changed the state, as JSON without credentials."""
        record, self._record = self._record, []
        return [{"now": now, **_record_of(cause)} for now, cause in record]

    def replay(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Build the state again that these inputs once made. To be called on a fresh exchange."""
        assert not self._connections
        records = self._since_reset(list(records))
        # What is on record was not refused then, under whatever limits, and is not now.
        self._venue.rates.lenient = True
        for record in records:
            self._repeat(record, record["now"])
        self._venue.rates.lenient = False
        self._record.clear()
        self._unrecorded.clear()

    def _since_reset(self, records: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Open as after the last reset on record, and return what follows it."""
        resets = [place for place, record in enumerate(records) if "reset" in record]
        if not resets:
            return records
        self._resets = len(resets)
        self._open()
        return records[resets[-1] + 1 :]

    def state(self) -> State:
        """All that is kept between runs, as a value to compare or to look at."""
        return self._venue.state()

    def _repeat(self, record: Mapping[str, Any], now: float) -> None:
        match record:
            case {"request": request}:
                self._venue.advance(now)
                carry_out(decode_request(json.dumps(request))[0], self._venue, self._seed, now)
                self._venue.take_changes()
            case {"quote": {"pair": pair, "bid": bid, "ask": ask, **rest}}:
                self.set_quote(pair, Decimal(bid), Decimal(ask), now, hold="hold" in rest)
            case {"release": pair}:
                self._held.pop(pair, None)
            case {"move": move}:
                self._advance(now)
                self._move(move_of(move, now))
            case {"end": {"txid": txid, "reason": reason}}:
                self.end_order(txid, reason, now)
            case {"status": status}:
                self.set_status(status, now)
            case {"advance": True}:
                self.advance(now)
            case _:
                raise ValueError(f"not a record of this exchange: {sorted(record)}")

    def _publish_changes(
        self, now: float, cause: _Cause, *, always: bool = False, partly: bool = False
    ) -> list[Delivery]:
        """Return the feed messages of the latest changes; if there are any, their cause is recorded.

        ``partly``: a part of a cancellation was refused, so each ended order is recorded instead.
        """
        changes = self._venue.take_changes()
        if changes or always:
            for done in ended_orders(changes) if partly else (cause,):
                self._write_down(now, done)
        return self._feeds.publish(changes, now)

    def _refusal(self, connection: int, request: Request, token: Secret | None, now: float) -> str | None:
        """Return the error for which this request is refused before it is carried out, or None."""
        if type(request) is Subscribe or type(request) is Unsubscribe:
            problem = feed_name_problem(request)
            if problem is not None or is_public(request):
                return problem
        # Giving up a subscription is possible without a token.
        if type(request) is not Unsubscribe and not self._admits(connection, token, now):
            subscribes = type(request) is Subscribe
            return self.options.errors.invalid_session if subscribes else self.options.errors.invalid_token
        allowed = _PERMISSIONS[type(request)] in self._credentials.permissions
        return None if allowed else "EGeneral:Permission denied"

    def _admits(self, connection: int, token: Secret | None, now: float) -> bool:
        lasts = not self.options.connection.token_needs_subscription or self._feeds.has_private_subscription(
            connection
        )
        return self._tokens.admits(token, connection, now, lasts=lasts)

    def _carry_out(self, request: Request, now: float) -> list[Reply]:
        """Carry out a request that came by REST; its feed messages wait for the reply."""
        answers = carry_out(request, self._venue, self._seed, now)
        self._undelivered += self._publish_changes(now, request, partly=is_partly_refused(request, answers))
        return answers

    def _answer(self, connection: int, request: Request, now: float) -> list[Reply]:
        if type(request) is Subscribe:
            return self._feeds.subscribe(connection, request, now)
        if type(request) is Unsubscribe:
            return self._feeds.unsubscribe(connection, request)
        return carry_out(request, self._venue, self._seed, now)


def _record_of(cause: _Cause) -> dict[str, Any]:
    return cause if isinstance(cause, dict) else {"request": {"event": cause.event, **fields_of(cause)}}
