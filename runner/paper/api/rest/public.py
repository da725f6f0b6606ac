"""The public REST calls that say what is traded, and when: AssetPairs, Assets, Time, SystemStatus.

Source: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from runner.domain import CURRENCY, TOKENIZED
from runner.paper.exchange.order_context import leverages_of, status_of
from runner.paper.state.instruments import Instrument, asset_code

from .calls import CallError

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.paper.exchange.venue import Venue
    from runner.paper.options.options import Options

_FIAT = ("USD", "EUR", "GBP")


def server_time(_: Venue, __: Mapping[str, str], now: float) -> Any:
    """Return the exchange's own clock."""
    return {"unixtime": int(now), "rfc1123": format_datetime(datetime.fromtimestamp(now, UTC))}


def system_status(venue: Venue, _: Mapping[str, str], now: float) -> Any:
    """Return the state of the exchange."""
    moment = datetime.fromtimestamp(int(now), UTC)
    return {"status": venue.status, "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def asset_pairs(venue: Venue, fields: Mapping[str, str], _: float) -> dict[str, Any]:
    """All pairs of a class, or those that ``pair`` lists, keyed by their REST ids."""
    return {
        instrument.rest_id: _instrument_row(instrument, venue)
        for instrument in requested_instruments(venue, fields, "aclass_base")
    }


def assets(venue: Venue, fields: Mapping[str, str], __: float) -> dict[str, Any]:
    """All currencies, or those that ``asset`` lists, keyed by their REST ids."""
    known = {
        asset_code(name): name
        for instrument in venue.market.instruments.values()
        for name in (instrument.base, instrument.quote)
    }
    if "asset" not in fields:
        return {code: _currency(name) for code, name in known.items()}
    wanted = [asset_code(name) for name in fields["asset"].split(",")]
    if any(code not in known for code in wanted):
        raise CallError("EQuery:Unknown asset")
    return {code: _currency(known[code]) for code in wanted}


def requested_instruments(venue: Venue, fields: Mapping[str, str], class_field: str) -> list[Instrument]:
    """Return the pairs of a class, of currencies where none is named; those of others count as unknown."""
    wanted = fields.get(class_field, CURRENCY)
    if wanted not in (CURRENCY, TOKENIZED):
        raise CallError(f"EGeneral:Invalid arguments:{class_field}")
    instruments = venue.market.instruments
    if "pair" not in fields:
        return [instrument for instrument in instruments.values() if instrument.asset_class == wanted]
    found = [instruments.find_rest(name) for name in fields["pair"].split(",")]
    known = [
        instrument for instrument in found if instrument is not None and instrument.asset_class == wanted
    ]
    if len(known) < len(found):
        raise CallError("EQuery:Unknown asset pair")
    return known


def _instrument_row(instrument: Instrument, venue: Venue) -> dict[str, Any]:
    tiers = venue.fees.tiers(instrument)
    return {
        "altname": instrument.altname,
        "wsname": instrument.wsname,
        "aclass_base": instrument.asset_class,
        "base": asset_code(instrument.base),
        "aclass_quote": CURRENCY,
        "quote": asset_code(instrument.quote),
        "lot": "unit",
        "cost_decimals": instrument.cost_decimals,
        "pair_decimals": instrument.price_decimals,
        "lot_decimals": instrument.lot_decimals,
        "lot_multiplier": 1,
        "leverage_buy": list(map(int, leverages_of(instrument, venue.options, "buy"))),
        "leverage_sell": list(map(int, leverages_of(instrument, venue.options, "sell"))),
        "fees": [[int(tier.volume), _percent(tier.taker)] for tier in tiers],
        "fees_maker": [[int(tier.volume), _percent(tier.maker)] for tier in tiers],
        "fee_volume_currency": "ZUSD",
        "margin_call": int(venue.options.margin.level_min),
        "margin_stop": int(venue.options.margin.liquidation_level),
        "ordermin": f"{instrument.ordermin:f}",
        "costmin": f"{instrument.costmin:f}",
        "tick_size": f"{instrument.tick:f}",
        "status": status_of(instrument, venue.options),
    } | _venue(venue.options)


def _venue(options: Options) -> dict[str, str]:
    """Return the venue where orders of a pair are executed, a field that is younger than the rest."""
    name = options.market.execution_venue
    return {} if name is None else {"execution_venue": name}


def _currency(name: str) -> dict[str, Any]:
    fiat = name in _FIAT
    return {
        "aclass": "currency",
        "altname": name,
        "decimals": 4 if fiat else 10,
        "display_decimals": 2 if fiat else 5,
        "status": "enabled",
    }


def _percent(share: Decimal) -> float:
    # A JSON number, as the exchange has it; nothing is reckoned with it.
    return int(share * 1_000_000) / 10_000
