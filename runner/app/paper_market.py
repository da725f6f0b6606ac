"""The movement of the simulated market as given: ``walk``, ``walk:SEED``, or the name of a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import InvalidInput
from runner.paper import INSTRUMENTS, Playback, Tape, Walk, instrument_of_file, parse_tape
from runner.runtime.storage import read_limited

from .inputs.batches import InvalidBatch

if TYPE_CHECKING:
    from runner.paper import Exchange, Movement

TAPE_BYTES_MAX = 64 * 1024 * 1024

_WALK = "walk"


def read_tape(spec: str) -> Tape | None:
    """Return the tape to be played, or None for a walk. Raises ``OrderBatchError`` with all that is wrong."""
    if spec.partition(":")[0] == _WALK:
        return None
    path = Path(spec)
    instrument = instrument_of_file(path.name, INSTRUMENTS)
    if instrument is None:
        raise InvalidInput(
            f"market {spec}: neither `walk` nor a file whose name begins with a pair",
            details=["Name it as it is downloaded: XBTEUR.csv for XBT/EUR; anything may follow after `_`."],
        )
    data = read_limited(path, TAPE_BYTES_MAX)
    if len(data) > TAPE_BYTES_MAX:
        raise InvalidInput(f"{path}: longer than {TAPE_BYTES_MAX} bytes: give a part of it")
    found = parse_tape(data.decode("utf-8", "replace"), file=str(path), instrument=instrument)
    if isinstance(found, Tape):
        return found
    raise InvalidBatch(str(path), found)


def movement(spec: str, tape: Tape | None, exchange: Exchange, now: float) -> Movement:
    """Return the movement, which starts now from the exchange's current prices."""
    if tape is not None:
        return Playback(tape, started=now)
    seed = spec.partition(":")[2] or _WALK
    quotes = [(exchange.instruments[pair], quote) for pair, quote in exchange.quotes().items()]
    return Walk(seed=seed, quotes=quotes, started=now)
