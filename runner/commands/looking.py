"""Looking a plan over at the exchange: for ``plan`` to show it, for ``apply`` before it sends anything."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.domain import RunOutcome
from runner.errors import Refused, Unreachable
from runner.protocol import Tier
from runner.review import REPORTING, Review, review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Account, Market
    from runner.engine import Plan
    from runner.records import Ledger
    from runner.report import Output
    from runner.review import Finding
    from runner.transport.kraken import KrakenAccess

    from .batches import Target


SHOWN_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a plan is looked over. ``offline``: nobody is asked. ``currency``: what money is added up in.

    ``tier`` is the account's.
    """

    environ: Mapping[str, str]
    offline: bool = False
    currency: str = REPORTING
    tier: Tier = Tier.STARTER


def reviewed(found: Plan, target: Target, looking: Looking) -> Review:
    """The review of a plan at its venue, or without it. Raises ``Unreachable``."""
    if looking.offline:
        market, account = None, None
    else:
        market, account = _at_the_exchange(found, target, looking)
    return review(found, market, account, time.time(), reporting=looking.currency, tier=looking.tier)


async def check_before_sending(
    access: KrakenAccess, found: Plan, ledger: Ledger, out: Output, *, tier: Tier = Tier.STARTER
) -> Review:
    """Raise ``Refused`` for what the exchange would reject; say the rest. Sends nothing.

    Return the review, whose plan knows what the account has open.

    A run that was begun is brought to its end all the same: what it has sent already cannot be refused. What
    cannot be looked at is left to the exchange, which looks at every order itself.
    """
    from runner.transport.kraken import AccessFailed  # noqa: PLC0415

    try:
        market, account = await look(access, found)
    except AccessFailed as failure:
        out.note(f"Not checked before sending: {failure.reason}")
        return review(found, None, None, time.time())
    result = review(found, market, account, time.time(), tier=tier)
    if result.errors and not begun(ledger):
        many = "an order" if len(result.errors) == 1 else "orders"
        raise Refused(
            f"the exchange would not take {many} of this batch; nothing was sent",
            details=[
                *_shown(result.errors),
                "Put it right, or say --unchecked to let the exchange decide.",
            ],
        )
    for text in _shown(result.findings):
        out.note(text)
    return result


async def glance(access: KrakenAccess | None, found: Plan) -> Review:
    """The review of a plan that is sent unchecked, as far as it can be read, for a person to say yes to."""
    from runner.transport.kraken import AccessFailed  # noqa: PLC0415

    with suppress(AccessFailed):
        if access is not None:
            market, account = await look(access, found)
            return review(found, market, account, time.time())
    return review(found, None, None, time.time())


def begun(ledger: Ledger) -> bool:
    """Whether the last run broke off with something sent."""
    if ledger.ended is None:
        return bool(ledger.runs)
    return RunOutcome(ledger.ended.outcome) in (RunOutcome.UNRESOLVED, RunOutcome.INTERRUPTED)


def _shown(findings: Sequence[Finding]) -> list[str]:
    rest = len(findings) - SHOWN_FINDINGS
    more = [f"and {rest} more, which `order-batch plan --format json` shows"] if rest > 0 else []
    return [*map(str, findings[:SHOWN_FINDINGS]), *more]


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
