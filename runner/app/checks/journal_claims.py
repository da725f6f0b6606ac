"""Verify that the exchange knows the orders that a journal calls placed.

Anybody may have written a journal. Its claims are compared with the exchange's records if there are
credentials, in one call for fifty orders. The records may lag: after a run that has just ended they are read
again before a claim counts as contradicted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.app.inputs.batches import records_of
from runner.domain import RECORDS_LAG_S, parse_rfc3339
from runner.errors import Refused
from runner.planning import claims_of, contradictions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.app.inputs.batches import Target
    from runner.journal import Ledger
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, Plan
    from runner.runtime.kraken.access import KrakenAccess

PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)
"""Pauses between reads of the records while the journal may be ahead of them: together more than the lag."""

NO_KEY: Final = "there is no API key"
OFFLINE: Final = "no connection was made"

_NAMED: Final = 5


class Contradicted(Refused):
    """The exchange contradicts what a journal claims; nothing was sent."""

    def __init__(self, place: str, found: Sequence[Contradiction]) -> None:
        more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
        super().__init__(
            f"{place}: the exchange contradicts this journal; nothing was sent",
            details=[*(f"{sentence}." for sentence in map(_sentence, found[:_NAMED])), *more, _CURE],
        )


def _sentence(contradiction: Contradiction) -> str:
    text = str(contradiction)
    return text[:1].upper() + text[1:]


_CURE: Final = (
    "If your own runs did not write it, move the folder away: a run without a journal queries the exchange "
    "which of its orders are there. If they did, find out what became of these before anything is sent."
)


async def hold_claims(
    access: KrakenAccess, plan: Plan, ledger: Ledger, target: Target, say: Callable[[str], None]
) -> tuple[str, tuple[OpenOrder, ...]]:
    """Compare a journal's claims with the exchange; return why that was impossible, or an empty text.

    Also return the records that were read for it.

    Raises ``Contradicted``, and ``AccessFailed`` if the records cannot be read.
    """
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

    if not claims_of(plan):
        return "", ()
    if not access.has_credentials:
        return NO_KEY, ()
    try:
        known, found = await ask_until_sure(access, plan, ledger, say)
    except AccessFailed as failure:
        if failure.not_permitted:
            return failure.reason, ()
        raise
    if found:
        raise Contradicted(records_of(target).place(plan.run), found)
    return "", tuple(known.values())


async def ask_until_sure(
    access: KrakenAccess, plan: Plan, ledger: Ledger, say: Callable[[str], None], *, most_unknown: int = 1
) -> tuple[Mapping[str, OpenOrder], list[Contradiction]]:
    """Return the orders that the journal claims, as the records know them, and what contradicts the journal.

    The records are read once they are up to date, until ``most_unknown`` orders are unknown.

    Raises ``AccessFailed``.
    """
    import trio  # noqa: PLC0415

    claims = claims_of(plan)
    txids = tuple(dict.fromkeys(claim.txid for claim in claims))
    pauses = list(PAUSES_S)
    while True:
        known, unknown = await access.known_orders(txids, most_unknown=most_unknown)
        found = contradictions(claims, known, unknown)
        if not found or not pauses or not _may_be_ahead(ledger, time.time()):
            return known, found
        pause_s = pauses.pop(0)
        say(f"{_sentence(found[0])}. Its records may lag: they are queried again in {pause_s:.0f} s.")
        await trio.sleep(pause_s)


def _may_be_ahead(ledger: Ledger, now: float) -> bool:
    """Return True if the last run ended so recently that the records may not show it yet."""
    recorded_at = [ledger.ended.at] if ledger.ended else []
    recorded_at += [ledger.runs[-1].at] if ledger.runs else []
    recorded_at += [record.acked_at for record in ledger.orders.values() if record.acked_at]
    return any(abs(now - moment) < RECORDS_LAG_S for moment in map(_moment, recorded_at))


def _moment(text: str) -> float:
    try:
        return parse_rfc3339(text)
    except ValueError:
        return 0.0  # A time that is none is no time of ours.
