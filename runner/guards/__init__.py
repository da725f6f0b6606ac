"""The rules of a policy on a message that is about to leave. No I/O, no clock, no files."""

from .asked import Moment
from .gate import Gate
from .needs import currencies, needs_the_day, pairs_to_price
from .objection import Objection
from .prices import Market, Quote
from .sent import SentCancel, SentOrder, sent_in

__all__ = [
    "Gate",
    "Market",
    "Moment",
    "Objection",
    "Quote",
    "SentCancel",
    "SentOrder",
    "currencies",
    "needs_the_day",
    "pairs_to_price",
    "sent_in",
]
