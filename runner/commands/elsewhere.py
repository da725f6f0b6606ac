"""The orders that other runs of this machine have placed of late: their trades are no other runner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.errors import Refused
from runner.records import OrderPlaced
from runner.storage import journal_entries, journal_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .batches import Target

LATELY_S: Final = 600.0
"""Whose journal was written longer ago is in the exchange's records by now, which are asked as well."""


def placed_elsewhere(target: Target, now: float) -> frozenset[str]:
    """Return the ids of orders in the journals of a venue that were written to of late; ``now`` is Unix
    seconds. A journal that cannot be read says nothing.
    """
    return frozenset(_placed(target, now - LATELY_S))


def _placed(target: Target, since: float) -> Iterator[str]:
    for path in journal_paths(target.state_dir, target.venue):
        try:
            entries = journal_entries(path) if path.stat().st_mtime >= since else []
        except (OSError, Refused):
            continue
        yield from (entry.txid for entry in entries if isinstance(entry, OrderPlaced))
