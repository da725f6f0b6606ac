"""Reading from sockets within limits of size, time and encoding.

Every socket is read here and nowhere else, so that an endless answer can neither block a run nor fill the
memory. The caller interprets the bytes.
"""

from __future__ import annotations

import zlib
from typing import Final

import trio

from runner.kraken import MAX_FRAME_BYTES

CHUNK_BYTES: Final = 64 * 1024
"""Maximum number of bytes read at once."""

HEAD_BYTES: Final = 64 * 1024
"""Status line and headers of an answer, or of a refusal to open a WebSocket."""

ANSWER_BYTES: Final = MAX_FRAME_BYTES
"""One answer, unpacked: a list of open orders is as long here as it is on the WebSocket."""

ANSWER_S: Final = 15.0
"""From the call to the end of its answer."""

BYTES_PER_S: Final = 1024 * 1024
"""A long answer has a second more for each of these; what only drips has not."""

_PACKED: Final = {"gzip", "x-gzip", "deflate"}
_PLAIN: Final = {"", "identity"}
_ANY_ZLIB_HEADER: Final = zlib.MAX_WBITS | 32


class IntakeError(Exception):
    """The input was too long, too slow, or not text; the message says which."""


class Allowance:
    """The size and time limit of one answer; the time starts when the value is created."""

    def __init__(
        self, *, max_bytes: int = ANSWER_BYTES, seconds: float = ANSWER_S, bytes_per_s: float = BYTES_PER_S
    ) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._bytes_per_s = bytes_per_s
        self._started = trio.current_time()
        self.taken = 0

    @property
    def deadline(self) -> float:
        """Return the time limit of the answer, by Trio's clock."""
        return self._started + self._seconds + self.taken / self._bytes_per_s

    def count(self, size: int) -> None:
        """Count bytes that came in. Raises ``IntakeError`` when they are too many."""
        self.taken += size
        if self.taken > self._max_bytes:
            raise IntakeError(f"the answer is longer than {in_bytes(self._max_bytes)}")

    def expect(self, size: int) -> None:
        """Refuse an answer that announces too much. Raises ``IntakeError``."""
        if size > self._max_bytes:
            raise IntakeError(f"the answer is longer than {in_bytes(self._max_bytes)}")

    def late(self) -> IntakeError:
        """Return the error for an answer that is not there in time."""
        return IntakeError(f"no whole answer within {trio.current_time() - self._started:.0f} s")


async def take(stream: trio.abc.ReceiveStream, allowance: Allowance) -> bytes:
    """Return the next bytes of an answer; none at its end.

    Raises ``IntakeError``, and what the stream raises when it breaks.
    """
    with trio.move_on_at(allowance.deadline) as scope:
        data = bytes(await stream.receive_some(CHUNK_BYTES))
    if scope.cancelled_caught:
        raise allowance.late()
    allowance.count(len(data))
    return data


async def take_burst(stream: trio.abc.ReceiveStream, max_bytes: int | None = CHUNK_BYTES) -> bytes:
    """Return the available bytes of a connection that stays open; empty at its end.

    The caller limits the silence of the connection and the length of messages.
    """
    return bytes(await stream.receive_some(max_bytes or CHUNK_BYTES))


def unpack(body: bytes, encoding: str, *, max_bytes: int = ANSWER_BYTES) -> bytes:
    """Decode a body with a ``Content-Encoding``, which was not requested. Raises ``IntakeError``."""
    kind = encoding.strip().lower()
    if kind in _PLAIN:
        return body
    if kind not in _PACKED:
        raise IntakeError(f"the answer is encoded as {kind[:20]!r}, which was not requested")
    unpacking = zlib.decompressobj(_ANY_ZLIB_HEADER)
    try:
        plain = unpacking.decompress(body, max_bytes + 1)
    except zlib.error:
        raise IntakeError("the answer cannot be unpacked") from None
    if len(plain) > max_bytes:
        raise IntakeError(f"the answer is longer than {in_bytes(max_bytes)}")
    if not unpacking.eof:
        raise IntakeError("the answer cannot be unpacked: its end is missing")
    return plain


def strict_text(body: bytes) -> str:
    """Return a body as text, which is UTF-8 whatever its headers say. Raises ``IntakeError``."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntakeError("the answer is not UTF-8") from None


def in_bytes(size: int) -> str:
    """Return a limit for people."""
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"
