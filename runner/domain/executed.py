"""The execution of an order: what was traded of it, what that cost, and how far it was from the plan's price.

Amounts are the exchange's own texts, to the last digit; one that is unknown is None and never 0. The exchange
counts cost, fee and average price in the quote currency, also where it takes the fee in the base currency.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from msgspec import Struct

from .money import parse_decimal

_PERCENT_STEP: Final = Decimal("0.0001")


class Executed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last figures of one order: ``status`` in the exchange's word, and cumulative amounts.

    ``seen_at`` is when they were shown, in RFC 3339. ``awaited``: the order was to end at once, and the wait
    for its figures ended without them.
    """

    status: str | None = None
    vol_exec: str | None = None
    cost: str | None = None
    fee: str | None = None
    avg_price: str | None = None
    seen_at: str | None = None
    awaited: bool = False

    @property
    def nothing_traded(self) -> bool:
        """True if the exchange says that none of it was executed."""
        return self.vol_exec is not None and not self.vol_exec.strip("0.")

    @property
    def complete(self) -> bool:
        """True if no figure of what was executed is missing."""
        figures = (self.vol_exec, self.cost, self.fee, self.avg_price)
        return bool(self.status) and (self.nothing_traded or None not in figures)

    def is_outdated_by(self, known: Executed) -> bool:
        """Return whether others are newer: more was executed, or as much and these lack something.

        Feed and records lag behind each other, so the later word is not always the newer one.
        """
        volume, before = _volume(self.vol_exec), _volume(known.vol_exec)
        if before is not None and volume != before:
            return volume is None or volume < before
        return known.complete and not self.complete


class Slippage(Struct, frozen=True):
    """The difference from the plan's price: worse if it is positive.

    ``amount`` is in the quote currency for each base unit; ``percent`` is rounded to four decimals.
    """

    amount: Decimal
    percent: Decimal


def slippage(type: str | None, avg_price: str | None, plan_price: str | None) -> Slippage | None:
    """Return how much worse a price was than the plan's for a side; None if one of them is unknown."""
    if avg_price is None or plan_price is None:
        return None
    try:
        paid, planned = parse_decimal(avg_price), parse_decimal(plan_price)
    except ValueError:
        return None
    if type is None or not planned:
        return None
    worse = paid - planned if type == "buy" else planned - paid
    return Slippage(worse, (worse / planned * 100).quantize(_PERCENT_STEP, ROUND_HALF_EVEN))


def _volume(text: str | None) -> Decimal | None:
    try:
        return None if text is None else parse_decimal(text)
    except ValueError:
        return None
