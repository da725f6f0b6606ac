"""The exchange's decisions, simulated: the same inputs and the same seed give the same exchange, always.

Start at ``exchange.py``. Behaviour that no document settles is a named option in ``options/options.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.lazily import load_by_name

if TYPE_CHECKING:
    from .api.credentials import Credentials
    from .api.exchange import Exchange
    from .api.records import header_record, opening_of, seed_of
    from .exchange.opening import OPENING, Opening, opening_at
    from .options.names import with_named
    from .options.options import LimitOptions, Options
    from .scenario.scenario import unknown_pairs
    from .state.instruments import INSTRUMENTS
    from .state.movement import Feed, Movement, Playback, Replay, Walk
    from .state.tape import Tape, instrument_of_file, parse_tape

__all__ = [
    "INSTRUMENTS",
    "OPENING",
    "Credentials",
    "Exchange",
    "Feed",
    "LimitOptions",
    "Movement",
    "Opening",
    "Options",
    "Playback",
    "Replay",
    "Tape",
    "Walk",
    "header_record",
    "instrument_of_file",
    "opening_at",
    "opening_of",
    "parse_tape",
    "seed_of",
    "unknown_pairs",
    "with_named",
]

__getattr__ = load_by_name(
    __name__,
    light_first=(
        *("options.options", "options.names", "state.instruments", "state.tape", "state.movement"),
        *("api.credentials", "exchange.opening", "api.records", "scenario.scenario", "api.exchange"),
    ),
)
