"""The review of a plan: its facts and sums, its faults, its differences, and its approval.

No files, no clock.
"""

from .approving import Today, admit, approve, refuse_other_account, refuse_other_run_key
from .diff import CancelChange, Diff, FieldChange, GroupChange, Kind, OrderChange, Sum, diff
from .findings import RULE_WORDS, Finding, Rule, Severity
from .funds import Hold
from .objects import cancel_object, finding_object, market_object, order_object, review_object
from .prices import Priced
from .renaming import Again
from .review import REPORTING, Review, errors_of, review
from .saved import (
    NO_ACCOUNT,
    PLAN_VERSION,
    SavedPlan,
    is_saved_plan,
    read_plan,
    save_plan,
    source_of,
    write_plan,
)
from .scene import ReviewedCancel, ReviewedGroup, ReviewedOrder
from .totals import CurrencyTotal, OpenOrderTotals, PairTotal, Totals

__all__ = [
    "NO_ACCOUNT",
    "PLAN_VERSION",
    "REPORTING",
    "RULE_WORDS",
    "Again",
    "CancelChange",
    "CurrencyTotal",
    "Diff",
    "FieldChange",
    "Finding",
    "GroupChange",
    "Hold",
    "Kind",
    "OpenOrderTotals",
    "OrderChange",
    "PairTotal",
    "Priced",
    "Review",
    "ReviewedCancel",
    "ReviewedGroup",
    "ReviewedOrder",
    "Rule",
    "SavedPlan",
    "Severity",
    "Sum",
    "Today",
    "Totals",
    "admit",
    "approve",
    "cancel_object",
    "diff",
    "errors_of",
    "finding_object",
    "is_saved_plan",
    "market_object",
    "order_object",
    "read_plan",
    "refuse_other_account",
    "refuse_other_run_key",
    "review",
    "review_object",
    "save_plan",
    "source_of",
    "write_plan",
]
