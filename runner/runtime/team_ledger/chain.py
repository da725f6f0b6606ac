"""The check of a journal in the ledger: its rows follow each other, and so do the lines in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import Refused
from runner.journal import count_unchained, last_digest, unseal_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .session import Session

_ROWS = "select seq, lines, previous, digest, fence from order_batch.chunk where journal = %s order by seq"


def breaks_of(session: Session, journal: int, name: str) -> Iterator[str]:
    """Yield in words where the chain of a journal is broken; ``name`` is that of its batch."""
    text, before, fence = "", last_digest(""), 0
    for number, (seq, lines, previous, digest, written_under) in enumerate(
        session.rows(_ROWS, (journal,)), 1
    ):
        if seq != number:
            yield f"{name}: row {number} is missing, the next is {seq}"
            return
        if previous != before or digest != last_digest(lines):
            yield f"{name}: row {seq} does not follow the one before"
        if written_under < fence:
            yield f"{name}: row {seq} was written by a run that no longer held the account"
        text, before, fence = text + lines, digest, written_under
    try:
        unseal_all(text, name=name)
    except Refused as broken:
        yield str(broken)
        return
    if loose := count_unchained(text):
        yield f"{name}: up to line {loose} no line holds the hash of the one before"
