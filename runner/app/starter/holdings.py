"""The free funds of an account and their prices, read at the venue. Nothing is sent."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.app.access.venues import look_at_venue
from runner.app.access.waits import announce_wait
from runner.app.checks.api_keys import check_key
from runner.domain import is_currency
from runner.errors import Unreachable
from runner.journal import Ledger
from runner.kraken import cure_of
from runner.net.clock import RunClock
from runner.net.failures import AccessFailed
from runner.review import KeyUse
from runner.runtime.kraken.market_data import look_over, read_market

from .weights import Holdings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.runtime.kraken.access import KrakenAccess

_NOTHING: Final = Decimal()


async def read_holdings(
    target: Target, quote: str, environ: Mapping[str, str], host: Host, say: Callable[[str], None]
) -> Holdings:
    """Return the free funds of the account at a venue. Raises ``Unreachable``."""
    holdings: list[Holdings] = []

    async def main() -> None:
        async with look_at_venue(target.venue, target.state_dir, environ, RunClock(), say=say) as access:
            reading = _read(access, quote, say)
            holdings.append(await announce_wait(reading, say, "what the account holds", lambda: access.doing))

    try:
        await host.run(main)
    except AccessFailed as failure:
        why = f"the account cannot be read: {failure.reason}"
        raise Unreachable(why, details=[cure_of(failure.reason), "Nothing was written."]) from None
    return holdings[0]


async def _read(access: KrakenAccess, quote: str, say: Callable[[str], None]) -> Holdings:
    await check_key(access, Ledger(), KeyUse.REBALANCE, say=say)
    looked = await look_over(access, (), clock=time.time)
    balances = None if looked.account is None else looked.account.balances
    if balances is None:
        reasons = [gap.reason for gap in looked.gaps] or ["There is no API key, or it may not query funds."]
        raise Unreachable("the account cannot be read", details=[*reasons, "Nothing was written."])
    free = {name: balance.available for name, balance in balances.items()}
    held = [name for name, amount in free.items() if amount > 0 and name != quote and is_currency(name)]
    market = await read_market(access, [f"{name}/{quote}" for name in held], clock=time.time)
    prices = {name: market.quotes.get(f"{name}/{quote}") for name in held}
    mid = {name: price.mid for name, price in prices.items() if price is not None and price.mid is not None}
    cash = max(free.pop(quote, _NOTHING), _NOTHING)
    return Holdings(quote=quote, at=market.at, cash=cash, free=free, mid=mid)
