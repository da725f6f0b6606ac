"""The first line of what is kept of an exchange, and whether we can read what follows it.

What was said to an exchange is replayed by the same rules that once answered it. When these rules change in a
way that would answer otherwise, ``FORMAT`` grows, and what an older one has kept is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 2


def header_record(seed: str) -> dict[str, Any]:
    """Return the first line of a new exchange: the version of its rules, and the seed of its ids."""
    return {"exchange": FORMAT, "seed": seed}


def seed_of(record: Mapping[str, Any]) -> str:
    """Return the seed in a first line. Raises ``Refused`` for a line that was written under other rules."""
    match record:
        case {"exchange": found, "seed": str(seed)} if found == FORMAT:
            return seed
    written = record.get("exchange", 1)
    raise Refused(
        f"the simulated exchange was kept in format {written}, and this version knows format {FORMAT} alone",
        details=[
            "Nothing was touched. `order-batch paper reset` forgets it, and the next run makes a new one."
        ],
    )
