"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options.py``.
"""

from .credentials import Credentials, Permission
from .exchange import STATUSES, Exchange
from .feeds import Delivery
from .fees import FeeTier
from .instruments import INSTRUMENTS, Instrument
from .opening import OPENING, Opening, StandingOrder
from .options import (
    Counted,
    CrossedTrigger,
    FeeCurrency,
    Options,
    PostOnlyRefusal,
    TriggerNews,
    UserrefReplies,
    ValidateReply,
)
from .rest import RestCall, RestReply
from .venue import State

__all__ = [
    "INSTRUMENTS",
    "OPENING",
    "STATUSES",
    "Counted",
    "Credentials",
    "CrossedTrigger",
    "Delivery",
    "Exchange",
    "FeeCurrency",
    "FeeTier",
    "Instrument",
    "Opening",
    "Options",
    "Permission",
    "PostOnlyRefusal",
    "RestCall",
    "RestReply",
    "StandingOrder",
    "State",
    "TriggerNews",
    "UserrefReplies",
    "ValidateReply",
]
