"""``order-batch paper serve|reset``: the simulated exchange for any v1 client, and forgetting it."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import trio
from msgspec import structs

from runner.batchfile import MAX_FILE_BYTES, parse_scenario
from runner.errors import ExitCode, InvalidInput
from runner.simulator import Options, unknown_pairs
from runner.storage import hold, read_limited
from runner.transport.clock import RunClock
from runner.transport.paper_doors import LOOPBACK, Listening, server_tls

from .batches import InvalidBatch
from .paper_market import movement, read_market
from .running import run
from .venues import PAPER, USUAL, paper_exchange, serve

if TYPE_CHECKING:
    import ssl
    from decimal import Decimal
    from pathlib import Path

    from runner.domain import Scenario
    from runner.report import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What was typed: ports (0: any), PEM files for TLS, an address beyond this machine, how prices move,
    and a scenario file.
    """

    rest_port: int = 0
    ws_port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    expose_to_network: str | None = None
    market: str | None = None
    scenario: Path | None = None


_DOORS = Doors()


def paper_serve(state_dir: Path, out: Output, doors: Doors = _DOORS) -> ExitCode:
    """Serve until SIGTERM or SIGINT; says where and with which credentials as soon as it listens.

    Raises ``InvalidInput`` for a certificate that is none, for an address that cannot be had, for recorded
    prices that cannot be read, and ``InvalidBatch`` for a scenario with problems.
    """
    listening = _listening(doors)
    tape = None if doors.market is None else read_market(doors.market)
    scenario = None if doors.scenario is None else _scenario(doors.scenario)

    async def main() -> None:
        clock = RunClock()
        if doors.market is not None:
            opened = clock() + _seconds(scenario.clock_skew_s if scenario else 0)
            paper.exchange.follow(movement(doors.market, tape, paper.exchange, opened))
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as stop:
            async with trio.open_nursery() as nursery:
                where = await nursery.start(partial(serve, paper, clock, listening, scenario))
                out.served(
                    rest_url=where.rest_url,
                    ws_url=where.ws_url,
                    api_key=paper.credentials.key.reveal(),
                    api_secret=paper.credentials.secret.reveal(),
                )
                async for _ in stop:
                    nursery.cancel_scope.cancel()
                    break

    with paper_exchange(state_dir, _options(scenario)) as paper:
        run(main)
    return ExitCode.DONE


def paper_reset(state_dir: Path, out: Output) -> ExitCode:
    """Forget the simulated exchange and everything that was applied to it; live state is not touched."""
    folder = state_dir / PAPER
    if folder.exists():
        # It is held and not opened: also one that cannot be read any longer can be forgotten.
        with hold(folder / ".exchange", durable=False):
            shutil.rmtree(folder)
    out.note(f"{folder}: forgotten")
    return ExitCode.DONE


def _listening(doors: Doors) -> Listening:
    return Listening(
        host=doors.expose_to_network or LOOPBACK,
        rest_port=doors.rest_port,
        ws_port=doors.ws_port,
        tls=_tls(doors.tls_cert, doors.tls_key),
    )


def _tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise InvalidInput("--tls-cert and --tls-key belong together: give both or neither")
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
    if unknown := unknown_pairs(parsed.scenario):
        raise InvalidInput(f"{path}: there is no pair {unknown[0]} here")
    return parsed.scenario


def _options(scenario: Scenario | None) -> Options:
    if scenario is None:
        return USUAL
    return structs.replace(USUAL, rest_lag_s=_seconds(scenario.rest_lag_s))


def _seconds(seconds: Decimal | int) -> float:
    """As the clock counts them: no money is in them."""
    return int(seconds * 1000) / 1000
