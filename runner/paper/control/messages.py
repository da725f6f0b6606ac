"""The latest messages between clients and the exchange, as lines and as a whole; without tokens."""

from __future__ import annotations

import json
from collections import deque
from typing import Any, Final

from msgspec import Struct

from runner.kraken import FrameError, encode_reply, fields_of

from .actions import ControlError

MESSAGES_KEPT: Final = 60
TEXT_SHOWN: Final = 600
WHOLE_TEXT_MAX: Final = 256 * 1024
"""Characters of a line of the list, and of a whole message."""


class _Message(Struct, frozen=True):
    number: int
    at: float
    connection: int
    content: Any


class Messages:
    """The latest messages, numbered from 1."""

    def __init__(self) -> None:
        self._kept: deque[_Message] = deque(maxlen=MESSAGES_KEPT)
        self._count = 0

    def add(self, at: float, connection: int, content: Any) -> None:
        """Add a request with its token, an unreadable frame, or a message of the exchange."""
        self._count += 1
        self._kept.append(_Message(self._count, at, connection, content))

    def forget(self) -> None:
        """Drop them; numbers go on."""
        self._kept.clear()

    def lines(self) -> list[dict[str, Any]]:
        """Return the beginning of each message, the latest first."""
        return [_shown(message, TEXT_SHOWN) for message in reversed(self._kept)]

    def whole(self, number: Any) -> dict[str, Any]:
        """Return one message by its number. Raises ``ControlError`` for one that is not kept."""
        for message in self._kept:
            if str(message.number) == str(number):
                return _shown(message, WHOLE_TEXT_MAX)
        raise ControlError(f"only the last {MESSAGES_KEPT} messages are kept, and this is none of them")


def _shown(message: _Message, most: int) -> dict[str, Any]:
    match message.content:
        case FrameError() as error:
            way, text = "in", f"{error.event or 'a frame'} that cannot be read: {error}"
        case (request, _):
            way, text = "in", json.dumps({"event": request.event, **fields_of(request)})
        case reply:
            way, text = "out", encode_reply(reply)
    return {
        "number": message.number,
        "at": message.at,
        "connection": message.connection,
        "way": way,
        "text": text[:most],
        "cut": len(text) > most,
    }
