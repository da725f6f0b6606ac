"""Ids that look like the exchange's and depend on a seed and a counter alone.

Nothing here is random: the same seed gives the same exchange on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAIRS = [low + high for high in _ALPHABET for low in _ALPHABET]
_EIGHT = len(_ALPHABET) ** 8
_TXID = re.compile(r"O[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{6}")


def order_id(seed: str, number: int) -> str:
    """Return the transaction id of the n-th order: ``O`` and five, five, six characters."""
    return _id("O", seed, number)


def trade_id(seed: str, number: int) -> str:
    """Return the id of the n-th trade, in the same form with a leading ``T``."""
    return _id("T", seed, number)


def position_id(seed: str, number: int) -> str:
    """Return the id of the position that the n-th trade opened; it looks like a trade's."""
    return _id("T", f"{seed}/position", number)


def amend_id(seed: str, number: int) -> str:
    """Return the id of the n-th amendment; it looks like a trade's."""
    return _id("T", f"{seed}/amend", number)


def ledger_id(seed: str, number: int) -> str:
    """Return the id of the n-th entry of the ledger, with a leading ``L``."""
    return _id("L", seed, number)


def deposit_id(seed: str, number: int) -> str:
    """Return the reference of a deposit; it looks like a trade's."""
    return _id("F", f"{seed}/deposit", number)


def iban(seed: str) -> str:
    """Return the IBAN of the account, by which it is known with each of its keys."""
    number = int.from_bytes(_digest("iban", seed, 0)[:8], "big")
    return f"AA{number % 97:02d}N84G{number:020d}"


def token(seed: str, number: int, now: float) -> str:
    """Return a WebSocket token: 43 characters of Base64."""
    return base64.b64encode(_digest("token", seed, number, repr(now))).decode().rstrip("=")


def connection_id(seed: str, connection: int) -> int:
    """Return the unsigned 64-bit number that ``systemStatus`` shows."""
    return int.from_bytes(_digest("connection", seed, connection)[:8], "big")


def shuffle_key(seed: str, *parts: object) -> bytes:
    """Return a sort key that is as good as random and always the same."""
    return _digest("shuffle", seed, *parts)


def is_order_id(text: str) -> bool:
    """Return whether a text has the form of an order's transaction id."""
    return _TXID.fullmatch(text) is not None


@lru_cache(maxsize=1024)  # A simulation may open a thousand exchanges with the same seed.
def _id(kind: str, seed: str, number: int) -> str:
    value = int.from_bytes(_digest(kind, seed, number), "big")
    # Two letters at a time, and in two halves, so that the numbers are small: every order has an id.
    value, first = divmod(value, _EIGHT)
    text = kind + _eight_letters(first) + _eight_letters(value % _EIGHT)
    return f"{text[:6]}-{text[6:11]}-{text[11:]}"


def _eight_letters(value: int) -> str:
    value, first = divmod(value, len(_PAIRS))
    value, second = divmod(value, len(_PAIRS))
    fourth, third = divmod(value, len(_PAIRS))
    return _PAIRS[first] + _PAIRS[second] + _PAIRS[third] + _PAIRS[fourth]


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
