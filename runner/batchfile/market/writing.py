"""A recorded market as the text of a file, the same for the same record: JSON, one pair or moment a line.

Numbers are text, so that no reader changes them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.domain import CURRENCY, rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from runner.domain import Instrument, MarketRecord, Quote, QuotesAt


def market_text(record: MarketRecord) -> str:
    """Return the file of a record."""
    market = record.market
    schedules = _Schedules()
    pairs = {
        pair: _pair_row(instrument, market.quotes[pair], schedules)
        for pair, instrument in sorted(market.instruments.items())
    }
    parts = [f'"version": 1,\n"at": {_json(rfc3339(market.at))},\n"source": {_json(market.source)}']
    if schedules.rows:
        parts.append(f'"fees": {_lines(schedules.rows)}')
    parts.append(f'"pairs": {_lines(pairs)}')
    if record.series:
        moments = ",\n".join(_json(_moment_row(moment)) for moment in record.series)
        parts.append(f'"series": [\n{moments}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(rows: Mapping[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{_json(name)}: {_json(row)}" for name, row in rows.items()) + "\n}"


class _Schedules:
    """The fee schedules so far, each once, with a name."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def name_of(self, instrument: Instrument) -> str | None:
        """Return the name of the schedule of a pair; None for one that says none."""
        names = ("volume", "taker", "maker")
        row = [dict(zip(names, map(_text, tier), strict=True)) for tier in instrument.fee_schedule()]
        if not row:
            return None
        return next((name for name, known in self.rows.items() if known == row), None) or self._add(row)

    def _add(self, row: list[dict[str, str]]) -> str:
        name = f"schedule-{len(self.rows) + 1}"
        self.rows[name] = row
        return name


def _pair_row(instrument: Instrument, quote: Quote, schedules: _Schedules) -> dict[str, Any]:
    prices = dict(zip(("bid", "ask", "last"), _prices(quote), strict=False))
    assert instrument.ordermin is not None, instrument.wsname
    assert instrument.costmin is not None, instrument.wsname
    row: dict[str, Any] = {
        **prices,
        "tick": _text(instrument.tick_size),
        "lot_decimals": instrument.lot_decimals,
        "ordermin": _text(instrument.ordermin),
        "costmin": _text(instrument.costmin),
        "altname": instrument.altname,
        "rest_id": instrument.rest_id or instrument.altname,
        "status": str(instrument.status),
        "leverage_buy": list(instrument.leverage_buy),
        "leverage_sell": list(instrument.leverage_sell),
    }
    if instrument.asset_class != CURRENCY:
        row["asset_class"] = instrument.asset_class
    schedule = schedules.name_of(instrument)
    return row if schedule is None else row | {"fees": schedule}


def _moment_row(moment: QuotesAt) -> dict[str, Any]:
    quotes = {name: _prices(quote) for name, quote in moment.quotes.items()}
    return {"at_s": _text(moment.after_s), "quotes": quotes}


def _prices(quote: Quote) -> list[str]:
    return [_text(price) for price in (quote.bid, quote.ask, quote.last) if price is not None]


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _json(value: object) -> str:
    # An escaped pair of surrogates is no character in YAML, which is what reads the file.
    return json.dumps(value, ensure_ascii=False)
