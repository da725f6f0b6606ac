"""Target weights and a snapshot of market and account become a table and a batch. No I/O, no clock.

First ``narrowed``, then ``doubts``, whose reasons are refused; ``compute`` has the table and the orders.
"""

from .batch_text import batch_name, batch_text
from .compute import Rebalance, compute, fee_of
from .doubts import Doubt, DoubtKind, doubts
from .orders import Line, Trade
from .result import BatchFile, Outcome, Writing, blocked_lines, outcome_of, unsold_rests
from .snapshot import Snapshot, narrowed
from .snapshot_codec import decode_snapshot, encode_snapshot, snapshot_digest
from .table import (
    HEADS,
    Cells,
    describe_holding,
    describe_line,
    describe_managed,
    drift_text,
    rows_of,
    share_text,
)

__all__ = [
    "HEADS",
    "BatchFile",
    "Cells",
    "Doubt",
    "DoubtKind",
    "Line",
    "Outcome",
    "Rebalance",
    "Snapshot",
    "Trade",
    "Writing",
    "batch_name",
    "batch_text",
    "blocked_lines",
    "compute",
    "decode_snapshot",
    "describe_holding",
    "describe_line",
    "describe_managed",
    "doubts",
    "drift_text",
    "encode_snapshot",
    "fee_of",
    "narrowed",
    "outcome_of",
    "rows_of",
    "share_text",
    "snapshot_digest",
    "unsold_rests",
]
