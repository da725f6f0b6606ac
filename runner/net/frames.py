"""WebSocket frames as bytes, as far as a burst of plain text messages needs them.

It cuts whole, final, unmasked text frames out of what a server sends, and makes those that either side sends.
Whatever else it meets it only names, for a full implementation to judge. No socket and no state.
Source: RFC 6455, section 5.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT: Final = 0x81
_CLOSE: Final = 0x88
_PING: Final = 0x89
_PONG: Final = 0x8A
_CONTROL: Final = (_PING, _PONG)
"""A close is not among them: nothing after it is ours to read."""

_SHORT, _MEDIUM, _LONG = 125, 126, 127
_MASKED: Final = 0x80
_MASK_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Cut:
    """The frames of some bytes. ``texts``: the messages; ``pings``: their payloads. Pongs are dropped.

    ``rest``: bytes not parsed yet. ``foreign``: the rest begins with a frame that this module does not parse.
    ``missing``: the minimum length of the rest before parsing it again. ``too_long``: the rest begins with a
    text above the size limit.
    """

    texts: list[str]
    pings: list[bytes]
    rest: bytes
    foreign: bool
    missing: int
    too_long: bool = False


def cut(data: bytes, *, max_bytes: int) -> Cut:
    """Cut what is whole off the front of ``data``; a text longer than ``max_bytes`` is foreign."""
    texts: list[str] = []
    pings: list[bytes] = []
    at, have, foreign, missing, size = 0, len(data), False, 2, 0
    while have - at >= 2:
        size = data[at + 1]
        if data[at] == _TEXT and size == _MEDIUM and have - at >= 4 and data[at + 2]:
            start, size = at + 4, data[at + 2] << 8 | data[at + 3]  # Most are of this kind.
        else:
            start, size = _extent(data, at)
        if size < 0 or size > max_bytes:
            foreign = True
            break
        end = start + size
        if end > have:
            missing = end - at
            break
        if data[at] == _PING:
            pings.append(data[start:end])
        elif data[at] == _TEXT:
            try:
                texts.append(data[start:end].decode())
            except UnicodeDecodeError:
                foreign = True
                break
        at = end
    return Cut(texts, pings, data[at:], foreign, missing, too_long=foreign and size > max_bytes)


def text_frames(texts: Iterable[str]) -> bytes:
    """One masked final text frame for each message, one after the other."""
    payloads = [text.encode() for text in texts]
    masks = os.urandom(_MASK_BYTES * len(payloads))
    parts: list[bytes] = []
    for number, payload in enumerate(payloads):
        mask = masks[_MASK_BYTES * number : _MASK_BYTES * (number + 1)]
        parts += (_head(len(payload)), mask, _mask_payload(payload, mask))
    return b"".join(parts)


def pong_frames(payloads: Iterable[bytes]) -> bytes:
    """Return the answers to pings, masked."""
    return b"".join(_short_frame(_PONG, payload) for payload in payloads)


def close_frame(code: int) -> bytes:
    """Return a close frame, masked."""
    return _short_frame(_CLOSE, code.to_bytes(2, "big"))


def bare_text_frames(texts: Iterable[str]) -> bytes:
    """Return the same without masks, as a server sends them."""
    payloads = [text.encode() for text in texts]
    return b"".join([_head(len(payload), masked=0) + payload for payload in payloads])


def _extent(data: bytes, at: int) -> tuple[int, int]:
    """Return the start and the size of the payload of the frame at ``at``; size -1 for a foreign frame.

    While the size is incomplete, the payload starts beyond the data.
    """
    first, size = data[at], data[at + 1]
    if size <= _SHORT:
        return at + 2, size if first == _TEXT or first in _CONTROL else -1
    if first != _TEXT or size > _LONG:
        return at, -1
    width = 2 if size == _MEDIUM else 8
    start = at + 2 + width
    if start > len(data):
        return start, 0
    long_size = int.from_bytes(data[at + 2 : start], "big")
    # A size that would have had room in a shorter form is for others to complain about.
    return start, long_size if long_size > (_SHORT if width == 2 else 0xFFFF) else -1


def _head(size: int, masked: int = _MASKED) -> bytes:
    if size <= _SHORT:
        return bytes((_TEXT, masked | size))
    if size <= 0xFFFF:
        return bytes((_TEXT, masked | _MEDIUM)) + size.to_bytes(2, "big")
    return bytes((_TEXT, masked | _LONG)) + size.to_bytes(8, "big")


def _short_frame(first: int, payload: bytes) -> bytes:
    mask = os.urandom(_MASK_BYTES)
    return bytes((first, _MASKED | len(payload))) + mask + _mask_payload(payload, mask)


def _mask_payload(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    keys = (mask * (size // _MASK_BYTES + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(keys, "little")).to_bytes(size, "little")
