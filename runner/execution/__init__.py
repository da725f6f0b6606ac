"""The decisions while a plan is carried out: events in, turns out. No I/O, no clock."""

from .cancels.orphans import orphaned_cancels, queries_for, with_recorded_ends
from .cancels.timing import CancelCost, best_moment
from .clock_check import judge_skew
from .connection import clock_limit_s
from .execution import Execution
from .new_orders import find_new_orders, without
from .orders.adoption import adoption_conflicts, ids_to_check
from .orders.doubt import first_look
from .orders.look_up_preview import preview_look_up
from .pacing.pacer import ADD_COST
from .pacing.pair_counter import MARGIN
from .send_gate import OPEN_GATE, HoldingGate, SendGate
from .sweeping.scope import AllButStops, OurOrders, Scope
from .sweeping.sweep import Sweep
from .turn import (
    DEAD_MAN_S,
    Action,
    CallCancel,
    CalledCancel,
    ClockJumped,
    ClockMeasured,
    Connect,
    ConnectFailed,
    EngineEvent,
    IntentsDenied,
    JournalFailed,
    ListFailed,
    ListOrders,
    LockedOut,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersListed,
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

__all__ = [
    "ADD_COST",
    "DEAD_MAN_S",
    "MARGIN",
    "OPEN_GATE",
    "Action",
    "AllButStops",
    "CallCancel",
    "CalledCancel",
    "CancelCost",
    "ClockJumped",
    "ClockMeasured",
    "Connect",
    "ConnectFailed",
    "EngineEvent",
    "Execution",
    "HoldingGate",
    "IntentsDenied",
    "JournalFailed",
    "ListFailed",
    "ListOrders",
    "LockedOut",
    "LookUp",
    "LookUpFailed",
    "LookedUp",
    "MeasureClock",
    "OrdersListed",
    "OrdersQueried",
    "OurOrders",
    "Progress",
    "QueryFailed",
    "QueryOrders",
    "Scope",
    "SendGate",
    "StillConnecting",
    "StopRequested",
    "Sweep",
    "Timing",
    "Turn",
    "Wait",
    "adoption_conflicts",
    "best_moment",
    "clock_limit_s",
    "find_new_orders",
    "first_look",
    "ids_to_check",
    "judge_skew",
    "orphaned_cancels",
    "preview_look_up",
    "queries_for",
    "with_recorded_ends",
    "without",
]
