"""The rules of a policy on a message that is about to leave. No I/O, no clock, no files."""

from .asked import Moment
from .gate import PRICES_HOLD_S, Gate
from .needs import currencies, needs_the_day, pairs_to_price
from .objection import Objection
from .sent import SentCancel, SentOrder, sent_in

__all__ = [
    "PRICES_HOLD_S",
    "Gate",
    "Moment",
    "Objection",
    "SentCancel",
    "SentOrder",
    "currencies",
    "needs_the_day",
    "pairs_to_price",
    "sent_in",
]
