"""The batches that were applied at a venue: what of them is unfinished while others are computed.

Their journals only inform: what an account holds is read from the exchange.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.app.inputs.batches import records_of
from runner.domain import RunId
from runner.errors import InvalidInput, Refused
from runner.journal import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.app.inputs.batches import Target
    from runner.domain import RestingOrder
    from runner.journal import Ledger

MOST_READ: Final = 100
"""The journals that were written last are read; orders of older ones are shown by their txid alone."""

_LAST_NUMBER: Final = 100


@dataclass(frozen=True, slots=True)
class EarlierBatch:
    """A batch that was applied, with the fold of its journal."""

    name: str
    ledger: Ledger


def read_earlier(target: Target) -> list[EarlierBatch]:
    """Return the batches of a venue, the one that was written last first. What cannot be read is left out."""
    return list(_earlier(target))


def _earlier(target: Target) -> Iterator[EarlierBatch]:
    with suppress(OSError, Refused):
        found = list(records_of(target).all())
        for kept in sorted(found, key=lambda kept: kept.written_at(), reverse=True)[:MOST_READ]:
            with suppress(OSError, Refused):
                yield EarlierBatch(kept.name, fold(kept.entries()))


def describe_earlier(earlier: Sequence[EarlierBatch], holding: Sequence[RestingOrder]) -> list[str]:
    """Return what is unfinished of them: orders in doubt, and open orders that hold funds back."""
    txids = {order.txid for order in holding}
    texts = []
    for batch in earlier:
        orders = batch.ledger.orders
        if doubts := [str(key) for key, record in orders.items() if record.in_doubt]:
            texts.append(
                f"WARNING: batch {batch.name}: the outcome of {', '.join(doubts)} is unknown; apply its file "
                "again, which looks it up."
            )
        if still := [str(key) for key, record in orders.items() if record.txid in txids]:
            texts.append(
                f"WARNING: of batch {batch.name}, {', '.join(still)} is still open and may yet be filled: "
                "what it holds back is not counted."
            )
    return texts


def refuse_used_name(target: Target, name: str) -> None:
    """Raise ``InvalidInput`` for the name of a batch that was applied: its orders are placed once, ever."""
    if not _is_used(target, name):
        return
    free = next((f"{name}-{at}" for at in range(2, _LAST_NUMBER) if not _is_used(target, f"{name}-{at}")), "")
    raise InvalidInput(
        f"a batch {name} was applied before, and what it has placed is not placed again",
        details=[f"Give this one another name, such as {free or 'the hour as well'}."],
    )


def _is_used(target: Target, name: str) -> bool:
    return records_of(target).has(RunId(name, ""))
