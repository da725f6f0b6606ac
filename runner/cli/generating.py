"""``order-batch generate``: plain batches from a few numbers, with the arithmetic on top."""

from __future__ import annotations

import shlex
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .completing import complete_pair
from .options import Commands, checked_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.api import Generated


def _number(_: click.Context, parameter: click.Parameter, value: str | None) -> Decimal | None:
    from runner.domain import parse_decimal  # noqa: PLC0415

    if value is None:
        return None
    try:
        found = parse_decimal(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no number: write digits and a point, such as 0.05") from None
    if found <= 0:
        raise click.BadParameter("it is above 0")
    return found


def _pair(_: click.Context, __: click.Parameter, value: str) -> str:
    base, slash, quote = value.partition("/")
    if not slash or not all(part.isascii() and part.isalnum() for part in (base, quote)):
        raise click.BadParameter("write BASE/QUOTE, such as XBT/EUR")
    return value


def _name(_: click.Context, __: click.Parameter, value: str) -> str:
    from runner.domain import is_run_key  # noqa: PLC0415

    if not is_run_key(value):
        raise click.BadParameter("letters, digits, '.', '_' and '-', at most 64, such as ladder-2026-11-30")
    return value


def _option(name: str, text: str, **more: Any) -> Callable[..., Any]:
    return click.option(name, callback=_number, metavar="NUMBER", help=text, **more)


_pair_argument = click.argument("pair", callback=_pair, shell_complete=complete_pair)
_name_option = click.option(
    "--name", required=True, callback=_name, help="The batch's name, which is used once: ladder-2026-11-30."
)
_type_option = click.option(
    "--type", "side", type=click.Choice(["buy", "sell"]), required=True, help="The side of the orders."
)
_lot_option = _option("--lot", "Volumes are multiples of it.", default="0.00000001", show_default=True)
_out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file, which is never overwritten; by default standard output.",
)


@click.group(cls=Commands)
def generate() -> None:
    """Write a batch from a few numbers: a ladder, a purchase, parts over time."""


@generate.command()
@_pair_argument
@_type_option
@_name_option
@_option("--from", "The first price.", required=True)
@_option("--to", "The last price.", required=True)
@click.option("--orders", type=click.IntRange(2, 1000), required=True, help="How many orders.")
@_option("--volume", "Of all orders together, in the base currency.", required=True)
@_option("--tick", "Prices are multiples of it.", required=True)
@click.option(
    "--spacing",
    type=click.Choice(["even", "percent"]),
    default="even",
    show_default=True,
    help="Equal steps, or equal percents.",
)
@_lot_option
@_out_option
def ladder(spacing: str, out: Path | None, **numbers: Any) -> None:
    """Limit orders from one price to another, with equal volumes."""
    from runner.api import Spacing, generated_ladder  # noqa: PLC0415

    first, last = numbers.pop("from"), numbers.pop("to")
    _write(lambda: generated_ladder(first=first, last=last, spacing=Spacing(spacing), **numbers), out)


@generate.command()
@_pair_argument
@_name_option
@_option("--amount", "What it may cost, in the quote currency.", required=True)
@_out_option
def dca(out: Path | None, **numbers: Any) -> None:
    """One purchase at market for an amount of money."""
    from runner.api import generated_dca  # noqa: PLC0415

    _write(lambda: generated_dca(**numbers), out)


@generate.command()
@_pair_argument
@_type_option
@_name_option
@_option("--volume", "Of all parts together, in the base currency.", required=True)
@click.option("--parts", type=click.IntRange(2, 1000), required=True, help="How many parts.")
@click.option(
    "--every",
    "every_s",
    required=True,
    callback=checked_duration,
    metavar="SPAN",
    help="The time between two parts: 90s, 10m.",
)
@_lot_option
@_out_option
def twap(out: Path | None, **numbers: Any) -> None:
    """Market orders of equal volumes, which the exchange starts one after another."""
    from runner.api import generated_twap  # noqa: PLC0415

    _write(lambda: generated_twap(**numbers), out)


def _write(make: Callable[[], Generated], out: Path | None) -> None:
    from runner.api import write_generated  # noqa: PLC0415

    command = shlex.join(["order-batch", *sys.argv[1:]])
    text = write_generated(make(), made_by=command, out=out)
    if out is None:
        sys.stdout.write(text)
