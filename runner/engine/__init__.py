"""The engine: the plan of a batch and every decision of its run. No I/O, no clock."""

from .accepted import ends_at_once
from .approval import adoption_conflicts, ids_to_check
from .disposition import (
    MAY_SEND,
    REQUESTED,
    CancelDisposition,
    Disposition,
    Dispositions,
    journal_disposition,
)
from .execution import Execution
from .forecast import forecast
from .forecast_values import CrowdedPair, Forecast, HistoryForecast
from .foresight import evaluate_policy
from .guarding import OPEN_GATE, HoldingGate, SendGate
from .journal_claims import Claim, Contradiction, claims_of, contradictions
from .left_open import left_open_cancels, queries_for, with_recorded_ends
from .matching import CLOCK_SLACK_S, find, normal_cl_ord_id
from .newcomers import find_newcomers, without
from .own_orders import find_reached_own_orders
from .plan import Approval, Plan, decide
from .planned import NO_LONGER_IN_THE_FILE, JournalState, PlannedGroup, PlannedOrder
from .planned_cancel import PlannedCancel
from .planning import RESTORE, plan
from .resting import NOTHING_OPEN, OpenAtExchange
from .ruling import Ruling
from .settling import first_look
from .turn import (
    MAX_QUERY_IDS,
    Action,
    ClockJumped,
    ClockMeasured,
    Connect,
    ConnectFailed,
    EngineEvent,
    JournalFailed,
    LockedOut,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersQueried,
    Progress,
    QueryFailed,
    QueryOrders,
    StillConnecting,
    StopRequested,
    Timing,
    Turn,
    Wait,
)
from .validating import orders_in_doubt, validation_plan

__all__ = [
    "CLOCK_SLACK_S",
    "MAX_QUERY_IDS",
    "MAY_SEND",
    "NOTHING_OPEN",
    "NO_LONGER_IN_THE_FILE",
    "OPEN_GATE",
    "REQUESTED",
    "RESTORE",
    "Action",
    "Approval",
    "CancelDisposition",
    "Claim",
    "ClockJumped",
    "ClockMeasured",
    "Connect",
    "ConnectFailed",
    "Contradiction",
    "CrowdedPair",
    "Disposition",
    "Dispositions",
    "EngineEvent",
    "Execution",
    "Forecast",
    "HistoryForecast",
    "HoldingGate",
    "JournalFailed",
    "JournalState",
    "LockedOut",
    "LookUp",
    "LookUpFailed",
    "LookedUp",
    "MeasureClock",
    "OpenAtExchange",
    "OrdersQueried",
    "Plan",
    "PlannedCancel",
    "PlannedGroup",
    "PlannedOrder",
    "Progress",
    "QueryFailed",
    "QueryOrders",
    "Ruling",
    "SendGate",
    "StillConnecting",
    "StopRequested",
    "Timing",
    "Turn",
    "Wait",
    "adoption_conflicts",
    "claims_of",
    "contradictions",
    "decide",
    "ends_at_once",
    "evaluate_policy",
    "find",
    "find_newcomers",
    "find_reached_own_orders",
    "first_look",
    "forecast",
    "ids_to_check",
    "journal_disposition",
    "left_open_cancels",
    "normal_cl_ord_id",
    "orders_in_doubt",
    "plan",
    "queries_for",
    "validation_plan",
    "with_recorded_ends",
    "without",
]
