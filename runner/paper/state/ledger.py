"""The account's ledger: an entry for each change of a balance, so that their sum is the balance.

Rollover fees do not exist here, and nothing is deposited but what the account opens with.
Source: https://docs.kraken.com/api/docs/rest-api/get-ledgers
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from .account import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from .account import Account


class LedgerType(StrEnum):
    """The exchange's types of entries, as far as they occur here."""

    DEPOSIT = "deposit"
    TRADE = "trade"
    MARGIN = "margin"
    SETTLED = "settled"


class LedgerEntry(Struct, frozen=True):
    """A change of a balance by ``amount`` less ``fee``, and the balance after it.

    ``number`` counts entries; ``refid`` is the trade or the order that caused it, empty for a deposit.
    """

    number: int
    refid: str
    time: float
    type: LedgerType
    asset: str
    amount: Decimal
    fee: Decimal
    balance: Decimal


class Ledger:
    """The latest ``most`` entries. An account that is booked through here has no other changes."""

    def __init__(self, account: Account, most: int) -> None:
        self._account = account
        self._entries: deque[LedgerEntry] = deque(maxlen=most)
        self._count = 0

    @property
    def entries(self) -> tuple[LedgerEntry, ...]:
        """The entries, oldest first."""
        return tuple(self._entries)

    def begin(self, opened: float) -> None:
        """Enter what the account has from the beginning."""
        for asset, amount in self._account.balances.items():
            if amount:
                self._enter(LedgerType.DEPOSIT, "", opened, (asset, amount, ZERO))

    def book(
        self,
        type: LedgerType,
        *,
        refid: str,
        now: float,
        asset: str,
        amount: Decimal,
        fee: Decimal = ZERO,
    ) -> None:
        """Change a balance by an amount less a fee, and enter it."""
        if amount or fee:
            self._account.move(asset, amount - fee)
            self._enter(type, refid, now, (asset, amount, fee))

    def _enter(self, type: LedgerType, refid: str, now: float, change: tuple[str, Decimal, Decimal]) -> None:
        self._count += 1
        balance = self._account.balance(change[0])
        self._entries.append(LedgerEntry(self._count, refid, now, type, *change, balance))
