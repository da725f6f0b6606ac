"""``order-batch paper serve|reset``: serve the simulated exchange to any v1 client, or reset it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import trio

from runner.batchfile import MAX_FILE_BYTES, parse_scenario
from runner.domain import Problem, seconds
from runner.errors import ExitCode, InvalidInput, Locked
from runner.net.clock import RunClock
from runner.paper import INSTRUMENTS, Options, unknown_pairs, with_named
from runner.paper.server.serve_options import LOOPBACK, Listening, server_tls
from runner.runtime.storage import hold, read_limited

from .access.signals import run, stop_signals
from .access.venues import DEFAULT_OPTIONS, PAPER, announce_address, paper_exchange, serve, served_elsewhere
from .inputs.batches import InvalidBatch
from .paper_market import movement, read_tape

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from runner.domain import NamedOption, Scenario
    from runner.kraken import Tier

    from .console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """The options of ``paper serve``.

    Ports (0: any), PEM files for TLS, an address other than loopback, the movement of prices, a scenario
    file, the account's tier, and options as ``GROUP.NAME=VALUE``.
    """

    rest_port: int = 0
    ws_port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    expose_to_network: str | None = None
    market: str | None = None
    scenario: Path | None = None
    tier: Tier | None = None
    options: tuple[str, ...] = ()


DEFAULT_SERVE_OPTIONS = ServeOptions()


def paper_serve(state_dir: Path, out: Console, options: ServeOptions = DEFAULT_SERVE_OPTIONS) -> ExitCode:
    """Serve until a signal; report addresses and credentials as soon as it listens.

    Raises ``InvalidInput`` for an invalid certificate, an unavailable address, or unreadable recorded
    prices, and ``InvalidBatch`` for a scenario with problems.
    """
    listening = _listening(options)
    tape = None if options.market is None else read_tape(options.market)
    scenario = None if options.scenario is None else _scenario(options.scenario)

    async def main() -> None:
        clock = RunClock()
        if options.market is not None:
            opened = clock() + seconds(scenario.clock_skew_s if scenario else 0)
            paper.exchange.follow(movement(options.market, tape, paper.exchange, opened))
        with trio.open_signal_receiver(*stop_signals()) as stop:
            async with trio.open_nursery() as nursery:
                where = await nursery.start(partial(serve, paper, clock, listening, scenario))
                with announce_address(state_dir, where):
                    out.served(
                        rest_url=where.rest_url,
                        ws_url=where.ws_url,
                        api_key=paper.credentials.key.reveal(),
                        api_secret=paper.credentials.secret.reveal(),
                    )
                    async for _ in stop:
                        nursery.cancel_scope.cancel()
                        break

    if (elsewhere := served_elsewhere(state_dir)) is not None:
        raise Locked(
            f"{state_dir}: this exchange is served already, at {elsewhere.rest_url}",
            details=["Runs at the simulated exchange of this state folder use it there."],
        )
    with paper_exchange(state_dir, _options(options, scenario)) as paper:
        run(main)
    return ExitCode.DONE


def paper_reset(state_dir: Path, out: Console) -> ExitCode:
    """Forget the simulated exchange and everything that was applied to it; live state is not touched."""
    folder = state_dir / PAPER
    if folder.is_symlink():
        raise InvalidInput(
            f"{folder}: this is a link, and nothing behind a link is removed",
            details=[f"Remove the link itself, or reset the folder that it points to: {folder.readlink()}."],
        )
    if (elsewhere := served_elsewhere(state_dir)) is not None:
        raise Locked(
            f"{state_dir}: this exchange is being served, at {elsewhere.rest_url}",
            details=["Stop `order-batch paper serve` first: it would go on with what is forgotten here."],
        )
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
    if unknown := unknown_pairs(scenario, options, INSTRUMENTS):
        raise InvalidInput(f"there is no pair {unknown[0]} here")
    return options


def _with_option(options: Options, option: NamedOption, file: str) -> Options:
    try:
        return with_named(options, {option.name: option.value})
    except ValueError as error:
        line, column = option.place
        problem = Problem(file, line, column, f"options.{option.name}", str(error))
        raise InvalidBatch(file, [problem]) from None
