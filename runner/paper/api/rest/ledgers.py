"""The REST calls that show the ledger: Ledgers and QueryLedgers.

Source: https://docs.kraken.com/api/docs/rest-api/get-ledgers
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from runner.paper.api import rendering
from runner.paper.exchange.error_texts import invalid
from runner.paper.state import ids
from runner.paper.state.instruments import asset_class, asset_code, balance_code
from runner.paper.state.ledger import LedgerType
from runner.paper.state.texts import fixed

from . import history
from .calls import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.paper.exchange.venue import Venue
    from runner.paper.state.ledger import LedgerEntry

IDS_MAX: Final = 20
_DECIMALS: Final = 10


def ledgers(venue: Venue, _: object, fields: Mapping[str, str], __: float) -> dict[str, Any]:
    """Return a page of entries, the latest first, and how many there are in all.

    ``asset`` lists currencies, ``type`` and ``aclass`` name one kind; ``start`` (exclusive) and ``end``
    (inclusive) are Unix seconds or ids of entries.
    """
    entries = venue.ledger.entries
    moments = {ids.ledger_id(venue.seed, entry.number): entry.time for entry in entries}
    start = history.moment(fields.get("start"), moments, "start", -math.inf)
    end = history.moment(fields.get("end"), moments, "end", math.inf)
    assets = None if fields.get("asset", "all") == "all" else fields["asset"].split(",")
    kind, aclass = fields.get("type", "all"), fields.get("aclass")
    found = [
        entry
        for entry in reversed(entries)
        if start < entry.time <= end
        and (assets is None or asset_code(entry.asset) in assets or entry.asset in assets)
        and kind in ("all", entry.type)
        and aclass in (None, asset_class(entry.asset))
    ]
    skipped = history.offset(fields.get("ofs", "0"))
    return {"ledger": _rows(venue, found[skipped : skipped + history.PAGE])} | history.counted(
        fields, len(found)
    )


def query_ledgers(venue: Venue, _: object, fields: Mapping[str, str], __: float) -> dict[str, Any]:
    """Return the entries that ``id`` lists, up to 20."""
    wanted = [text.strip() for text in fields.get("id", "").split(",") if text.strip()]
    known = {ids.ledger_id(venue.seed, entry.number): entry for entry in venue.ledger.entries}
    if not 0 < len(wanted) <= IDS_MAX or any(text not in known for text in wanted):
        raise CallError(invalid("id"))
    return _rows(venue, [known[text] for text in wanted])


def _rows(venue: Venue, entries: list[LedgerEntry]) -> dict[str, Any]:
    return {ids.ledger_id(venue.seed, entry.number): _row(venue, entry) for entry in entries}


def _row(venue: Venue, entry: LedgerEntry) -> dict[str, Any]:
    """Return an entry; amounts have as many decimals as in Balance, so that they add up to it."""
    deposit = entry.type is LedgerType.DEPOSIT
    return {
        "refid": ids.deposit_id(venue.seed, entry.number) if deposit else entry.refid,
        "time": rendering.number(entry.time),
        "type": entry.type.value,
        "subtype": "",
        "aclass": asset_class(entry.asset),
        "asset": balance_code(entry.asset),
        "amount": fixed(entry.amount, _DECIMALS),
        "fee": fixed(entry.fee, _DECIMALS),
        "balance": fixed(entry.balance, _DECIMALS),
    }
