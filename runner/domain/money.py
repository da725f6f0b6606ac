"""Prices and volumes as text and as ``Decimal``; never as binary floating point.

A relative price is relative to the last traded price (``price``) or to the trigger (``price2``).
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"(?<![0-9.])[1-9][0-9]{3,}")
_PRICE = re.compile(r"([+#-]?)([0-9]+(?:\.[0-9]+)?)(%?)")


@dataclass(frozen=True, slots=True)
class Price:
    """A price as the exchange reads it.

    ``sign`` is ``""`` for an absolute price, else ``+``, ``-`` or ``#`` (add or subtract by direction);
    ``percent`` says that ``amount`` is a percentage of the reference price. ``text`` is its author's; prices
    that mean the same are equal, however they are written.
    """

    sign: str
    amount: Decimal
    percent: bool
    text: str = field(default="", compare=False)

    @property
    def relative(self) -> bool:
        """True if the price means something only together with a reference price."""
        return bool(self.sign) or self.percent


def parse_decimal(text: str) -> Decimal:
    """Parse a plain decimal: digits, at most one point with digits on both sides. Raises ``ValueError``."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a plain decimal: {text!r}")
    return Decimal(text)


def parse_price(text: str) -> Price:
    """Parse a price in any form that Kraken takes: ``150``, ``+2%``, ``#5``, ``-10``.

    Raises ``ValueError``.
    """
    match = _PRICE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a price: {text!r}")
    sign, amount, percent = match.groups()
    return Price(sign, Decimal(amount), bool(percent), text)


def decimal_text(value: Decimal, decimals: int = 10) -> str:
    """Return a decimal without an exponent and without zeros at its end, rounded to so many decimals."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN, context=_WIDE)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount of money for people: ``9,036.25 EUR``, ``0.0042 XBT``.

    Two decimals where cents are used, eight elsewhere; what is smaller keeps its first two digits.
    """
    decimals = 2 if currency in _WITH_CENTS else 8
    if amount and abs(amount) < Decimal(1).scaleb(-decimals):
        decimals = 1 - amount.adjusted()
    text = decimal_text(amount, decimals)
    return f"{grouped(_with_cents(text) if decimals == 2 else text)} {currency}"


def grouped(text: str) -> str:
    """Return a number with commas between its thousands, ``9,470.5``, whatever surrounds it."""
    return _WHOLE.sub(lambda match: f"{int(match.group()):,}", text, count=1)


def _with_cents(text: str) -> str:
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents:0<2}"


_WITH_CENTS = frozenset({"USD", "EUR", "GBP", "CAD", "CHF", "AUD", "USDT", "USDC", "DAI"})
# The sum of many orders, or an unaffordable one, may have more digits than the usual context.
_WIDE = Context(prec=100)
