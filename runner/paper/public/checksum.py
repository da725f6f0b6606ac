"""The checksum by which a client sees that it has kept a book right: CRC32 over the ten best of each side.

Source: https://docs.kraken.com/api/docs/guides/spot-ws-book-v1
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

LEVELS = 10
"""On each side, whatever the depth of the book."""


def checksum(asks: Iterable[tuple[str, str]], bids: Iterable[tuple[str, str]]) -> int:
    """Return the checksum of prices and volumes as they were sent, best first: unsigned, 32 bits.

    Each is taken without its point and its leading zeros.
    """
    parts = [text for side in (asks, bids) for level in islice(side, LEVELS) for text in level]
    return crc32("".join(text.replace(".", "").lstrip("0") for text in parts).encode())
