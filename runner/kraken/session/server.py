"""One connection as the exchange sees it: frames to requests, messages to frames, heartbeat, silence.

It knows no order and no account. It watches what passes through it: a connection with a subscription gets
heartbeats, one without is closed when nothing has been said for a minute.
Source: https://docs.kraken.com/api/docs/guides/spot-ws-intro
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.kraken.wire.codec import FrameError, decode_request, dump_json, encode_reply, load_json
from runner.kraken.wire.messages import CancelOrder, Heartbeat, SubscriptionStatus

if TYPE_CHECKING:
    from typing import Any

    from runner.domain import Secret
    from runner.kraken.wire.messages import Reply, Request

HEARTBEAT_AFTER_S = 1.0
"""A subscribed connection hears something at least this often."""

INACTIVITY_S = 60.0
"""A connection without a subscription may be silent for this long."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The exchange wants to close the connection, with this WebSocket close code and reason."""

    code: int
    reason: str


class ServerSession:
    """The exchange's side of one connection.

    ``accept_numbers`` takes JSON numbers where the documents ask for text, ``accept_single_ids`` a text for a
    list of one in ``cancelOrder``, and ``accept_any_reqid`` passes over a ``reqid`` that is no integer.
    ``inactivity_s`` is infinite for a connection that is never closed for its silence. Call ``handle_timer``
    when ``timer()`` is reached, send what it returns, and close the connection once ``closing`` is set.
    """

    def __init__(
        self,
        now: float,
        *,
        accept_numbers: bool = False,
        accept_single_ids: bool = False,
        accept_any_reqid: bool = False,
        inactivity_s: float = INACTIVITY_S,
    ) -> None:
        self.closing: Closing | None = None
        self._accept_numbers = accept_numbers
        self._accept_single_ids = accept_single_ids
        self._accept_any_reqid = accept_any_reqid
        self._inactivity_s = inactivity_s
        self._subscriptions: dict[str, None] = {}
        self._sent = now
        self._heard = now

    @property
    def subscriptions(self) -> list[str]:
        """The feeds that this connection is subscribed to, a public one with its pair."""
        return list(self._subscriptions)

    def receive(self, text: str, now: float) -> tuple[Request, Secret | None] | FrameError:
        """Return a client's frame as request and token, or why it is none."""
        self._heard = now
        try:
            return decode_request(text)
        except FrameError as error:
            return self._second_reading(text, error)

    def send(self, message: Reply, now: float) -> str:
        """Return a message as the text of a frame that leaves now."""
        self._sent = now
        if type(message) is SubscriptionStatus:
            self._watch(message)
        return encode_reply(message)

    def timer(self) -> float:
        """Return when ``handle_timer`` has something to do, in Unix seconds."""
        if self._subscriptions:
            return self._sent + HEARTBEAT_AFTER_S
        return max(self._sent, self._heard) + self._inactivity_s

    def handle_timer(self, now: float) -> list[str]:
        """Return the frames that are due: a heartbeat, or none. After too long a silence sets ``closing``."""
        if now < self.timer():
            return []
        if self._subscriptions:
            return [self.send(Heartbeat(), now)]
        self.closing = Closing(1000, "inactivity")
        return []

    def _watch(self, message: SubscriptionStatus) -> None:
        name = message.channelName
        if name is None:
            return
        feed = name if message.pair is None else f"{name} {message.pair}"
        if message.status == "subscribed":
            self._subscriptions[feed] = None
        elif message.status == "unsubscribed":
            self._subscriptions.pop(feed, None)

    def _second_reading(self, text: str, error: FrameError) -> tuple[Request, Secret | None] | FrameError:
        lenient = self._accept_numbers or self._accept_single_ids or self._accept_any_reqid
        if not lenient or error.event is None:
            return error
        content = load_json(text)
        if self._accept_single_ids and error.event == CancelOrder.event:
            content |= {name: [content[name]] for name in _LISTS if isinstance(content.get(name), str)}
        if self._accept_any_reqid and type(content.get("reqid")) is not int:
            content.pop("reqid", None)
        if self._accept_numbers:
            content = {name: _as_text(name, value) for name, value in content.items()}
        elif any(isinstance(value, Decimal) for value in content.values()):
            # Written again, it would be text.
            return error
        try:
            return decode_request(dump_json(content))
        except FrameError as still:
            return still


_LISTS = ("txid", "cl_ord_id")


def _as_text(name: str, value: Any) -> Any:
    # A number with a fraction is written as text in any case, and ``reqid`` is a number by the documents.
    return str(value) if type(value) is int and name != "reqid" else value
