"""Prices and volumes as text and as ``Decimal``; never as binary floating point.

A relative price is relative to the last traded price (``price``) or to the trigger (``price2``).
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PRICE = re.compile(r"([+#-]?)([0-9]+(?:\.[0-9]+)?)(%?)")


@dataclass(frozen=True, slots=True)
class Price:
    """A price as the exchange reads it.

    ``sign`` is ``""`` for an absolute price, else ``+``, ``-`` or ``#`` (add or subtract by direction);
    ``percent`` says that ``amount`` is a percentage of the reference price.
    """

    sign: str
    amount: Decimal
    percent: bool

    @property
    def relative(self) -> bool:
        """Whether the price means something only beside a reference price."""
        return bool(self.sign) or self.percent


def parse_decimal(text: str) -> Decimal:
    """A plain decimal: digits, at most one point with digits on both sides. Raises ``ValueError``."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a plain decimal: {text!r}")
    return Decimal(text)


def parse_price(text: str) -> Price:
    """A price in any form that Kraken takes: ``150``, ``+2%``, ``#5``, ``-10``. Raises ``ValueError``."""
    match = _PRICE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a price: {text!r}")
    sign, amount, percent = match.groups()
    return Price(sign, Decimal(amount), bool(percent))
