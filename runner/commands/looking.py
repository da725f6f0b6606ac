"""Looking a plan over at the exchange: for ``plan`` to show it, for ``apply`` before it sends anything."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.domain import Account, Market
from runner.errors import Unreachable
from runner.review import REPORTING, Review, review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.engine import Plan
    from runner.transport.kraken import KrakenAccess

    from .batches import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a plan is looked over. ``offline``: nobody is asked. ``currency``: what money is added up in."""

    environ: Mapping[str, str]
    offline: bool = False
    currency: str = REPORTING


def reviewed(found: Plan, target: Target, looking: Looking) -> Review:
    """The review of a plan at its venue, or without it. Raises ``Unreachable``."""
    if looking.offline:
        return review(found, None, None, time.time(), reporting=looking.currency)
    market, account = _at_the_exchange(found, target, looking)
    return review(found, market, account, time.time(), reporting=looking.currency)


async def look(
    access: KrakenAccess, found: Plan, *, currency: str | None = None
) -> tuple[Market, Account | None]:
    """The market of a plan's pairs, and the account where there are credentials. Raises ``AccessFailed``."""
    from runner.transport.market import read_account, read_market  # noqa: PLC0415 - offline loads no sockets

    pairs = [order.request.pair for order in found.orders()]
    market = await read_market(access, pairs, clock=time.time, reporting=currency)
    return market, await read_account(access, market) if access.has_credentials else None


def _at_the_exchange(found: Plan, target: Target, looking: Looking) -> tuple[Market, Account | None]:
    from runner.transport.clock import RunClock  # noqa: PLC0415
    from runner.transport.kraken import AccessFailed  # noqa: PLC0415

    from .running import run  # noqa: PLC0415
    from .venues import look_at_venue  # noqa: PLC0415

    answers: list[tuple[Market, Account | None]] = []

    async def main() -> None:
        async with look_at_venue(target.venue, target.state_dir, looking.environ, RunClock()) as access:
            answers.append(await look(access, found, currency=looking.currency))

    try:
        run(main)
    except AccessFailed as failure:
        raise Unreachable(
            f"the exchange cannot be asked: {failure.reason}",
            details=["Nothing was sent. With --offline the plan is shown without prices and balances."],
        ) from None
    return answers[0]
