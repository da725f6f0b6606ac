"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options/options.py``.
"""

from .api.credentials import Credentials
from .api.exchange import Exchange
from .api.records import header_record, seed_of
from .options.names import with_named
from .options.options import LimitOptions, Options
from .scenario.scenario import unknown_pairs
from .state.instruments import INSTRUMENTS
from .state.movement import Movement, Playback, Walk
from .state.tape import Tape, instrument_of_file, parse_tape

__all__ = [
    "INSTRUMENTS",
    "Credentials",
    "Exchange",
    "LimitOptions",
    "Movement",
    "Options",
    "Playback",
    "Tape",
    "Walk",
    "header_record",
    "instrument_of_file",
    "parse_tape",
    "seed_of",
    "unknown_pairs",
    "with_named",
]
