"""The two venues: the simulated exchange inside this process, or Kraken itself. Both by real sockets."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import trio

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.protocol import Tier, sign
from runner.simulator import Credentials as PaperCredentials
from runner.simulator import Exchange, Options, founding_record, seed_of
from runner.storage import JOURNAL, Journal, hold, is_held, read_journal, read_limited, write_json
from runner.transport.kraken import Credentials, Endpoints, KrakenAccess

if TYPE_CHECKING:
    from runner.domain import Scenario
    from runner.transport.clock import RunClock
    from runner.transport.paper_doors import Listening, PaperEndpoints

PAPER = "paper"
KRAKEN = "kraken"

REST_URL = "https://api.kraken.com"
WS_URL = "wss://ws-auth.kraken.com"

CREDENTIAL_NAMES = tuple(
    f"KRAKEN_API_{what}{source}" for what in ("KEY", "SECRET") for source in ("", "_FILE")
)
USUAL = Options()
"""How the simulated exchange behaves where nobody says otherwise."""

_SERVED = "served.json"
_MAX_SERVED_BYTES = 4096
_SEED_BYTES = 16
_MAX_SECRET_FILE_BYTES = 4096
_CREDENTIAL = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class PaperExchange:
    """The simulated exchange as it was left by the last run, with the journal that keeps it."""

    exchange: Exchange
    journal: Journal
    credentials: Credentials


@contextmanager
def paper_exchange(state_dir: Path, options: Options = USUAL) -> Iterator[PaperExchange]:
    """Hold the simulated exchange of a state directory; made anew where there is none.

    Its state is the fold of what was said to it. Raises ``Locked`` when another process holds it.
    """
    folder = state_dir / PAPER / ".exchange"
    # Paper money needs to outlive the process, not the machine: the sync is left out.
    with hold(folder, durable=False) as state:
        (folder / _SERVED).unlink(missing_ok=True)  # a process that was killed may have left it
        exchange, credentials = _as_it_was(state.journal.contents or [_found(state.journal)], options)
        yield PaperExchange(exchange, state.journal, credentials)


def there_is_a_paper_exchange(state_dir: Path) -> bool:
    """Whether anything was ever done on the simulated exchange of a state directory."""
    return (state_dir / PAPER / ".exchange").is_dir()


def account_at(venue: str, state_dir: Path, environ: Mapping[str, str]) -> str | None:
    """The fingerprint of the account that orders would go to: of its API key; None where there is none yet.

    Raises ``InvalidInput`` for a key that cannot be one.
    """
    if venue == KRAKEN:
        named = environ.get("KRAKEN_API_KEY") or environ.get("KRAKEN_API_KEY_FILE")
        return _credential(environ, "KRAKEN_API_KEY").fingerprint() if named else None
    records = read_journal(state_dir / PAPER / ".exchange" / JOURNAL)
    return _paper_credentials(records[0]["seed"]).key.fingerprint() if records else None


async def serve(
    paper: PaperExchange,
    clock: RunClock,
    listening: Listening | None = None,
    scenario: Scenario | None = None,
    *,
    task_status: trio.TaskStatus[PaperEndpoints] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve a simulated exchange until cancelled; on loopback, unless told otherwise.

    Raises ``InvalidInput`` where it cannot listen.
    """
    from runner.transport.paper import serve_paper  # noqa: PLC0415 - a live run loads no server

    await serve_paper(
        paper.exchange,
        persist=paper.journal.append,
        clock=clock,
        listening=listening,
        scenario=scenario,
        task_status=task_status,
    )


@contextmanager
def announced(state_dir: Path, where: PaperEndpoints) -> Iterator[None]:
    """Let other commands with this state directory find a served exchange, for the length of a block."""
    file = state_dir / PAPER / ".exchange" / _SERVED
    write_json(file, {"rest_url": where.rest_url, "ws_url": where.ws_url, "pid": os.getpid()})
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def served_elsewhere(state_dir: Path) -> Endpoints | None:
    """Where another process serves the simulated exchange of a state directory, None where none does."""
    folder = state_dir / PAPER / ".exchange"
    if not is_held(folder):
        return None  # who served it may have been killed, and have left its address
    try:
        found = json.loads(read_limited(folder / _SERVED, _MAX_SERVED_BYTES))
        return Endpoints(str(found["rest_url"]), str(found["ws_url"]))
    except (InvalidInput, ValueError, KeyError, TypeError):
        return None


@asynccontextmanager
async def _attached(where: Endpoints, state_dir: Path) -> AsyncIterator[KrakenAccess]:
    """The way to a simulated exchange that another process serves."""
    records = read_journal(state_dir / PAPER / ".exchange" / JOURNAL)
    access = KrakenAccess(where, _paper_credentials(seed_of(records[0])))
    try:
        yield access
    finally:
        await _close(access)


@asynccontextmanager
async def open_venue(
    venue: str, state_dir: Path, environ: Mapping[str, str], clock: RunClock, *, tier: Tier = Tier.STARTER
) -> AsyncIterator[KrakenAccess]:
    """The way to an account at a venue, for the length of a run. A simulated exchange that another process
    serves is used as it is served.
    """
    if venue == KRAKEN:
        access = KrakenAccess(live_endpoints(environ), live_credentials(environ))
        try:
            yield access
        finally:
            await _close(access)
        return
    if (elsewhere := served_elsewhere(state_dir)) is not None:
        async with _attached(elsewhere, state_dir) as access:
            yield access
        return
    with paper_exchange(state_dir, Options(tier=tier)) as paper:
        async with trio.open_nursery() as nursery:
            where = await nursery.start(partial(serve, paper, clock))
            access = KrakenAccess(Endpoints(where.rest_url, where.ws_url), paper.credentials)
            try:
                yield access
            finally:
                await _close(access)
                nursery.cancel_scope.cancel()


@asynccontextmanager
async def look_at_venue(
    venue: str, state_dir: Path, environ: Mapping[str, str], clock: RunClock
) -> AsyncIterator[KrakenAccess]:
    """The way to a venue for those who only read, with an account where there are credentials.

    A simulated exchange that another process serves is looked at there. Else it is served as it was left:
    nothing is held, made or kept, so one that is in use elsewhere can be looked at too.
    """
    if venue == KRAKEN:
        named = any(environ.get(name) for name in CREDENTIAL_NAMES)
        access = KrakenAccess(live_endpoints(environ), live_credentials(environ) if named else None)
        try:
            yield access
        finally:
            await _close(access)
        return
    from runner.transport.paper import serve_paper  # noqa: PLC0415 - a live run loads no web server

    if (elsewhere := served_elsewhere(state_dir)) is not None:
        async with _attached(elsewhere, state_dir) as access:
            yield access
        return
    records = read_journal(state_dir / PAPER / ".exchange" / JOURNAL)
    exchange, credentials = _as_it_was(records or [founding_record("")])
    async with trio.open_nursery() as nursery:
        where = await nursery.start(partial(serve_paper, exchange, persist=_forget, clock=clock))
        access = KrakenAccess(Endpoints(where.rest_url, where.ws_url), credentials)
        try:
            yield access
        finally:
            await _close(access)
            nursery.cancel_scope.cancel()


def live_endpoints(environ: Mapping[str, str]) -> Endpoints:
    """Where Kraken is, or what stands in for it.

    Raises ``InvalidInput`` for what is no URL, and for plain text off this machine.
    """
    return Endpoints(_url(environ, "KRAKEN_SPOT_URL", REST_URL), _url(environ, "KRAKEN_WS_AUTH_URL", WS_URL))


def live_credentials(environ: Mapping[str, str]) -> Credentials:
    """The API key and secret from the environment, or from the files that it names.

    Raises ``InvalidInput`` where one is missing, or cannot be what it is said to be.
    """
    key, secret = _credential(environ, "KRAKEN_API_KEY"), _credential(environ, "KRAKEN_API_SECRET")
    # A secret that signs nothing is found now, and not when a run has begun.
    sign(secret, path="", nonce="", body="")
    return Credentials(key, secret)


def _url(environ: Mapping[str, str], name: str, usual: str) -> str:
    url = environ.get(name) or usual
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise InvalidInput(f"{name}: {url}: not a URL of an exchange: {error}") from None
    return url


def _credential(environ: Mapping[str, str], name: str) -> Secret:
    text = environ.get(name, "").strip()
    file = environ.get(f"{name}_FILE")
    if text and file:
        raise InvalidInput(f"{name} and {name}_FILE are both set: say it once")
    if file:
        text = _read_secret(Path(file), f"{name}_FILE")
    if not text:
        raise InvalidInput(
            f"{name} is not set", details=[f"Set {name}, or {name}_FILE to a file that holds it."]
        )
    if not _CREDENTIAL.fullmatch(text):
        # Further down it would be refused too, but in words that repeat it.
        raise InvalidInput(
            f"{name} is not one word of plain letters, digits and signs",
            details=["Copy it again, whole and alone; a file holds one key or one secret and nothing else."],
        )
    return Secret(text)


def _read_secret(path: Path, name: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_MAX_SECRET_FILE_BYTES).strip()
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{name}: {path} cannot be read") from None


def _as_it_was(
    contents: Sequence[Mapping[str, Any]], options: Options = USUAL
) -> tuple[Exchange, Credentials]:
    """A simulated exchange as the lines of its journal tell; they begin with its seed."""
    opening, *records = contents
    seed = seed_of(opening)
    credentials = _paper_credentials(seed)
    exchange = Exchange(
        seed=seed,
        credentials=PaperCredentials(api_key=credentials.key.reveal(), secret=credentials.secret),
        options=options,
    )
    exchange.replay(records)
    return exchange, credentials


def _forget(_: object) -> None:
    pass


def _found(journal: Journal) -> dict[str, Any]:
    """The first line of a new exchange: the seed that its ids come from."""
    opening = founding_record(os.urandom(_SEED_BYTES).hex())
    journal.append([opening])
    return opening


def _paper_credentials(seed: str) -> Credentials:
    digest = hashlib.sha512(f"{seed}/credentials".encode()).digest()
    return Credentials(
        Secret("PAPER" + hashlib.sha256(digest).hexdigest()[:32].upper()),
        Secret(base64.b64encode(digest).decode()),
    )


async def _close(access: KrakenAccess) -> None:
    with trio.CancelScope(shield=True, deadline=trio.current_time() + 1):
        await access.aclose()
