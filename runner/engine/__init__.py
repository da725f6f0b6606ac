"""Our decisions: what a batch comes to, and every step of carrying it out. No I/O, no clock."""

from .approval import Approval
from .execution import Execution
from .forecast import Crowded, Forecast, forecast
from .foresight import unreached, will_be_sent
from .guarding import OPEN_GATE, Keeper, Ruling, foresee
from .matching import find
from .plan import Plan, PlannedCancel, PlannedGroup, PlannedOrder, Standing, plan
from .turn import (
    MAX_QUERY_IDS,
    Action,
    ClockMeasured,
    Connect,
    ConnectFailed,
    EngineEvent,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersQueried,
    Progress,
    QueryFailed,
    QueryOrders,
    StopRequested,
    Timing,
    Turn,
)

__all__ = [
    "MAX_QUERY_IDS",
    "OPEN_GATE",
    "Action",
    "Approval",
    "ClockMeasured",
    "Connect",
    "ConnectFailed",
    "Crowded",
    "EngineEvent",
    "Execution",
    "Forecast",
    "Keeper",
    "LookUp",
    "LookUpFailed",
    "LookedUp",
    "MeasureClock",
    "OrdersQueried",
    "Plan",
    "PlannedCancel",
    "PlannedGroup",
    "PlannedOrder",
    "Progress",
    "QueryFailed",
    "QueryOrders",
    "Ruling",
    "Standing",
    "StopRequested",
    "Timing",
    "Turn",
    "find",
    "forecast",
    "foresee",
    "plan",
    "unreached",
    "will_be_sent",
]
