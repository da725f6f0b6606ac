"""``order-batch paper serve|reset``: serve the simulated exchange to any v1 client, or reset it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import trio

from runner.batchfile import MAX_FILE_BYTES, parse_scenario
from runner.domain import Problem
from runner.errors import ExitCode, InvalidInput, Locked, Refused, Remedy
from runner.net.clock import RunClock
from runner.paper import Options, unknown_pairs, with_named
from runner.paper.server.serve_options import LOOPBACK, Listening, server_tls
from runner.runtime.storage import hold, read_limited

from .access.signals import run, stop_signals
from .access.venues import DEFAULT_OPTIONS, PAPER, paper_exchange, served_elsewhere
from .inputs.batches import InvalidBatch, Rehearsal
from .rehearsal.choices import LIVE, Kind, read_choice
from .rehearsal.serving import serve_stage
from .rehearsal.stage import read_stage
from .steering import Steering

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path

    from runner.domain import NamedOption, Scenario
    from runner.kraken import Tier

    from .access.venues import PaperExchange
    from .console import Console
    from .rehearsal.choices import Choice
    from .rehearsal.stage import Stage

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_MARKETS: Final = (Kind.RECORD, Kind.REPLAY, Kind.LIVE, Kind.FOLLOW)
"""Those that an exchange opens with; others move the one that is there."""

_MARKET_WORDS: Final = {"": "the standing prices", LIVE: "live prices"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """The options of ``paper serve``.

    Ports (0: any), PEM files for TLS, an address other than loopback, the market and balances that it opens
    with, a scenario file, the account's tier, and options as ``GROUP.NAME=VALUE``.
    """

    rest_port: int = 0
    ws_port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    expose_to_network: str | None = None
    market: str | None = None
    speed: Decimal = Decimal(1)
    balances: str | None = None
    scenario: Path | None = None
    tier: Tier | None = None
    options: tuple[str, ...] = ()


DEFAULT_SERVE_OPTIONS = ServeOptions()


def paper_serve(
    state_dir: Path,
    out: Console,
    options: ServeOptions = DEFAULT_SERVE_OPTIONS,
    environ: Mapping[str, str] = _NOTHING,
) -> ExitCode:
    """Serve until a signal; report addresses and credentials as soon as it listens.

    Raises ``InvalidInput`` for an invalid certificate, an unavailable address, or unreadable recorded
    prices, ``InvalidBatch`` for a file with problems, ``Unreachable`` for live prices that cannot be read,
    and ``Refused`` for an exchange that has another market.
    """
    listening = _listening(options)
    choice = read_choice(
        Rehearsal(market=options.market or "", speed=options.speed, balances=options.balances or "")
    )
    scenario = None if options.scenario is None else _scenario(options.scenario)

    wanted = _options(options, scenario)

    async def main() -> None:
        stage = await read_stage(choice, environ, out.note)
        with paper_exchange(state_dir, wanted, stage.opening) as paper:
            _refuse_mixing(state_dir, paper, choice)
            _refuse_unknown_pairs(paper, wanted, scenario)
            for text in _words_of(stage, paper):
                out.note(text)
            serving = serve_stage(paper, stage, RunClock(), state_dir, listening=listening, scenario=scenario)
            with trio.open_signal_receiver(*stop_signals()) as stop:
                async with serving as where:
                    out.served(
                        rest_url=where.rest_url,
                        ws_url=where.ws_url,
                        api_key=paper.credentials.key.reveal(),
                        api_secret=paper.credentials.secret.reveal(),
                        control_token=where.control_token.reveal(),
                    )
                    async for _ in stop:
                        break

    if (elsewhere := served_elsewhere(state_dir)) is not None:
        raise Locked(
            f"{state_dir}: this exchange is served already, at {elsewhere.rest_url}",
            details=["Runs at the simulated exchange of this state folder use it there."],
        )
    run(main)
    return ExitCode.DONE


def _words_of(stage: Stage, paper: PaperExchange) -> list[str]:
    """Say whose prices these are: those of the stage, or those at which the exchange was left."""
    if not stage.words or paper.fresh or stage.choice.kind.needs_connection:
        return [stage.words] if stage.words else []
    return ["The simulated exchange continues at the prices and with the balances that it was left with."]


def _refuse_mixing(state_dir: Path, paper: PaperExchange, choice: Choice) -> None:
    """Raise ``Refused`` where an exchange that is there already would get another market or other balances.

    What was traded at some prices would be worth something else at others, without any order.
    """
    why = ""
    if choice.kind in _MARKETS and choice.name != paper.opening.market:
        kept = _MARKET_WORDS.get(paper.opening.market, "the prices of another recording")
        why = f"was opened with {kept}"
    elif choice.balances_from:
        why = "has balances already"
    if why and not paper.fresh:
        raise Refused(
            f"{state_dir}: the simulated exchange here {why}",
            details=["`order-batch paper reset` forgets it, with all that was applied to it."],
            remedies=[Remedy.STATE_DIR],
        )


def _refuse_unknown_pairs(paper: PaperExchange, options: Options, scenario: Scenario | None) -> None:
    if unknown := unknown_pairs(scenario, options, paper.exchange.instruments):
        raise InvalidInput(f"there is no pair {unknown[0]} here")


def paper_reset(state_dir: Path, out: Console, environ: Mapping[str, str] = _NOTHING) -> ExitCode:
    """Forget the simulated exchange and everything that was applied to it; live state is not touched.

    One that is served goes on, as on its first day. ``environ`` says which authorities are trusted.
    """
    folder = state_dir / PAPER
    if folder.is_symlink():
        raise InvalidInput(
            f"{folder}: this is a link, and nothing behind a link is removed",
            details=[f"Remove the link itself, or reset the folder that it points to: {folder.readlink()}."],
        )
    if served_elsewhere(state_dir) is not None:
        Steering(state_dir, environ, out).reset()
        return ExitCode.DONE
    if folder.exists():
        # It is held and not opened: also one that cannot be read any longer can be forgotten.
        with hold(folder / ".exchange", durable=False):
            shutil.rmtree(folder)
    out.note(f"{folder}: forgotten")
    return ExitCode.DONE


def _listening(options: ServeOptions) -> Listening:
    return Listening(
        host=options.expose_to_network or LOOPBACK,
        rest_port=options.rest_port,
        ws_port=options.ws_port,
        tls=_tls(options.tls_cert, options.tls_key),
    )


def _tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise InvalidInput("a certificate and its key belong together: give both or neither")
    try:
        return server_tls(str(certificate), str(key))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInput(
            f"no TLS with {certificate} and {key}: {reason}",
            details=["Both are PEM files; the certificate comes first in its file, then those above it."],
        ) from None


def _scenario(path: Path) -> Scenario:
    parsed = parse_scenario(read_limited(path, MAX_FILE_BYTES), str(path))
    if parsed.scenario is None:
        raise InvalidBatch(str(path), parsed.problems)
    return parsed.scenario


def _options(given: ServeOptions, scenario: Scenario | None) -> Options:
    """Return the default options, overridden by the scenario, then by the command line."""
    options = DEFAULT_OPTIONS
    if scenario is not None:
        options = with_named(options, {"rest.lag_s": str(scenario.rest_lag_s)})
        for option in scenario.options:
            options = _with_option(options, option, str(given.scenario))
    if given.tier is not None:
        options = with_named(options, {"limits.tier": given.tier.value})
    for typed in given.options:
        name, equals, text = typed.partition("=")
        if not equals:
            raise InvalidInput(f"option {typed}: write GROUP.NAME=VALUE, such as limits.tier=pro")
        try:
            options = with_named(options, {name: text})
        except ValueError as error:
            raise InvalidInput(f"option {typed}: {error}") from None
    return options


def _with_option(options: Options, option: NamedOption, file: str) -> Options:
    try:
        return with_named(options, {option.name: option.value})
    except ValueError as error:
        line, column = option.place
        problem = Problem(file, line, column, f"options.{option.name}", str(error), rule="option-unfit")
        raise InvalidBatch(file, [problem]) from None
