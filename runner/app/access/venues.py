"""The two venues: the simulated exchange inside this process, or Kraken; both over real sockets."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trio

from runner.domain import Secret
from runner.errors import InvalidInput, Unreachable
from runner.kraken import Tier
from runner.net.addresses import Address
from runner.net.dialing import dialer_of
from runner.paper import OPENING, Exchange, LimitOptions, Opening, Options, header_record, opening_of, seed_of
from runner.paper import Credentials as PaperCredentials
from runner.runtime.kraken.access import LOOPBACK, Credentials, Endpoints, KrakenAccess, address_of
from runner.runtime.storage import (
    JOURNAL,
    State,
    disk_cure_of,
    exchange_path,
    hold,
    is_held,
    read_journal,
    read_limited,
    write_json,
)

from .credentials import Nonces, Say, credential, live_access, live_endpoints, say_nothing

if TYPE_CHECKING:
    from runner.domain import Scenario
    from runner.net.clock import RunClock
    from runner.paper.server.serve_options import Listening, PaperEndpoints

PAPER = "paper"
KRAKEN = "kraken"

DEFAULT_OPTIONS = Options()
"""The default options of the simulated exchange."""

_SERVED = "served.json"
_MAX_SERVED_BYTES = 4096
_SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class PaperExchange:
    """The simulated exchange as it was left by the last run.

    ``opening`` is what it once opened with; ``fresh``: that was just now. ``keep`` saves its record. It
    raises ``Unreachable``.
    """

    exchange: Exchange
    opening: Opening
    fresh: bool
    keep: Callable[[list[dict[str, Any]]], None]
    credentials: Credentials


@contextmanager
def paper_exchange(
    state_dir: Path, options: Options = DEFAULT_OPTIONS, opening: Opening = OPENING
) -> Iterator[PaperExchange]:
    """Lock the simulated exchange of a state directory; create it with this opening if there is none.

    Its state is the fold of its record. Raises ``Locked`` when another process holds it, and ``Unreachable``
    if a new one cannot be saved.
    """
    folder = exchange_path(state_dir, PAPER)
    # Paper money needs to outlive the process, not the machine: the sync is left out.
    with hold(folder, durable=False) as state:
        (folder / _SERVED).unlink(missing_ok=True)  # a process that was killed may have left it
        fresh = not state.journal.contents
        contents = [_create_journal(state, opening)] if fresh else state.journal.contents
        exchange, credentials = _rebuild(contents, options)
        yield PaperExchange(exchange, opening_of(contents[0]), fresh, partial(_keep, state), credentials)


def there_is_a_paper_exchange(state_dir: Path) -> bool:
    """Return True if the simulated exchange of a state directory was ever used."""
    return exchange_path(state_dir, PAPER).is_dir()


def account_at(venue: str, state_dir: Path, environ: Mapping[str, str]) -> str | None:
    """Return the fingerprint of the account's API key; None where there is no account yet.

    Raises ``InvalidInput`` for a key that cannot be one.
    """
    if venue == KRAKEN:
        named = environ.get("KRAKEN_API_KEY") or environ.get("KRAKEN_API_KEY_FILE")
        return credential(environ, "KRAKEN_API_KEY").fingerprint() if named else None
    records = read_journal(exchange_path(state_dir, PAPER) / JOURNAL)
    return _paper_credentials(records[0]["seed"]).key.fingerprint() if records else None


def address_at(venue: str, environ: Mapping[str, str]) -> str:
    """Return the address that orders go to, as journals record it.

    Raises ``InvalidInput`` as ``live_endpoints`` does.
    """
    return address_of(live_endpoints(environ)) if venue == KRAKEN else LOOPBACK


async def serve(
    paper: PaperExchange,
    clock: RunClock,
    listening: Listening | None = None,
    scenario: Scenario | None = None,
    *,
    forget: Callable[[], None] | None = None,
    task_status: trio.TaskStatus[PaperEndpoints] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve a simulated exchange until cancelled; on loopback by default.

    ``forget`` is as in ``serve_paper``: without it the exchange cannot be reset meanwhile.

    Raises ``InvalidInput`` if it cannot listen, ``Unreachable`` if the disk is full.
    """
    from runner.paper.server.server import serve_paper  # noqa: PLC0415 - a live run loads no server

    await serve_paper(
        paper.exchange,
        persist=paper.keep,
        clock=clock,
        listening=listening,
        scenario=scenario,
        forget=forget,
        task_status=task_status,
    )


@contextmanager
def announce_address(state_dir: Path, where: PaperEndpoints) -> Iterator[None]:
    """Announce a served exchange to other commands with this state directory, during a block.

    Raises ``Unreachable`` if that cannot be written.
    """
    file = exchange_path(state_dir, PAPER) / _SERVED
    try:
        addresses = {"rest_url": where.rest_url, "ws_url": where.ws_url, "pid": os.getpid()}
        write_json(file, addresses | {"control_token": where.control_token.reveal()})
    except OSError as error:
        raise Unreachable(f"{file}: its addresses cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def served_elsewhere(state_dir: Path) -> Endpoints | None:
    """Return the addresses of a simulated exchange that another process serves for this state, or None."""
    folder = exchange_path(state_dir, PAPER)
    try:
        found = json.loads(read_limited(folder / _SERVED, _MAX_SERVED_BYTES))
        endpoints = Endpoints(str(found["rest_url"]), str(found["ws_url"]))
    except (InvalidInput, ValueError, KeyError, TypeError):
        return None
    # Who served it may have been killed, and have left its address.
    return endpoints if is_held(folder) else None


def control_token_of(state_dir: Path) -> Secret | None:
    """Return the token that steers the simulated exchange that is served for this state, None without one."""
    try:
        found = json.loads(read_limited(exchange_path(state_dir, PAPER) / _SERVED, _MAX_SERVED_BYTES))
        return Secret(str(found["control_token"]))
    except (InvalidInput, ValueError, KeyError, TypeError):
        return None


@asynccontextmanager
async def _attach(
    where: Endpoints, state_dir: Path, environ: Mapping[str, str], tier: Tier, say: Say
) -> AsyncIterator[KrakenAccess]:
    """Open access to a simulated exchange that another process serves."""
    records = read_journal(exchange_path(state_dir, PAPER) / JOURNAL)
    dialer = dialer_of(environ) if Address.of(where.rest_url).secure else None
    credentials = _paper_credentials(seed_of(records[0]))
    async with _closing(KrakenAccess(where, credentials, dialer=dialer, tier=tier, say=say)) as access:
        yield access


@asynccontextmanager
async def open_venue(
    venue: str,
    state_dir: Path,
    environ: Mapping[str, str],
    clock: RunClock,
    *,
    tier: Tier = Tier.STARTER,
    say: Say = say_nothing,
    nonces: Nonces | None = None,
) -> AsyncIterator[KrakenAccess]:
    """Open access to an account at a venue, during a run.

    A simulated exchange that another process serves is used as it is served. ``nonces`` are of a key that
    other machines use too.
    """
    if venue == KRAKEN:
        async with _closing(live_access(environ, say=say, tier=tier, nonces=nonces)) as access:
            yield access
        return
    if (elsewhere := served_elsewhere(state_dir)) is not None:
        async with _attach(elsewhere, state_dir, environ, tier, say) as access:
            yield access
        return
    with paper_exchange(state_dir, Options(limits=LimitOptions(tier=tier))) as paper:
        async with trio.open_nursery() as nursery:
            where = await nursery.start(partial(serve, paper, clock))
            served = Endpoints(where.rest_url, where.ws_url)
            try:
                async with _closing(KrakenAccess(served, paper.credentials, tier=tier, say=say)) as access:
                    yield access
            finally:
                nursery.cancel_scope.cancel()


@asynccontextmanager
async def look_at_venue(
    venue: str,
    state_dir: Path,
    environ: Mapping[str, str],
    clock: RunClock,
    *,
    tier: Tier = Tier.STARTER,
    say: Say = say_nothing,
    nonces: Nonces | None = None,
) -> AsyncIterator[KrakenAccess]:
    """Open read-only access to a venue, with an account if there are credentials.

    A simulated exchange that another process serves is read there. Otherwise it is served as it was left:
    nothing is locked, created or saved, so one that is in use can be read too.
    """
    if venue == KRAKEN:
        async with _closing(live_access(environ, say=say, needed=False, tier=tier, nonces=nonces)) as access:
            yield access
        return
    from runner.paper.server.server import serve_paper  # noqa: PLC0415 - a live run loads no web server

    if (elsewhere := served_elsewhere(state_dir)) is not None:
        async with _attach(elsewhere, state_dir, environ, tier, say) as access:
            yield access
        return
    records = read_journal(exchange_path(state_dir, PAPER) / JOURNAL)
    exchange, credentials = _rebuild(records or [header_record("")])
    async with trio.open_nursery() as nursery:
        where = await nursery.start(partial(serve_paper, exchange, persist=_forget, clock=clock))
        served = Endpoints(where.rest_url, where.ws_url)
        try:
            async with _closing(KrakenAccess(served, credentials, tier=tier, say=say)) as access:
                yield access
        finally:
            nursery.cancel_scope.cancel()


def _rebuild(
    contents: Sequence[Mapping[str, Any]], options: Options = DEFAULT_OPTIONS
) -> tuple[Exchange, Credentials]:
    """Rebuild a simulated exchange from the lines of its journal, the first of which holds the seed."""
    header, *records = contents
    seed = seed_of(header)
    credentials = _paper_credentials(seed)
    exchange = Exchange(
        seed=seed,
        credentials=PaperCredentials(api_key=credentials.key.reveal(), secret=credentials.secret),
        options=options,
        opening=opening_of(header),
    )
    exchange.replay(records)
    return exchange, credentials


def _forget(_: object) -> None:
    pass


def _create_journal(state: State, opening: Opening) -> dict[str, Any]:
    """Create the journal of a new exchange; its first line holds the seed of its ids, and its opening."""
    header = header_record(os.urandom(_SEED_BYTES).hex(), opening)
    _keep(state, [header])
    return header


def _keep(state: State, records: list[dict[str, Any]]) -> None:
    """Save the record of a simulated exchange.

    If that fails, the exchange is gone, as one whose machine has stopped: it has answered nothing since, and
    the next run finds what was saved before.
    """
    try:
        state.journal.append(records)
    except OSError as error:
        raise Unreachable(
            f"{state.path}: the simulated exchange has stopped, for it cannot keep what it does: "
            f"{error.strerror}",
            details=[disk_cure_of(error)],
        ) from error


def _paper_credentials(seed: str) -> Credentials:
    digest = hashlib.sha512(f"{seed}/credentials".encode()).digest()
    return Credentials(
        Secret("PAPER" + hashlib.sha256(digest).hexdigest()[:32].upper()),
        Secret(base64.b64encode(digest).decode()),
    )


@asynccontextmanager
async def _closing(access: KrakenAccess) -> AsyncIterator[KrakenAccess]:
    """Close access to an account, within a second."""
    try:
        yield access
    finally:
        with trio.CancelScope(shield=True, deadline=trio.current_time() + 1):
            await access.aclose()
