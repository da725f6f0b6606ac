"""Target weights and a snapshot of market and account become a table and a batch. No I/O, no clock.

First ``narrowed``, then ``doubts``, whose reasons are refused; ``compute`` has the table and the orders.
"""

from .compute import Rebalance, compute, fee_of
from .doubts import Doubt, doubts
from .orders import Line, Trade, Why
from .result import BatchFile, Outcome, Writing, blocked_lines, outcome_of
from .snapshot import Snapshot, narrowed

__all__ = [
    "BatchFile",
    "Doubt",
    "Line",
    "Outcome",
    "Rebalance",
    "Snapshot",
    "Trade",
    "Why",
    "Writing",
    "blocked_lines",
    "compute",
    "doubts",
    "fee_of",
    "narrowed",
    "outcome_of",
]
