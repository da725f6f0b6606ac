"""The plan of a batch, made from its file and its journal, with the disposition of each order. No I/O."""

from .admission import Admission
from .disposition import (
    MAY_SEND,
    REQUESTED,
    CancelDisposition,
    Disposition,
    FoundOrder,
    journal_disposition,
)
from .fill_status import FillStatus, OrderFill, fill_statuses
from .forecast import CrowdedPair, Forecast, HistoryForecast
from .journal_claims import Contradiction, claims_of, contradictions
from .looks import EmptyLook, TeamLook
from .narrowing import names_in, narrowed
from .newest_execution import newest_execution
from .order_ends import OrderEnd, end_of, is_volume_final, latest, unique_orders
from .order_matching import (
    CLOCK_SLACK_S,
    decimal_of,
    find,
    has_same_content,
    is_fully_described,
    is_ours,
    is_since,
    normal_cl_ord_id,
    opened_at,
    order_text,
    traded_at,
)
from .own_orders import find_reached_own_orders
from .plan import Expectation, Plan, decide
from .planned_cancel import PlannedCancel
from .planned_order import JournalState, PlannedGroup, PlannedOrder
from .planner import RESTORE, plan
from .ruling import Ruling
from .same_order import differing_fields
from .validate_only import orders_in_doubt, validation_plan

__all__ = [
    "CLOCK_SLACK_S",
    "MAY_SEND",
    "REQUESTED",
    "RESTORE",
    "Admission",
    "CancelDisposition",
    "Contradiction",
    "CrowdedPair",
    "Disposition",
    "EmptyLook",
    "Expectation",
    "FillStatus",
    "Forecast",
    "FoundOrder",
    "HistoryForecast",
    "JournalState",
    "OrderEnd",
    "OrderFill",
    "Plan",
    "PlannedCancel",
    "PlannedGroup",
    "PlannedOrder",
    "Ruling",
    "TeamLook",
    "claims_of",
    "contradictions",
    "decide",
    "decimal_of",
    "differing_fields",
    "end_of",
    "fill_statuses",
    "find",
    "find_reached_own_orders",
    "has_same_content",
    "is_fully_described",
    "is_ours",
    "is_since",
    "is_volume_final",
    "journal_disposition",
    "latest",
    "names_in",
    "narrowed",
    "newest_execution",
    "normal_cl_ord_id",
    "opened_at",
    "order_text",
    "orders_in_doubt",
    "plan",
    "traded_at",
    "unique_orders",
    "validation_plan",
]
