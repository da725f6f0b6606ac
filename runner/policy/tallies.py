"""Running sums for the limits that are about more than one message.

Each part of a sum belongs to one order, so an order that is sent again is counted once. What could not be
priced makes its sum unknown, and an unknown sum is never below a limit.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from .prices import NoPrice

Amount = Decimal | NoPrice
_NOTHING = Decimal()


class Tallies:
    """Sums by bucket (the scope of a limit). Amounts are in the unit of the limit."""

    def __init__(self) -> None:
        self._sums: dict[Hashable, Decimal] = {}
        self._parts: dict[tuple[Hashable, Hashable], Decimal] = {}
        self._unknown: dict[tuple[Hashable, Hashable], NoPrice] = {}
        self._unknown_in: dict[Hashable, NoPrice] = {}

    def before(self, bucket: Hashable, owner: Hashable) -> Amount:
        """Return the sum of a bucket without what an owner has in it."""
        unknown = self._unknown_in.get(bucket)
        if unknown is not None and (bucket, owner) not in self._unknown:
            return unknown
        return self._sums.get(bucket, _NOTHING) - self.part(bucket, owner)

    def part(self, bucket: Hashable, owner: Hashable) -> Decimal:
        """Return what an owner has in a bucket, as far as it has a price."""
        return self._parts.get((bucket, owner), _NOTHING)

    def put(self, bucket: Hashable, owner: Hashable, amount: Amount) -> None:
        """Count an owner's amount, in place of what it had there before."""
        if isinstance(amount, NoPrice):
            self._unknown[bucket, owner] = self._unknown_in[bucket] = amount
            return
        known = self.part(bucket, owner)
        self._sums[bucket] = self._sums.get(bucket, _NOTHING) - known + amount
        self._parts[bucket, owner] = amount
