"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options.py``.
"""

from .api.credentials import Credentials, Permission
from .api.exchange import STATUSES, Exchange
from .api.feeds import Delivery
from .api.history import CallError
from .api.option_names import with_named
from .api.records import header_record, seed_of
from .api.rest import RestCall, RestReply, refused_call
from .exchange.opening import OPENING, Opening, StandingOrder
from .exchange.venue import State
from .scenario import control
from .scenario.scenario import unknown_pairs
from .scenario.traffic import Arrival, CallFault, Departure, Traffic
from .state.instruments import INSTRUMENTS, Instrument
from .state.market import Quote
from .state.movement import Move, Movement, Playback, Walk
from .state.options import (
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
from .state.tape import Tape, pair_of_file, parse_tape

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
