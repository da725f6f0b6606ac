"""The names that a person may type: read for the completion of a shell, without a connection.

What cannot be read has no names: whoever completes a word is shown no error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.errors import InvalidInput, OrderBatchError
from runner.runtime.storage import journal_paths, read_limited

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Batch

_VENUES: Final = ("paper", "kraken")


def pairs() -> tuple[str, ...]:
    """Return pairs that the exchange is known to list, as in batches."""
    from runner.paper import INSTRUMENTS  # noqa: PLC0415 - most completions need no pair

    return tuple(INSTRUMENTS)


def order_names(file: Path) -> tuple[str, ...]:
    """Return the groups in a file, each followed by its orders as ``group/id``; none of an invalid file."""
    names = (
        name
        for batch in _batches(file)
        for group in batch.groups
        for name in (group.name, *(f"{group.name}/{order.id}" for order in group.orders))
    )
    return tuple(dict.fromkeys(names))


def batch_names(file: Path) -> tuple[str, ...]:
    """Return the batches of the saved plans in a file, or of the batch in it; none of an invalid file."""
    return tuple(batch.name for batch in _batches(file))


def _batches(file: Path) -> list[Batch]:
    try:
        content = read_limited(file, MAX_FILE_BYTES)
    except InvalidInput:
        return []
    parsed = parse(content, str(file))
    if parsed.batch is not None:
        return [parsed.batch]
    return _saved_batches(file) if content.startswith(b"{") else []


def _saved_batches(file: Path) -> list[Batch]:
    from runner.review import is_saved_series, read_plan, read_series, source_of  # noqa: PLC0415

    from .batches import MAX_PLAN_BYTES  # noqa: PLC0415 - a batch itself is read without plans

    try:
        content = read_limited(file, MAX_PLAN_BYTES)
        name = str(file)
        series = is_saved_series(content)
        plans = read_series(content, name=name).plans if series else (read_plan(content, name=name),)
    except OrderBatchError:
        return []
    batches = (parse(source_of(plan), plan.file, run_key=plan.run_key).batch for plan in plans)
    return [batch for batch in batches if batch is not None]


def runs_in(state_dir: Path) -> tuple[tuple[str, str], ...]:
    """Return the batch and the run key, which may be empty, of each journal in a state folder."""
    found: dict[tuple[str, str], None] = {}
    for venue in _VENUES:
        try:
            folders = [path.parent.name for path in journal_paths(state_dir, venue)]
        except (OrderBatchError, OSError):
            continue
        for name in folders:
            batch, _, run_key = name.partition("@")
            found[batch, run_key] = None
    return tuple(found)
