"""The parts that both sides of the exchange share, REST and WebSocket."""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .book import Book
from .ledger import Ledger

if TYPE_CHECKING:
    from .script import Script
    from .trading import Session


@dataclass
class Venue:
    """One exchange with one account."""

    script: Script
    book: Book
    random: random.Random
    api_key: str = field(default_factory=lambda: "KEY" + secrets.token_hex(24))
    api_secret: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(64)).decode())
    ledger: Ledger = field(default_factory=Ledger)
    sessions: list[Session] = field(default_factory=list)
    orders_received: int = 0
    burst: int = 0
    upgrades_to_refuse: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, script: Script) -> Venue:
        """A venue that behaves as the script says."""
        book = Book(script.standing, script.history, script.seed)
        return cls(script=script, book=book, random=random.Random(script.seed))

    def new_token(self) -> str:
        """Issue a token; every call gives another."""
        self.ledger.tokens.append(secrets.token_urlsafe(33))
        return self.ledger.tokens[-1]

    def accepts(self, token: object, event: str) -> bool:
        """Return whether a frame of this kind may carry this token."""
        refused = self.script.refuse_first_tokens if self.script.refuse_tokens_in in ("", event) else 0
        return token in self.ledger.tokens[refused:]

    async def publish(self, entries: list[dict[str, Any]]) -> None:
        """Send changes of orders to every connection that is subscribed."""
        for session in list(self.sessions):
            await session.feed(entries)

    def summary(self) -> dict[str, Any]:
        """The ledger and the book, as ``GET /ledger`` gives them."""
        orders = [
            {
                "txid": order.txid,
                "number": order.number,
                "status": order.status,
                "vol_exec": order.vol_exec,
                "cl_ord_id": order.request.get("cl_ord_id"),
                "userref": order.request.get("userref"),
                "request": order.request,
            }
            for order in self.book.orders.values()
        ]
        kept = self.ledger
        return {
            "entries": kept.entries,
            "tokens": kept.tokens,
            "token_calls": kept.token_calls,
            "connections": kept.connections,
            "orders": orders,
        }
