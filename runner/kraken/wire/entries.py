"""The entries of a long list, cut out of its JSON while that arrives, so that it is never held as a whole.

An answer of OpenOrders is ``{"error": [], "result": {"open": {txid: order, ...}}}``. Each order is handed
over when it is complete, and a number is left in its place; what remains is short, and is parsed like any
answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .codec import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY_DEPTH: Final = 4
"""The depth of an order in the objects of an answer."""

MAX_ENTRY_BYTES: Final = 1024 * 1024
"""The longest order, or any one text, in an answer: an order lists its trades, of about 22 bytes each."""

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}"]', re.DOTALL)
"""A whole text, a brace, or the beginning of a text whose end is still to come."""

_TEXT, _OPEN = b'"{'


class EntryCutter:
    """Cuts entries out of an answer; ``take`` gets each with its name. ``count``: how many there were."""

    def __init__(self, take: Callable[[str, str], None]) -> None:
        self._take = take
        self._rest = b""
        self._seen = 0  # how much of the rest was looked at
        self._depth = 0
        self._name = b""
        self.count = 0

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; return what is left of them. Raises ``FrameError``."""
        data = self._rest + data
        left: list[bytes] = []
        done = start = 0
        for token in _TOKEN.finditer(data, self._seen):
            at, end = token.span()
            kind = data[at]
            if kind == _TEXT:
                if end - at == 1:
                    break
                if self._depth == ENTRY_DEPTH - 1:
                    self._name = data[at + 1 : end - 1]
            elif kind == _OPEN:
                self._depth += 1
                start = at if self._depth == ENTRY_DEPTH else start
            else:
                if self._depth == ENTRY_DEPTH:
                    left += (data[done:start], b"%d" % self.count)
                    self._hand_over(data[start:end])
                    done = end
                self._depth -= 1
            self._seen = end
        keep = start if self._depth >= ENTRY_DEPTH else max(self._seen, done)
        left.append(data[done:keep])
        self._rest, self._seen = data[keep:], self._seen - keep
        if len(self._rest) > MAX_ENTRY_BYTES:
            raise FrameError(f"an entry longer than {MAX_ENTRY_BYTES >> 20} MiB")
        return b"".join(left)

    def end(self) -> bytes:
        """Return what was not complete when the answer ended."""
        return self._rest

    def _hand_over(self, entry: bytes) -> None:
        self.count += 1
        try:
            self._take(self._name.decode(), entry.decode())
        except UnicodeDecodeError:
            raise FrameError("not UTF-8") from None
