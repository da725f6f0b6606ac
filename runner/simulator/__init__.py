"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options.py``.
"""

from .credentials import Credentials, Permission
from .exchange import STATUSES, Exchange
from .feeds import Delivery
from .instruments import INSTRUMENTS, Instrument
from .opening import OPENING, Opening, StandingOrder
from .options import Options, PostOnlyRefusal, UserrefReplies, ValidateReply
from .rest import RestCall, RestReply
from .venue import State

__all__ = [
    "INSTRUMENTS",
    "OPENING",
    "STATUSES",
    "Credentials",
    "Delivery",
    "Exchange",
    "Instrument",
    "Opening",
    "Options",
    "Permission",
    "PostOnlyRefusal",
    "RestCall",
    "RestReply",
    "StandingOrder",
    "State",
    "UserrefReplies",
    "ValidateReply",
]
