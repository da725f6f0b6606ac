"""The one table of the exchange's error texts: the kind of each, and whether it settles an order.

A kind is data. It says whether the order is certainly not booked, or whether that has to be looked up; the
reaction is decided elsewhere.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable


class ErrorKind(Enum):
    """The subject of an error text of the exchange."""

    GONE = auto()
    """The order to cancel is not open: filled, canceled, or never known."""
    DUPLICATE = auto()
    """An order with this client order id is open already, perhaps the requested one."""
    ARGUMENTS = auto()
    """The request itself is wrong: a price, a volume, a pair, a field."""
    UNKNOWN_METHOD = auto()
    """The exchange does not know the call; it is an older one, or a replacement."""
    FUNDS = auto()
    """Not enough money or margin for the order."""
    ORDERS_LIMIT = auto()
    """Too many open orders or positions."""
    RATE = auto()
    """Too many transactions on this pair for now; the order was counted and refused."""
    ACCOUNT_RATE = auto()
    """Too many transactions of this account for now, on whatever pairs; refused."""
    MESSAGE_RATE = auto()
    """Too many messages on this connection; one was dropped, and not always is it known which."""
    DEADLINE = auto()
    """The order reached the matching engine after its deadline, and was refused there: it was long on its
    way, or one of the clocks is wrong."""
    INVALID_DEADLINE = auto()
    """By the exchange's clock the deadline is over or too far ahead: one of the clocks is wrong."""
    MARKET_STATE = auto()
    """The market takes no such orders for now (``cancel_only``, ``post_only``, ``limit_only``)."""
    BAD_TOKEN = auto()
    """The WebSocket token is refused; a new one may help."""
    BAD_KEY = auto()
    """The API key or its signature is refused."""
    INVALID_NONCE = auto()
    """The nonce is not greater than the one before: two programs share a key, or a clock went back."""
    PERMISSION = auto()
    """The API key or the account may not do this."""
    LOCKOUT = auto()
    """The account is shut out for a while (about 15 minutes)."""
    BUSY = auto()
    """The exchange is in trouble and does not say how far the request got."""
    OTHER = auto()
    """A text that is not in the table."""


# First match wins. A row matches anywhere in the text (it has been seen in brackets) when no further
# word follows: details after a colon and remarks in parentheses are let pass.
_TABLE = (
    (r"EOrder:(?:Unknown|Invalid) order", ErrorKind.GONE),
    (r"E[a-z]+:.*\bduplicate\b.*", ErrorKind.DUPLICATE),  # The exchange's own words are not documented.
    (r"EOrder:Insufficient (?:funds|margin)", ErrorKind.FUNDS),
    (r"EOrder:Margin (?:allowance exceeded|level too low)", ErrorKind.FUNDS),
    (r"EOrder:(?:Scheduled orders|Orders|Positions) limit exceeded", ErrorKind.ORDERS_LIMIT),
    (r"EOrder:Margin position size exceeded", ErrorKind.ORDERS_LIMIT),
    (r"EOrder:Rate limit exceeded", ErrorKind.RATE),
    (r"EOrder:Domain rate limit exceeded|E(?:API|Auth):Rate limit exceeded", ErrorKind.ACCOUNT_RATE),
    (r"EService:Throttled", ErrorKind.ACCOUNT_RATE),
    (r"E(?:General|Auth):Too many requests", ErrorKind.ACCOUNT_RATE),
    (r"EBM:limit exceeded", ErrorKind.ACCOUNT_RATE),
    (r"Exceeded msg rate", ErrorKind.MESSAGE_RATE),
    (r"EService:Deadline elapsed", ErrorKind.DEADLINE),
    (r"E(?:General:Invalid arguments|Order):.*\bdeadline\b.*", ErrorKind.INVALID_DEADLINE),
    (r"EService:Market in \w+ mode", ErrorKind.MARKET_STATE),
    (r"ESession:Invalid session|EAPI:Invalid token", ErrorKind.BAD_TOKEN),
    (r"EAPI:Invalid (?:key|signature)", ErrorKind.BAD_KEY),
    (r"EAPI:Invalid nonce", ErrorKind.INVALID_NONCE),
    (r"EGeneral:Permission denied|EAccount:Invalid permissions", ErrorKind.PERMISSION),
    (r"EAuth:Account (?:temporary disabled|unconfirmed)", ErrorKind.PERMISSION),
    (r"EGeneral:Temporary lockout", ErrorKind.LOCKOUT),
    (r"EGeneral:Internal error|EService:(?:Unavailable|Busy|Timeout)", ErrorKind.BUSY),
    (r"EGeneral:Unknown method", ErrorKind.UNKNOWN_METHOD),
    (r"EGeneral:Invalid arguments|EAPI:Bad request", ErrorKind.ARGUMENTS),
    (r"EOrder:(?:Order|Cost) minimum not met", ErrorKind.ARGUMENTS),
    (r"EOrder:(?:Tick size check failed|Invalid price|Post only order)", ErrorKind.ARGUMENTS),
    (r"EQuery:Unknown asset pair|ETrade:Invalid request|Malformed request", ErrorKind.ARGUMENTS),
)
_MAX_TEXT = 1_000  # characters that are looked at; real texts have fewer than a hundred
_NO_FURTHER_WORD = r"(?! ?\w)"
_ROWS = tuple((re.compile(f"(?:{row}){_NO_FURTHER_WORD}", re.IGNORECASE), found) for row, found in _TABLE)

# A dropped message has been seen for subscriptions alone, and never with the request's own words; a
# duplicate may be the order itself, sent before.
_AMBIGUOUS = frozenset({ErrorKind.BUSY, ErrorKind.DUPLICATE, ErrorKind.MESSAGE_RATE})

# Texts not in the table: these speakers judge the order or the caller before anything is booked.
# EService and EGeneral also report trouble in transit, and so may unknown prefixes.
_JUDGES = re.compile(r"\bE(?:Order|Trade|Query|API|Auth|Account|Session):", re.IGNORECASE)


class ErrorText(Struct, frozen=True):
    """An error text of the exchange and its meaning; made by ``of``.

    ``definite``: in answer to ``addOrder`` it means that the order is certainly not booked.
    ``about_clocks``: the clocks must be compared before anything else is sent, because one may be wrong.
    """

    text: str
    kind: ErrorKind
    definite: bool
    about_clocks: bool

    @classmethod
    def of(cls, text: str) -> ErrorText:
        """Return an error text with its meaning."""
        return cls(text, classify(text), is_definite_refusal(text), is_about_the_clocks(text))

    def __str__(self) -> str:
        return self.text


def kinds_of(texts: Iterable[str]) -> frozenset[ErrorKind]:
    """Return the kinds of the error texts in one answer."""
    return frozenset(map(classify, texts))


def classify(text: str) -> ErrorKind:
    """Return what an error text is about; ``OTHER`` if it is not in the table."""
    looked_at = text[:_MAX_TEXT]
    return next((found for row, found in _ROWS if row.search(looked_at)), ErrorKind.OTHER)


def is_definite_refusal(text: str) -> bool:
    """Return whether an error in answer to ``addOrder`` means that the order is certainly not booked.

    Only known verdicts, and unknown texts of those that judge orders, are definite. Trouble inside the
    exchange, a duplicate id, a dropped message and texts from elsewhere are not: look the order up.
    An order that was sent before under the same id is to be looked up whatever the text says.
    """
    kind = classify(text)
    if kind is ErrorKind.OTHER:
        return _JUDGES.search(text[:_MAX_TEXT]) is not None
    return kind not in _AMBIGUOUS


def is_about_the_clocks(text: str) -> bool:
    """Return whether the clocks must be compared before anything else is sent: one may be wrong."""
    return "deadline" in text[:_MAX_TEXT].lower()
