"""The verbs of ``order-batch paper``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .completing import complete_pair
from .options import (
    Commands,
    balances_option,
    checked_duration,
    plain_format,
    speed_option,
    state_dir_option,
    tier_option,
)
from .outputs import output_as

if TYPE_CHECKING:
    from runner.api import PaperControl


@click.group(cls=Commands)
def paper() -> None:
    """Serve, steer or reset the simulated exchange; record a market for it."""


_port = click.IntRange(0, 65535)
_pem = click.Path(path_type=Path, dir_okay=False)


@paper.command("serve")
@state_dir_option
@click.option("--rest-port", type=_port, default=0, help="Port of REST and the control page; 0: a free one.")
@click.option("--ws-port", type=_port, default=0, help="Port of the WebSocket; 0: a free one.")
@click.option("--tls-cert", type=_pem, help="PEM file; with --tls-key, both ports speak TLS: https and wss.")
@click.option("--tls-key", type=_pem, help="PEM file of the certificate's key.")
@click.option(
    "--expose-to-network",
    metavar="ADDRESS",
    help="Listen on this address instead of loopback: whoever reaches it reaches the exchange.",
)
@click.option(
    "--market",
    metavar="walk[:SEED]|live[:follow]|FILE|replay:FILE",
    help="Whose prices: Kraken's of now, or of a recorded market (`order-batch paper record`); replay plays "
    "it. Or let prices move: a random walk, or trades or OHLC bars from a CSV file such as XBTEUR.csv.",
)
@speed_option
@balances_option
@click.option(
    "--scenario",
    type=click.Path(path_type=Path, dir_okay=False),
    help="YAML file that says how it behaves badly: late, deaf, closed (see `order-batch schema scenario`).",
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="GROUP.NAME=VALUE",
    help="Decide what no document settles: limits.tier=pro (see `order-batch schema scenario`); repeatable.",
)
@tier_option
@plain_format
def paper_serve(state_dir: Path, format: str, tier: str, **given: Any) -> int:
    """Serve it on loopback ports, for any v1 client, until SIGTERM or Ctrl-C."""
    from runner.api import ServeOptions, Tier, serve_paper  # noqa: PLC0415

    options = ServeOptions(tier=Tier(tier) if _typed("tier") else None, **given)
    return serve_paper(state_dir, options, console=output_as(format), environ=os.environ)


@paper.command("record")
@click.option("--out", required=True, type=_pem, help="The file, which is replaced; give it to --market.")
@click.option(
    "--pairs",
    default="",
    metavar="PAIR,...",
    shell_complete=complete_pair,
    help="Only these pairs, such as XBT/EUR,ETH/EUR; by default all that are listed.",
)
@click.option(
    "--for",
    "for_s",
    callback=checked_duration,
    metavar="SPAN",
    help="Go on for 90s, 10m or 1h with the prices that follow, for `--market replay:FILE`.",
)
@plain_format
def paper_record(*, out: Path, pairs: str, for_s: int, format: str) -> None:
    """Write Kraken's public prices, pairs and fees of now to a file; no key is used."""
    from runner.api import record_market  # noqa: PLC0415

    named = [pair.strip() for pair in pairs.split(",") if pair.strip()]
    record_market(out, pairs=named, for_s=for_s, environ=os.environ, console=output_as(format))


@paper.command("move")
@click.argument("pair", shell_complete=complete_pair)
@click.argument("bid")
@click.argument("ask", required=False)
@state_dir_option
@plain_format
def paper_move(pair: str, bid: str, ask: str | None, **where: Any) -> None:
    """Set the market of a pair, as `XBT/EUR 9100`, until it is released."""
    _control(**where).move(pair, bid, ask)


@paper.command("release")
@click.argument("pair", shell_complete=complete_pair)
@state_dir_option
@plain_format
def paper_release(pair: str, **where: Any) -> None:
    """Let the market of a pair move by itself again."""
    _control(**where).release(pair)


@paper.command("cut")
@state_dir_option
@plain_format
def paper_cut(**where: Any) -> None:
    """End all WebSocket connections, as a network does."""
    _control(**where).cut()


@paper.command("fault")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--clear", is_flag=True, help="Remove all faults instead.")
@state_dir_option
@plain_format
def paper_fault(file: Path | None, clear: bool, **where: Any) -> None:
    """Add the faults of a scenario file to what it does."""
    if (file is None) is not clear:
        raise click.UsageError("name one scenario file, or --clear")
    if file is None:
        _control(**where).clear_faults()
    else:
        _control(**where).add_faults(file)


@paper.command("orders")
@state_dir_option
@plain_format
def paper_orders(state_dir: Path, format: str) -> None:
    """Show the open orders of its account."""
    from runner.harmless import json_text, neutral  # noqa: PLC0415

    found = _control(state_dir, format).orders()
    if format == "json":
        click.echo(json_text({"orders": found}), nl=False)
        return
    for order in found:
        filled = f", {order['executed']} filled" if order["share"] else ""
        click.echo(neutral(f"{order['txid']}  {order['descr']}{filled}"))
    click.echo(f"{len(found)} open", err=True)


def _control(state_dir: Path, format: str) -> PaperControl:
    from runner.api import PaperControl  # noqa: PLC0415

    return PaperControl(state_dir, environ=os.environ, console=output_as(format))


@paper.command("reset")
@state_dir_option
@plain_format
def paper_reset(state_dir: Path, format: str) -> None:
    """Forget it, and every batch that was applied to it; one that is served begins again."""
    from runner.api import reset_paper  # noqa: PLC0415

    reset_paper(state_dir, environ=os.environ, console=output_as(format))


def _typed(name: str) -> bool:
    """Return True if an option was given with a value other than its default."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not click.core.ParameterSource.DEFAULT
