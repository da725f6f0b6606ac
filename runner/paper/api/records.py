"""The first line of what is kept of an exchange, and whether we can read what follows it.

What was said to an exchange is replayed by the same rules that once answered it. When these rules change in a
way that would answer otherwise, ``FORMAT`` grows, and what an older one has kept is refused.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from runner.errors import Refused
from runner.paper.exchange.opening import OPENING, Opening
from runner.paper.state.instruments import Instrument, Instruments
from runner.paper.state.movement import Move

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 2
FORMAT_WITH_OPENING = 3
"""An exchange that opened otherwise than on its first day; who does not know that would answer otherwise."""


def header_record(seed: str, opening: Opening = OPENING) -> dict[str, Any]:
    """Return the first line of a new exchange: the version of its rules, and the seed of its ids.

    An opening other than the usual one is in it.
    """
    if opening is OPENING:
        return {"exchange": FORMAT, "seed": seed}
    assert not opening.orders, "orders of others are not kept"
    kept = {
        "market": opening.market,
        "balances": opening.balances,
        "quotes": opening.quotes,
        "instruments": list(opening.instruments.values()),
    }
    return {"exchange": FORMAT_WITH_OPENING, "seed": seed, "opening": msgspec.to_builtins(kept)}


def opening_of(record: Mapping[str, Any]) -> Opening:
    """Return the opening of an exchange with this first line."""
    kept = record.get("opening")
    if kept is None:
        return OPENING
    return Opening(
        market=kept["market"],
        balances=tuple((currency, amount) for currency, amount in kept["balances"]),
        quotes=tuple(map(tuple, kept["quotes"])),
        instruments=Instruments(msgspec.convert(kept["instruments"], list[Instrument])),
    )


def record_of(move: Move) -> dict[str, Any]:
    """Return a move of the market as it is kept."""
    prices = {name: getattr(move, name) for name in ("bid", "ask", "last", "depth")}
    kept = {name: None if price is None else str(price) for name, price in prices.items()}
    return {"pair": move.pair, **kept}


def move_of(record: Mapping[str, Any], now: float) -> Move:
    """Return a move that was kept, at its time."""
    names = ("bid", "ask", "last", "depth")
    bid, ask, last, depth = (None if record[name] is None else Decimal(record[name]) for name in names)
    assert bid is not None
    assert ask is not None
    return Move(now, record["pair"], bid, ask, last, depth)


def seed_of(record: Mapping[str, Any]) -> str:
    """Return the seed in a first line. Raises ``Refused`` for a line that was written under other rules."""
    match record:
        case {"exchange": found, "seed": str(seed)} if found in (FORMAT, FORMAT_WITH_OPENING):
            return seed
    written = record.get("exchange", 1)
    raise Refused(
        f"the simulated exchange was kept in format {written}, and this version knows "
        f"format {FORMAT} and format {FORMAT_WITH_OPENING} alone",
        details=[
            "Nothing was touched. `order-batch paper reset` forgets it, and the next run makes a new one."
        ],
    )
