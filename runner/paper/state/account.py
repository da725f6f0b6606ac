"""One account's balances, and what its open orders hold of them.

An order's hold is set again after every change of the order, and is the most that the order can still
take: so no fill ever finds the balance short. What orders are is not known here.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

ZERO = Decimal(0)
_STEP = Decimal("0.0000000001")
# The cost of an unaffordable order may have more digits than the usual context.
_WIDE = Context(prec=100)


def rounded_down(amount: Decimal) -> Decimal:
    """Return an amount of money in whole steps of 10 decimals; what is charged is rounded so."""
    return amount.quantize(_STEP, ROUND_DOWN, _WIDE)


def rounded_up(amount: Decimal) -> Decimal:
    """Return the same upwards; what is held is rounded so, and therefore covers every sum of charges."""
    return amount.quantize(_STEP, ROUND_UP, _WIDE)


class Hold(Struct, frozen=True):
    """The amount that one open order keeps from being spent otherwise."""

    asset: str
    amount: Decimal


class Account:
    """Balances by currency and holds by order; ``available`` is the difference."""

    def __init__(self, balances: Mapping[str, Decimal]) -> None:
        self._balances = dict(balances)
        self._holds: dict[str, Hold] = {}
        self._held: dict[str, Decimal] = {}

    @property
    def balances(self) -> dict[str, Decimal]:
        """A copy of all balances."""
        return dict(self._balances)

    @property
    def holds(self) -> dict[str, Hold]:
        """A copy of all holds by txid."""
        return dict(self._holds)

    def balance(self, asset: str) -> Decimal:
        """Return the balance of a currency, including what open orders hold of it."""
        return self._balances.get(asset, ZERO)

    def held(self, asset: str) -> Decimal:
        """Return the amount of a currency that open orders hold."""
        return self._held.get(asset, ZERO)

    def available(self, asset: str) -> Decimal:
        """Return the amount of a currency that a new order may hold."""
        return self._balances.get(asset, ZERO) - self._held.get(asset, ZERO)

    def held_by(self, txid: str) -> Decimal:
        """Return the amount that one order holds, in the currency of its hold; 0 if it holds nothing."""
        hold = self._holds.get(txid)
        return ZERO if hold is None else hold.amount

    def holds_of(self, txid: str, asset: str) -> bool:
        """Return whether an order holds any amount of a currency."""
        hold = self._holds.get(txid)
        return hold is not None and hold.asset == asset

    def hold(self, txid: str, hold: Hold) -> None:
        """Hold this for an order, instead of what it held before."""
        if txid in self._holds:
            self.release(txid)
        if hold.amount:
            self._holds[txid] = hold
            self._held[hold.asset] = self._held.get(hold.asset, ZERO) + hold.amount

    def release(self, txid: str) -> None:
        """Hold nothing for an order any more."""
        hold = self._holds.pop(txid, None)
        if hold is not None:
            self._held[hold.asset] -= hold.amount

    def move(self, asset: str, amount: Decimal) -> None:
        """Add to a balance, or take from it when ``amount`` is negative; never below zero."""
        balance = self.balance(asset) + amount
        assert balance >= 0, f"{asset} would be {balance}"
        self._balances[asset] = balance
