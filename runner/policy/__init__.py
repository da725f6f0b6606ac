"""The rules of a policy on a message that is about to leave. No I/O, no clock, no files."""

from .approvals import Demand, Tally, given_in
from .context import CancelId, CheckPhase, is_about
from .draws import Draw
from .gate import PRICES_HOLD_S, Gate
from .history import SentCancel, SentOrder, sent_in
from .requirements import currencies, needs_the_day, pairs_to_price
from .violation import Denial, Violation
from .worth import (
    HUNDRED,
    Resolved,
    Worth,
    base_volume,
    money_of,
    worth_of,
)

__all__ = [
    "HUNDRED",
    "PRICES_HOLD_S",
    "CancelId",
    "CheckPhase",
    "Demand",
    "Denial",
    "Draw",
    "Gate",
    "Resolved",
    "SentCancel",
    "SentOrder",
    "Tally",
    "Violation",
    "Worth",
    "base_volume",
    "currencies",
    "given_in",
    "is_about",
    "money_of",
    "needs_the_day",
    "pairs_to_price",
    "sent_in",
    "worth_of",
]
