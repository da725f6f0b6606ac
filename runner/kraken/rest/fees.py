"""The answer of ``TradeVolume``: what an account pays in each pair, after its volume of 30 days.

A pair whose fee is absent or cannot be read is a ``FrameError``: an unknown fee is not zero.
Source: https://docs.kraken.com/api-reference/account-data/get-trade-volume
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.domain import Fees
from runner.kraken.wire.codec import FrameError

from .public import names_of, number_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import Instrument

TRADE_VOLUME_PATH: Final = "/0/private/TradeVolume"

_ALL: Final = Decimal(100)


def fees_from(result: Any, instruments: Iterable[Instrument]) -> dict[str, Fees]:
    """Return the fees of these pairs by ``wsname``, as shares: the exchange's 0.26 (percent) is 0.0026.

    A pair without a maker's fee has one for both. Raises ``FrameError``, also if one of the pairs is missing.
    """
    pairs = tuple(instruments)
    takers, makers = _side(result, "fees", pairs), _side(result, "fees_maker", pairs)
    lacking = [pair.wsname for pair in pairs if pair.wsname not in takers]
    if lacking:
        raise FrameError(f"no fee of {', '.join(lacking[:5])}")
    return {pair: Fees(maker=makers.get(pair, taker), taker=taker) for pair, taker in takers.items()}


def _side(result: Any, name: str, pairs: Iterable[Instrument]) -> dict[str, Decimal]:
    names = names_of(pairs)
    entries = result.get(name) if isinstance(result, dict) else ()
    if entries is None:
        return {}
    if not isinstance(entries, dict):
        raise FrameError(f"no {name} in the answer")
    return {names[key]: _share(names[key], fields) for key, fields in entries.items() if key in names}


def _share(pair: str, fields: Any) -> Decimal:
    percent = number_from(fields.get("fee")) if isinstance(fields, dict) else None
    if percent is None or not 0 <= percent < _ALL:
        raise FrameError(f"the fee of {pair} cannot be read")
    return percent / _ALL
