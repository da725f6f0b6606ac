"""The review of a plan: its facts and sums, its faults, its differences, and its admission.

No files, no clock.
"""

from .api_key import (
    KEY_WORDS,
    NO_KEY,
    KeyReview,
    KeyUse,
    KeyWarning,
    key_warnings,
    may_withdraw,
    missing_permissions,
    needless_permissions,
)
from .expectations import expectations
from .findings import RULE_WORDS, Finding, Severity
from .forecasting import forecast, forecast_history
from .look_levels import judge_looks
from .looks.second_look import CODE_WORDS, SecondLook
from .objects import (
    cancel_object,
    finding_object,
    look_object,
    market_object,
    order_object,
    review_object,
    totals_object,
)
from .plans.admission import Today, admit, admit_plan, refuse_other_account, refuse_other_run_key
from .plans.approvals import PlanApprovals
from .plans.batch_diff import CancelChange, ChangeKind, Diff, FieldChange, GroupChange, OrderChange, Sum, diff
from .plans.digest import digest_over, plan_digest
from .plans.renames import PlacedAgain
from .plans.saved_plan import (
    NO_ACCOUNT,
    SavedPlan,
    is_saved_plan,
    read_plan,
    save_plan,
    source_of,
    write_plan,
)
from .plans.saved_series import SavedSeries, is_saved_series, read_series, save_series, write_series
from .prices import price_text
from .review import Review, errors_of, reporting_currency, review
from .rulings import evaluate_policy, sent_by
from .series import FileEnd, FileState, SeriesEnd
from .snapshot import ReviewedCancel, ReviewedOrder
from .succession import account_after, ids_taken, totals_over
from .totals import CurrencyTotal, OpenOrderTotals, PairTotal, Totals

__all__ = [
    "CODE_WORDS",
    "KEY_WORDS",
    "NO_ACCOUNT",
    "NO_KEY",
    "RULE_WORDS",
    "CancelChange",
    "ChangeKind",
    "CurrencyTotal",
    "Diff",
    "FieldChange",
    "FileEnd",
    "FileState",
    "Finding",
    "GroupChange",
    "KeyReview",
    "KeyUse",
    "KeyWarning",
    "OpenOrderTotals",
    "OrderChange",
    "PairTotal",
    "PlacedAgain",
    "PlanApprovals",
    "Review",
    "ReviewedCancel",
    "ReviewedOrder",
    "SavedPlan",
    "SavedSeries",
    "SecondLook",
    "SeriesEnd",
    "Severity",
    "Sum",
    "Today",
    "Totals",
    "account_after",
    "admit",
    "admit_plan",
    "cancel_object",
    "diff",
    "digest_over",
    "errors_of",
    "evaluate_policy",
    "expectations",
    "finding_object",
    "forecast",
    "forecast_history",
    "ids_taken",
    "is_saved_plan",
    "is_saved_series",
    "judge_looks",
    "key_warnings",
    "look_object",
    "market_object",
    "may_withdraw",
    "missing_permissions",
    "needless_permissions",
    "order_object",
    "plan_digest",
    "price_text",
    "read_plan",
    "read_series",
    "refuse_other_account",
    "refuse_other_run_key",
    "reporting_currency",
    "review",
    "review_object",
    "save_plan",
    "save_series",
    "sent_by",
    "source_of",
    "totals_object",
    "totals_over",
    "write_plan",
    "write_series",
]
