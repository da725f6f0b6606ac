"""A client that keeps a book from snapshot and updates, as a stranger writes it after the exchange's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zlib import crc32


class BookClient:
    """A stranger's client: a book by price that is cut after each message, and a checksum of its own."""

    def __init__(self, snapshot: dict[str, Any], depth: int) -> None:
        self.depth = depth
        self.sides = {name: {level[0]: level[1] for level in snapshot[f"{name}s"]} for name in ("a", "b")}

    def take(self, parts: tuple[dict[str, Any], ...]) -> str:
        """Apply an update; gives the checksum that came with it."""
        for part in parts:
            for name in ("a", "b"):
                for price, volume, *_ in part.get(name, ()):
                    if Decimal(volume):
                        self.sides[name][price] = volume
                    else:
                        self.sides[name].pop(price, None)
        for name in ("a", "b"):
            kept = sorted(self.sides[name], key=Decimal, reverse=name == "b")[: self.depth]
            self.sides[name] = {price: self.sides[name][price] for price in kept}
        sums: str = parts[-1]["c"]
        return sums

    def checksum(self) -> str:
        """Return the checksum of what this client has."""
        levels = [level for name in ("a", "b") for level in list(self.sides[name].items())[:10]]
        text = "".join(part.replace(".", "").lstrip("0") for level in levels for part in level)
        return str(crc32(text.encode()))
