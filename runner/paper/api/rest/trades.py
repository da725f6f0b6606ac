"""The REST calls that look up trades: TradesHistory and QueryTrades.

They see what was traded up to ``rest.lag_s`` ago.
Source: https://docs.kraken.com/api/docs/rest-api/get-trade-history
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runner.paper.api import rendering
from runner.paper.exchange.error_texts import invalid

from . import history
from .calls import CallError

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue
    from runner.paper.state.changes import Trade

IDS_MAX = 20


def trades_history(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return a page of the account's trades, the latest first, and how many there are in all.

    ``start`` (exclusive) and ``end`` (inclusive) are Unix seconds or trade ids.
    """
    seen = _visible_trades(venue, now)
    moments = {trade.trade_id: trade.time for trade in seen}
    start = history.moment(fields.get("start"), moments, "start", -math.inf)
    end = history.moment(fields.get("end"), moments, "end", math.inf)
    found = [trade for trade in reversed(seen) if start < trade.time <= end]
    offset = history.offset(fields.get("ofs", "0"))
    page = {trade.trade_id: _trade_row(trade) for trade in found[offset : offset + history.PAGE]}
    return {"trades": page} | history.counted(fields, len(found))


def query_trades(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return the trades that ``txid`` lists, up to 20."""
    wanted = [text.strip() for text in fields.get("txid", "").split(",") if text.strip()]
    if not 0 < len(wanted) <= IDS_MAX:
        raise CallError(invalid("txid"))
    known = {trade.trade_id: trade for trade in _visible_trades(venue, now)}
    if any(txid not in known for txid in wanted):
        raise CallError(venue.options.errors.query_unknown_order)
    return {txid: _trade_row(known[txid]) for txid in wanted}


def _visible_trades(venue: Venue, now: float) -> list[Trade]:
    lag_s = venue.options.rest.lag_s
    return [trade for trade in venue.trades if not lag_s or trade.time <= now - lag_s]


def _trade_row(trade: Trade) -> dict[str, Any]:
    """Return a trade as REST writes it: the time is a number, the pair its REST id."""
    return rendering.trade(trade, update=False) | {
        "pair": trade.order.instrument.rest_id,
        "time": rendering.number(trade.time),
        "trade_id": trade.number + 1,
        "leverage": trade.order.leverage or "0",
        "misc": "",
    }
