"""The fields of an ``addOrder`` as values: numbers, prices, times, flags, client ids.

Every function takes text and raises ``ValueError`` for text that means nothing. Whether a value is
allowed for an order is not decided here.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from runner.domain import parse_decimal, parse_price, parse_rfc3339

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import Price
    from runner.kraken import AddOrder
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.orders import Terms

# Within these, every product of a price and a volume that an account can pay for is exact.
MAX_WHOLE_DIGITS = 12
MAX_TEXT = 32

CACHED = 1024
"""Texts whose meaning is kept: an order's are read several times over before it is booked."""

_USERREF = re.compile(r"[+-]?[0-9]{1,10}")
_WHEN = re.compile(r"(\+?)([0-9]{1,12})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_FREE_TEXT = re.compile(r"[ -~]{1,18}")
_USERREF_MAX = 2**31 - 1


@lru_cache(maxsize=CACHED)
def number(text: str) -> Decimal:
    """Parse a plain decimal of a reasonable length."""
    _check_length(text)
    return parse_decimal(text)


@lru_cache(maxsize=CACHED)
def price(text: str) -> Price:
    """Parse a price, absolute or relative; a percentage needs a sign."""
    _check_length(text)
    value = parse_price(text)
    if value.percent and not value.sign:
        raise ValueError(f"a percentage without a sign: {text!r}")
    return value


def userref(text: str) -> int:
    """Parse a signed 32-bit integer."""
    if not _USERREF.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    value = int(text)
    if not -_USERREF_MAX - 1 <= value <= _USERREF_MAX:
        raise ValueError(f"out of range: {text!r}")
    return value


def when(text: str | None, now: float) -> float | None:
    """``0`` is never (None), ``+n`` is n seconds from now, ``n`` is Unix seconds."""
    if text is None:
        return None
    match = _WHEN.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time: {text!r}")
    sign, seconds = match.groups()
    if sign:
        return now + int(seconds)
    return int(seconds) or None


def deadline(text: str) -> float:
    """RFC 3339 as Unix seconds; orders that leave together have one deadline."""
    return parse_rfc3339(text)


def oflags(text: str | None, *, lenient: bool) -> tuple[str, ...]:
    """Parse the flags, in the order they were given, each once."""
    if text is None:
        return ()
    flags = [flag.strip() if lenient else flag for flag in text.split(",")]
    if lenient:
        return tuple(dict.fromkeys(flag for flag in flags if flag))
    if len(set(flags)) != len(flags):
        raise ValueError(f"a flag twice: {text!r}")
    return tuple(flags)


def cl_ord_key(text: str, *, folds: bool) -> str:
    """Return the form of a client order id by which ids are compared; ``folds`` makes spellings equal.

    Raises ValueError if the text is no client order id.
    Source: https://docs.kraken.com/api/docs/guides/spot-clordid
    """
    if _UUID.fullmatch(text) or _HEX.fullmatch(text):
        return text.lower().replace("-", "") if folds else text
    if not _FREE_TEXT.fullmatch(text):
        raise ValueError(f"not a client order id: {text!r}")
    return text


def limit_and_stop(
    request: AddOrder | Terms, instrument: Instrument, last: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    """Return the limit and the trigger price that a request means when the last trade was at ``last``."""
    if request.ordertype == "market" or request.price is None:
        return None, None
    value = price(request.price)
    first = value.amount
    if value.sign:
        upwards = _upwards(value.sign, request.type, request.ordertype)
        first = _resolve_price(value, last, instrument.tick, upwards=upwards)
    if request.ordertype == "limit":
        return first, None
    if request.price2 is None:
        return None, first
    # The second price is relative to the first, and its sign means what it says.
    value = price(request.price2)
    return _resolve_price(value, first, instrument.tick, upwards=value.sign == "+"), first


def moved(value: Price, last: Decimal, tick: Decimal) -> Decimal:
    """Resolve the price of an amendment: absolute, or moved from the last trade by what its sign says."""
    return _resolve_price(value, last, tick, upwards=value.sign == "+")


def _resolve_price(value: Price, reference: Decimal, tick: Decimal, *, upwards: bool) -> Decimal:
    if not value.relative:
        return value.amount
    offset = reference * value.amount / 100 if value.percent else value.amount
    if upwards:
        return _to_tick(reference + offset, tick)
    return _to_tick(reference - offset, tick)


def _upwards(sign: str, type: str, ordertype: str) -> bool:
    # A trailing stop says "+" for the distance of its reversal; the direction follows from the side. The
    # sign "#" points where the order would not trade at once: against the market for a stop, with it else.
    if sign == "-":
        return False
    if ordertype.startswith("trailing-stop"):
        return type == "buy"
    if sign == "+":
        return True
    return (type == "buy") == ordertype.startswith("stop-loss")


def _to_tick(value: Decimal, tick: Decimal) -> Decimal:
    return (value / tick).to_integral_value() * tick


def _check_length(text: str) -> None:
    whole = text.lstrip("+-#").partition(".")[0]
    if len(text) > MAX_TEXT or len(whole) > MAX_WHOLE_DIGITS:
        raise ValueError(f"too long: {text[:MAX_TEXT]!r}")
