"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options.py``.
"""

from . import control
from .credentials import Credentials, Permission
from .exchange import STATUSES, Exchange
from .feeds import Delivery
from .history import CallError
from .instruments import INSTRUMENTS, Instrument
from .market import Quote
from .movement import Move, Movement, Playback, Walk
from .named import with_named
from .opening import OPENING, Opening, StandingOrder
from .options import (
    ClosedCount,
    CrossedTrigger,
    FeeCurrency,
    FeeTier,
    Options,
    PostOnlyRefusal,
    TriggerNews,
    UserrefReplies,
    ValidateReply,
)
from .records import header_record, seed_of
from .rest import RestCall, RestReply, refused_call
from .scenario import unknown_pairs
from .scenario_traffic import Arrival, CallFault, Departure, Traffic
from .tape import Tape, pair_of_file, parse_tape
from .venue import State

__all__ = [
    "INSTRUMENTS",
    "OPENING",
    "STATUSES",
    "Arrival",
    "CallError",
    "CallFault",
    "ClosedCount",
    "Credentials",
    "CrossedTrigger",
    "Delivery",
    "Departure",
    "Exchange",
    "FeeCurrency",
    "FeeTier",
    "Instrument",
    "Move",
    "Movement",
    "Opening",
    "Options",
    "Permission",
    "Playback",
    "PostOnlyRefusal",
    "Quote",
    "RestCall",
    "RestReply",
    "StandingOrder",
    "State",
    "Tape",
    "Traffic",
    "TriggerNews",
    "UserrefReplies",
    "ValidateReply",
    "Walk",
    "control",
    "header_record",
    "pair_of_file",
    "parse_tape",
    "refused_call",
    "seed_of",
    "unknown_pairs",
    "with_named",
]
