"""The basis of a rebalance, read at a venue: one look at the market, and at the account.

Nothing is locked, created or sent. What cannot be read is unknown, and nothing is computed without it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from runner.app.inputs.batches import records_of
from runner.errors import Unreachable
from runner.journal import Ledger
from runner.kraken import cure_of
from runner.rebalance import Snapshot
from runner.review import KeyUse

from .api_keys import check_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.domain import Targets
    from runner.kraken import Tier
    from runner.runtime.kraken.access import KrakenAccess

_WHAT: Final = "the exchange's prices, balances, open orders and fees"


async def read_snapshot(
    targets: Targets,
    target: Target,
    environ: Mapping[str, str],
    *,
    host: Host,
    say: Callable[[str], None],
    tier: Tier,
) -> Snapshot:
    """Return market and account at a venue. Raises ``Unreachable`` if anything of it could not be read.

    Its time is that of its end, so that prices are old if the exchange kept us waiting after them.
    """
    from runner.app.access.venues import KRAKEN, look_at_venue, open_venue  # noqa: PLC0415 - offline loads no sockets
    from runner.app.access.waits import announce_wait  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    answers: list[Snapshot] = []

    async def main() -> None:
        way = open_venue if target.venue == KRAKEN else look_at_venue
        nonces = records_of(target).nonces
        async with way(
            target.venue, target.state_dir, environ, RunClock(), tier=tier, say=say, nonces=nonces
        ) as access:
            reading = _read(access, targets, target.venue, say)
            answers.append(await announce_wait(reading, say, _WHAT, lambda: access.doing))

    try:
        await host.run(main)
    except AccessFailed as failure:
        raise _unread(failure.reason) from None
    return answers[0]


async def _read(access: KrakenAccess, targets: Targets, source: str, say: Callable[[str], None]) -> Snapshot:
    from runner.runtime.kraken.market_data import look_over, name_pairs, read_fees  # noqa: PLC0415

    await check_key(access, Ledger(), KeyUse.REBALANCE, say=say)
    pairs = [targets.pair(currency) for currency in sorted(targets.weights)]
    looked = await look_over(access, pairs, clock=time.time)
    if looked.gaps:
        raise _unread(*(gap.reason for gap in looked.gaps))
    market, account = looked.market, looked.account
    assert market is not None, "without a gap it was read"
    if account is None or account.balances is None or account.orders is None:
        raise Unreachable(
            "this key may not read the balances and the open orders of its account",
            details=[
                "Give it the permissions to query funds and open orders.",
                "Nothing was written.",
            ],
        )
    orders = await name_pairs(access, account.orders)
    fees = await read_fees(access, market.instruments.values()) if targets.fee is None else {}
    return Snapshot(
        market=replace(market, at=time.time(), source=source),
        balances=account.balances,
        orders=orders,
        fees=fees,
    )


def _unread(*reasons: str) -> Unreachable:
    why = list(dict.fromkeys(reasons))
    return Unreachable(
        f"not everything could be read: {why[0]}",
        details=[
            *(f"Not read: {reason}." for reason in why[1:]),
            *dict.fromkeys(map(cure_of, why)),
            "Nothing was written.",
        ],
    )
