"""Target weights and a snapshot of market and account become a table and a batch. No I/O, no clock."""

from .compute import Rebalance, fee_of
from .orders import Line, Trade, Why
from .result import BatchFile, Outcome, Writing, blocked_lines, outcome_of

__all__ = [
    "BatchFile",
    "Line",
    "Outcome",
    "Rebalance",
    "Trade",
    "Why",
    "Writing",
    "blocked_lines",
    "fee_of",
    "outcome_of",
]
