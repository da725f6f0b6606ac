"""A message of the exchange on its way to a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from runner.kraken import Reply


class Delivery(Struct, frozen=True):
    """A message and the connection that it goes to."""

    connection: int
    message: Reply
