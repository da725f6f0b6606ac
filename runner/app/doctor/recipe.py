"""The recipe of ``order-batch doctor``: read every fact once, then judge. It changes nothing anywhere.

No order is sent, nothing is written to the state folder, and no lock is taken. In a ledger only the nonce
of the one signed call is counted.
"""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.errors import InvalidInput, Locked, Refused, Unreachable, input_error

from .facts import AddressFacts, ExchangeFacts, Facts, KeyFacts, LedgerFacts
from .findings import Failure, Purpose
from .judging_access import judge_key, judge_permissions
from .judging_machine import judge_folder, judge_ledger, judge_versions
from .judging_way import judge_clock, judge_connection, judge_market, judge_proxies, judge_tls
from .ledger import counted, read_ledger
from .machine import read_folder, read_versions
from .surroundings import addresses_of, read_addresses, read_key, read_proxies, read_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target

    from .findings import Finding

_WHAT = "the exchange"


async def examine(
    target: Target,
    environ: Mapping[str, str],
    *,
    purpose: Purpose,
    deadline_s: int,
    host: Host,
    say: Callable[[str], None],
) -> tuple[Finding, ...]:
    """Return the findings about a set-up for a command. An exchange that cannot be reached is one of them."""
    facts = await _read(target, environ, host, say)
    return judge(facts, purpose, deadline_s=Decimal(deadline_s), now=time.time())


def judge(facts: Facts, purpose: Purpose, *, deadline_s: Decimal, now: float) -> tuple[Finding, ...]:
    """Return the findings that follow from facts; ``now`` is Unix seconds."""
    exchange = facts.exchange
    return (
        *judge_versions(facts.versions),
        *judge_folder(facts.folder, purpose),
        *judge_ledger(facts.ledger, purpose),
        *judge_key(facts.key, exchange, purpose),
        *judge_proxies(facts.proxies),
        *judge_tls(facts.trust, facts.addresses, exchange),
        *judge_connection(facts.proxies, facts.addresses, exchange),
        *judge_clock(exchange, deadline_s),
        *judge_market(exchange, purpose),
        *judge_permissions(facts.key, exchange, purpose, now),
    )


async def _read(target: Target, environ: Mapping[str, str], host: Host, say: Callable[[str], None]) -> Facts:
    from runner.app.access.venues import KRAKEN, PAPER, served_elsewhere  # noqa: PLC0415

    live = target.venue == KRAKEN
    if live:
        key, addresses = read_key(environ), read_addresses(environ)
    else:
        served = served_elsewhere(target.state_dir)
        key = KeyFacts(simulated=True)
        addresses = AddressFacts(hosts=("loopback",), secure=False, here=True)
        addresses = addresses if served is None else addresses_of(served)
    facts = Facts(
        versions=read_versions(),
        folder=read_folder(target.state_dir, KRAKEN if live else PAPER),
        ledger=read_ledger(target, environ),
        key=key,
        proxies=read_proxies(environ, addresses),
        trust=read_trust(environ),
        addresses=addresses,
        exchange=None,
    )
    failures = (facts.proxies.failure, facts.trust.failure, addresses.failure)
    if any(failure is not None for failure in failures):
        return facts
    try:
        answers = await _ask(facts.ledger, target, _usable(environ, key), host, say=say)
    except OSError as error:  # Of the simulated exchange, which is in the state folder.
        return facts if facts.folder.failures else replace(facts, exchange=Failure.of(input_error(error)))
    return replace(facts, exchange=answers)


def _usable(environ: Mapping[str, str], key: KeyFacts) -> Mapping[str, str]:
    """Return the environment, without a key that cannot be used: the rest is looked at all the same."""
    return environ if key.usable else {name: environ[name] for name in environ if name not in key.sources}


async def _ask(
    ledger: LedgerFacts,
    target: Target,
    environ: Mapping[str, str],
    host: Host,
    *,
    say: Callable[[str], None],
) -> ExchangeFacts | Failure:
    from runner.app.access.venues import look_at_venue  # noqa: PLC0415
    from runner.app.access.waits import announce_wait  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415

    from .exchange import read_exchange  # noqa: PLC0415

    answers: list[ExchangeFacts] = []

    async def main() -> None:
        clock = RunClock()
        way = look_at_venue(target.venue, target.state_dir, environ, clock, nonces=nonces)
        async with way as access:
            answers.append(await announce_wait(read_exchange(access, clock), say, _WHAT, lambda: ""))

    try:
        with counted(ledger, target, environ) as nonces:
            await host.run(main)
    except (InvalidInput, Refused, Unreachable, Locked) as error:
        return Failure.of(error)
    return answers[0]
