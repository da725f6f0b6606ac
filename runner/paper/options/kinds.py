"""The kinds of values that options have: bounded numbers, rows of a table, and choices by name."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from runner.domain import Permission

MOST: Final = 10**10
"""Upper bound of every number, so that no option makes arithmetic slow. Unix seconds are below it."""

Seconds = Annotated[float, Meta(ge=0, le=MOST)]
Rate = Annotated[float, Meta(ge=0, le=MOST)]
Count = Annotated[int, Meta(ge=0, le=MOST)]
Number = Annotated[int, Meta(ge=1, le=MOST)]
ErrorText = Annotated[str, Meta(min_length=1, max_length=200)]


class FeeTier(Struct, frozen=True):
    """The shares of the cost that are charged from a 30-day volume on; the volume is in US dollars."""

    volume: Decimal
    taker: Decimal
    maker: Decimal


class PairStatus(StrEnum):
    """The ``status`` in AssetPairs of a pair that is not online."""

    CANCEL_ONLY = "cancel_only"
    POST_ONLY = "post_only"
    LIMIT_ONLY = "limit_only"
    REDUCE_ONLY = "reduce_only"


class PairState(Struct, frozen=True):
    """The status of a pair, which is named as in requests: ``XBT/USD``."""

    pair: str
    status: PairStatus


class PostOnlyRefusal(StrEnum):
    """The way to refuse an order with ``post`` that would take: in the reply, or by canceling it."""

    REPLY = "reply"
    CANCEL = "cancel"


class ValidateReply(StrEnum):
    """The fields in a validated order's reply besides ``status`` and ``descr``."""

    WITHOUT_TXID = "without_txid"
    EMPTY_TXID = "empty_txid"


class UserrefReplies(StrEnum):
    """The number of replies to a user reference in ``cancelOrder`` that names several orders."""

    EACH = "each"
    ONE = "one"


class FeeCurrency(StrEnum):
    """The condition under which ``fcib`` makes the exchange take its fee in the base currency."""

    QUOTE = "quote"
    WRITTEN = "written"
    DEFAULTS = "defaults"


class CrossedTrigger(StrEnum):
    """The fate of an order whose trigger has already been passed when it arrives."""

    FIRE = "fire"
    REFUSE = "refuse"


TRADING: Final = (
    Permission.FUNDS,
    Permission.OPEN_ORDERS,
    Permission.CLOSED_ORDERS,
    Permission.MODIFY,
    Permission.CANCEL,
    Permission.WEBSOCKET,
)
"""The permissions that a batch may need."""


class KeyInfo(StrEnum):
    """The extent of the answer to ``GetApiKeyInfo``."""

    WHOLE = "whole"
    NO_IBAN = "no_iban"
    UNKNOWN_METHOD = "unknown_method"


class ClosedCount(StrEnum):
    """The form in which ClosedOrders reports the total number of orders."""

    NUMBER = "number"
    TEXT = "text"
    ABSENT = "absent"
    ZERO = "zero"
    WORDS = "words"


class TriggerNews(StrEnum):
    """The form in which the openOrders feed reports that a trigger was reached."""

    MISC = "misc"
    FLAG = "flag"


# Volume in US dollars, taker, maker; above the first tier, which has separate options.
_TIERS = (
    ("10000", "0.0035", "0.0020"),
    ("50000", "0.0024", "0.0014"),
    ("100000", "0.0022", "0.0012"),
    ("250000", "0.0020", "0.0010"),
    ("500000", "0.0018", "0.0008"),
    ("1000000", "0.0016", "0.0006"),
    ("2500000", "0.0014", "0.0004"),
    ("5000000", "0.0012", "0.0002"),
    ("10000000", "0.0010", "0.0000"),
)
FEE_TIERS = tuple(FeeTier(*map(Decimal, row)) for row in _TIERS)
