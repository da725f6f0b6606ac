"""The pairs of a market that was read or recorded, as the simulated exchange trades them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.paper.options.kinds import FeeTier

from .instruments import Instrument, Instruments, decimals_of

if TYPE_CHECKING:
    from runner.domain import Instrument as ListedPair
    from runner.domain import Market

_HUNDRED = Decimal(100)
_COINS_AS_QUOTE = ("XBT", "ETH")


def instruments_of(market: Market) -> Instruments:
    """Return all pairs of a market; each of them says its minima."""
    return Instruments(map(_instrument, market.instruments.values()))


def _instrument(pair: ListedPair) -> Instrument:
    assert pair.ordermin is not None, pair.wsname
    assert pair.costmin is not None, pair.wsname
    price_decimals = decimals_of(pair.tick_size)
    return Instrument(
        wsname=pair.wsname,
        altname=pair.altname,
        rest_id=pair.rest_id or pair.altname,
        base=pair.base,
        quote=pair.quote,
        asset_class=pair.asset_class,
        tick=pair.tick_size,
        ordermin=pair.ordermin,
        costmin=pair.costmin,
        lot_decimals=pair.lot_decimals,
        lot_step=Decimal(1).scaleb(-pair.lot_decimals),
        price_decimals=price_decimals,
        shown_decimals=max(5, price_decimals),
        cost_decimals=10 if pair.quote in _COINS_AS_QUOTE else 5,
        status=str(pair.status),
        fees=_schedule(pair),
        leverage_buy=tuple(map(str, pair.leverage_buy)),
        leverage_sell=tuple(map(str, pair.leverage_sell)),
    )


def _schedule(pair: ListedPair) -> tuple[FeeTier, ...] | None:
    tiers = [
        FeeTier(volume, taker / _HUNDRED, maker / _HUNDRED) for volume, taker, maker in pair.fee_schedule()
    ]
    return tuple(tiers) or None
