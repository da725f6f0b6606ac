"""A market, its speed and balances as typed, and what was read from files for them.

No connection is opened here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.inputs.batches import InvalidBatch
from runner.batchfile import MAX_FILE_BYTES, parse_balances, parse_market
from runner.errors import InvalidInput
from runner.paper import INSTRUMENTS, Tape, instrument_of_file, parse_tape
from runner.runtime.storage import read_limited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from runner.app.inputs.batches import Rehearsal
    from runner.domain import MarketRecord

TAPE_BYTES_MAX = 64 * 1024 * 1024
ACCOUNT: Final = "account"
"""In place of a file with balances: what the API key of the environment holds."""

LIVE: Final = "live"
"""The name of a market of live prices."""

_CSV = ".csv"
_MARKETS: Final = (
    "A market is `live`, `live:follow`, `walk`, or a file that `order-batch paper record` has written; "
    "`replay:FILE` plays it."
)


class Kind(Enum):
    """The origin of a market."""

    STANDING = auto()
    WALK = auto()
    TAPE = auto()
    RECORD = auto()
    REPLAY = auto()
    LIVE = auto()
    FOLLOW = auto()

    @property
    def needs_connection(self) -> bool:
        """True if its prices are read at Kraken."""
        return self in (Kind.LIVE, Kind.FOLLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A market and balances, as far as files say them.

    ``seed`` is that of a walk, ``file`` that of recorded prices. ``name`` is what distinguishes a market from
    others in a state folder, empty for the standing one. ``record`` and ``tape`` are what was read of its
    file. ``balances`` are those of a file, and ``of_account`` says that they are still to be read at Kraken;
    without either they are the usual ones.
    """

    kind: Kind
    seed: str = ""
    file: Path = Path()
    name: str = ""
    speed: Decimal
    record: MarketRecord | None = None
    tape: Tape | None = None
    balances_from: str = ""
    balances: Mapping[str, Decimal] | None = None

    @property
    def of_account(self) -> bool:
        """True if the balances are those of the account that the environment names."""
        return self.balances_from == ACCOUNT


def read_choice(rehearsal: Rehearsal) -> Choice:
    """Return what was typed, with all that files say. Raises ``InvalidInput`` and ``InvalidBatch``."""
    kind, path, seed = _kind_of(rehearsal.market)
    if rehearsal.speed != 1 and kind not in (Kind.TAPE, Kind.REPLAY):
        raise InvalidInput(
            "there is nothing to play faster: a speed goes with recorded prices",
            details=["Name them as the market: replay:FILE, or a CSV file such as XBTEUR.csv."],
        )
    name, record = LIVE if kind.needs_connection else "", None
    if kind in (Kind.RECORD, Kind.REPLAY):
        name, record = _read_record(path)
    return Choice(
        kind=kind,
        seed=seed,
        file=path,
        name=name,
        speed=rehearsal.speed,
        record=record,
        tape=_read_tape(path) if kind is Kind.TAPE else None,
        balances_from=rehearsal.balances,
        balances=_read_balances(rehearsal.balances) if rehearsal.balances not in ("", ACCOUNT) else None,
    )


def _kind_of(text: str) -> tuple[Kind, Path, str]:
    """Return the kind of a market, its file if any, and the seed of a walk. Raises ``InvalidInput``."""
    word, _, rest = text.partition(":")
    match word:
        case "":
            return Kind.STANDING, Path(), ""
        case "walk":
            return Kind.WALK, Path(), rest or word
        case "live" if rest in ("", "follow"):
            return Kind.FOLLOW if rest else Kind.LIVE, Path(), ""
        case "live":
            raise InvalidInput(f"market {text}: write `live`, or `live:follow` to let its prices go on")
        case "replay" if rest:
            return Kind.TAPE if _is_csv(rest) else Kind.REPLAY, Path(rest), ""
        case _:
            return Kind.TAPE if _is_csv(text) else Kind.RECORD, Path(text), ""


def _is_csv(name: str) -> bool:
    return name.lower().endswith(_CSV)


def _read_record(path: Path) -> tuple[str, MarketRecord]:
    """Return the name and the content of a recorded market."""
    try:
        content = read_limited(path, MAX_FILE_BYTES)
    except InvalidInput as error:
        raise InvalidInput(f"market {error}", details=[_MARKETS]) from None
    parsed = parse_market(content, str(path))
    if parsed.record is None:
        raise InvalidBatch(str(path), parsed.problems)
    return f"sha256:{hashlib.sha256(content).hexdigest()}", parsed.record


def _read_tape(path: Path) -> Tape:
    instrument = instrument_of_file(path.name, INSTRUMENTS)
    if instrument is None:
        raise InvalidInput(
            f"market {path}: the name of this file does not begin with a pair",
            details=["Name it as it is downloaded: XBTEUR.csv for XBT/EUR; anything may follow after `_`."],
        )
    data = read_limited(path, TAPE_BYTES_MAX)
    if len(data) > TAPE_BYTES_MAX:
        raise InvalidInput(f"{path}: longer than {TAPE_BYTES_MAX} bytes: give a part of it")
    found = parse_tape(data.decode("utf-8", "replace"), file=str(path), instrument=instrument)
    if isinstance(found, Tape):
        return found
    raise InvalidBatch(str(path), found)


def _read_balances(name: str) -> Mapping[str, Decimal]:
    parsed = parse_balances(read_limited(Path(name), MAX_FILE_BYTES), name)
    if parsed.balances is None:
        raise InvalidBatch(name, parsed.problems)
    return parsed.balances.amounts
