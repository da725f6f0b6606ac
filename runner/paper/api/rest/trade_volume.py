"""``TradeVolume``: the volume of the last 30 days in US dollars, and the fees that follow from it.

All pairs have one schedule here; the full one (``fee_schedule``) is not given.
Source: https://docs.kraken.com/api/docs/rest-api/get-trade-volume
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from runner.paper.state.texts import fixed

from .calls import CallError

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue
    from runner.paper.options.kinds import FeeTier
    from runner.paper.state.instruments import Instrument

_DECIMALS: Final = 4
_TAKER: Final = attrgetter("taker")
_MAKER: Final = attrgetter("maker")


def trade_volume(venue: Venue, _: object, fields: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return the volume and, for the pairs that ``pair`` lists, the fees in percent, takers' and makers'."""
    names = fields["pair"].split(",") if fields.get("pair") else []
    found = [venue.market.instruments.find_rest(name) for name in names]
    pairs = [instrument for instrument in found if instrument is not None]
    if len(pairs) < len(found):
        raise CallError("EQuery:Unknown asset pair")
    fees = {
        key: {pair.rest_id: _side(venue, pair, share, now) for pair in pairs}
        for key, share in (("fees", _TAKER), ("fees_maker", _MAKER))
        if pairs
    }
    return {"currency": "ZUSD", "volume": fixed(venue.fees.volume, _DECIMALS), **fees}


def _side(
    venue: Venue, instrument: Instrument, share: Callable[[FeeTier], Decimal], now: float
) -> dict[str, str | None]:
    current, above = venue.fees.tier_and_next(instrument, now)
    shares = [share(tier) for tier in venue.fees.tiers(instrument)]
    return {
        "fee": _percent(share(current)),
        "minfee": _percent(min(shares)),
        "maxfee": _percent(max(shares)),
        "nextfee": None if above is None else _percent(share(above)),
        "nextvolume": None if above is None else fixed(above.volume, _DECIMALS),
        "tiervolume": fixed(current.volume, _DECIMALS),
    }


def _percent(share: Decimal) -> str:
    return fixed(share * 100, _DECIMALS)
