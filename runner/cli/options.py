"""The options that several verbs share, and the checks of what was typed."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.report import Format

from .completing import complete_batch, complete_run_key
from .reports import report_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.api import Job, Kraken, Paper
    from runner.domain import Secret


def formats_option(*formats: Format) -> Callable[..., Any]:
    """Return the option that chooses one of some formats."""
    return click.option(
        "--format",
        type=click.Choice([format.value for format in formats]),
        default=Format.TEXT.value,
        show_default=True,
        help="How results are written to standard output; all else goes to standard error.",
    )


_PAGES, _ROWS = {Format.HTML}, {Format.CSV}
_PLAN = tuple(format for format in Format if format not in _ROWS)
_STATUS = tuple(format for format in Format if format not in _PAGES)
_FILE = tuple(format for format in Format if format not in _PAGES | _ROWS)
result_format, result_reports = formats_option(*Format), report_option(Format)
plan_format, plan_reports = formats_option(*_PLAN), report_option(_PLAN)
status_format, status_reports = formats_option(*_STATUS), report_option(_STATUS)
format_option, file_reports = formats_option(*_FILE), report_option(_FILE)
plain_format = formats_option(Format.TEXT, Format.JSON)
_HALT = (Format.TEXT, Format.JSON, Format.MARKDOWN)
halt_format, halt_reports = formats_option(*_HALT), report_option(_HALT)


def _checked_state_dir(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Return the state folder.

    One that was named may be a link; the usual one is whatever lies in a checkout.
    """
    from runner.runtime.storage import refuse_link  # noqa: PLC0415

    if context.get_parameter_source(str(parameter.name)) is click.core.ParameterSource.DEFAULT:
        refuse_link(value)
    return value


state_dir_option = click.option(
    "--state-dir",
    callback=_checked_state_dir,
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".order-batch"),
    show_default=True,
    envvar="ORDER_BATCH_STATE_DIR",
    help="Where journals and manifests are kept.",
)
venue_option = click.option(
    "--venue",
    type=click.Choice(["paper", "kraken"]),
    default="paper",
    show_default=True,
    help="The simulated exchange, or the real one.",
)


def _checked_speed(_: click.Context, __: click.Parameter, value: str) -> Decimal:
    from runner.domain import parse_decimal  # noqa: PLC0415

    try:
        speed = parse_decimal(value[:12])
    except ValueError:
        speed = Decimal()
    if not 0 < speed <= _SPEED_MAX:
        raise click.BadParameter(f"a number above 0, at most {_SPEED_MAX}, such as 60")
    return speed


_SPEED_MAX = 100_000
speed_option = click.option(
    "--speed",
    default="1",
    callback=_checked_speed,
    metavar="TIMES",
    help="How much faster recorded prices are played.",
)
balances_option = click.option(
    "--balances",
    default="",
    metavar="FILE|account",
    help="What the simulated account owns: a file, or what the API key holds, which is only read.",
)
market_option = click.option(
    "--market",
    default="",
    metavar="live[:follow]|FILE|replay:FILE|walk",
    help="Rehearse on a simulated exchange with these prices, which is thrown away at the end: Kraken's of "
    "now, or recorded ones (`order-batch paper record`).",
)


def on_a_market(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a rehearsal at other prices than the standing ones."""
    for option in (speed_option, balances_option, market_option):
        verb = option(verb)
    return verb


policy_option = click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A further policy, besides each policy.yaml in the batch's folder and the folders above.",
)


def _checked_run_key(_: click.Context, __: click.Parameter, value: str) -> str:
    from runner.domain import is_run_key  # noqa: PLC0415

    if value and not is_run_key(value):
        raise click.BadParameter("letters, digits, '.', '_' and '-', at most 64, such as 2026-W47")
    return value


def checked_duration(_: click.Context, __: click.Parameter, value: str | None) -> int:
    """Return a span of time in seconds, 0 where none is named."""
    from runner.domain import parse_duration  # noqa: PLC0415

    if value is None:
        return 0
    try:
        return parse_duration(value)
    except ValueError:
        raise click.BadParameter("a number with s, m, h or d, such as 90s, 30m, 24h or 7d") from None


def checked_currency(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Return a currency, nothing where none is named."""
    from runner.domain import is_currency  # noqa: PLC0415

    if value is not None and not is_currency(value):
        raise click.BadParameter("a currency as in pairs, such as USD, EUR or XBT")
    return value or ""


run_key_option = click.option(
    "--run-key",
    default="",
    callback=_checked_run_key,
    shell_complete=complete_run_key,
    metavar="KEY",
    help="Which repetition this is, for a batch with `repeat: true`: a week, a build number.",
)
deadline_option = click.option(
    "--deadline",
    type=click.IntRange(2, 60),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="Seconds after which the exchange refuses a late order.",
)
tier_option = click.option(
    "--tier",
    type=click.Choice(["starter", "intermediate", "pro"]),
    default="starter",
    show_default=True,
    help="Account tier; sets the rate limits.",
)
same_account_option = click.option(
    "--same-account",
    is_flag=True,
    help="Confirm that a new API key belongs to the account of the journal, if there is no IBAN.",
)


def _secret(_: click.Context, __: click.Parameter, value: str | None) -> Secret | None:
    from runner.domain import Secret  # noqa: PLC0415

    return Secret(value) if value else None


ledger_option = click.option(
    "--ledger",
    metavar="URL",
    envvar="ORDER_BATCH_LEDGER",
    callback=_secret,
    help="A team's ledger on PostgreSQL, which keeps the journals: postgresql://user@host/database.",
)


class _Command(click.Command):
    """A command that refuses an option without a value, as a variable leaves it that is not set."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; an empty value would pass for an option that was not given."""
        if ctx.resilient_parsing:  # as for the completion of a shell, which has half a line
            return super().parse_args(ctx, args)
        values, _, _ = self.make_parser(ctx).parse_args(list(args))
        for parameter in self.params:
            given = values.get(str(parameter.name))
            if isinstance(parameter, click.Option) and "" in (given if isinstance(given, list) else [given]):
                message = "it is empty; leave it out, or look for a variable that is not set"
                raise click.BadParameter(message, ctx, parameter)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, and the variables that the command reads."""
        from .help_sections import write_examples, write_variables  # noqa: PLC0415 - few commands show it

        write_examples(ctx, formatter)
        write_variables(ctx, formatter)


class Commands(click.Group):
    """A group of such commands, and of groups like itself."""

    command_class = _Command
    group_class = type


class _Input(click.Path):
    """A file that is read; a dash is standard input."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert("/dev/stdin" if value == "-" else value, param, ctx)


input_file = _Input(path_type=Path)
file_argument = click.argument("file", type=input_file)
files_argument = click.argument("files", nargs=-1, type=input_file, metavar="FILE|FOLDER...")
changed_since_option = click.option(
    "--changed-since",
    default="",
    metavar="REV",
    help="Only files that are new or different since the branch has parted from REV, committed or not.",
)


def venue_of(
    venue: str, *, market: str = "", balances: str = "", speed: Decimal = Decimal(1)
) -> Kraken | Paper:
    """Return a venue by its name. Raises ``InvalidInput`` for a market of Kraken that is not its own."""
    from runner.api import Kraken, Paper  # noqa: PLC0415

    if venue != "kraken":
        return Paper(market=market, balances=balances, speed=speed)
    if market or balances or speed != 1:
        from runner.errors import InvalidInput  # noqa: PLC0415

        raise InvalidInput(
            "--market, --balances and --speed are for the simulated exchange",
            details=["Kraken has a market and balances of its own: leave them out, or name --venue paper."],
        )
    return Kraken()


def job_of(*, venue: str, **given: Any) -> Job:
    """Return the job of a command, with the account and addresses that the environment names."""
    from runner.api import Job  # noqa: PLC0415

    return Job(venue=venue_of(venue, **take_market(given)), environ=os.environ, **given)


def take_market(given: dict[str, Any]) -> dict[str, Any]:
    """Take the options of a market out of those that were given."""
    return {name: given.pop(name) for name in ("market", "balances", "speed") if name in given}


_OF_A_BATCH = (state_dir_option, run_key_option, venue_option, ledger_option, same_account_option)


def about_a_batch(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a verb that is about one batch, but for its format."""
    for option in (*_OF_A_BATCH, file_argument):
        verb = option(verb)
    return verb


def about_batches(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a verb that is about one batch or several, but for its format."""
    for option in (*_OF_A_BATCH, changed_since_option, files_argument):
        verb = option(verb)
    return verb


batch_option = click.option(
    "--batch",
    default="",
    metavar="NAME",
    shell_complete=complete_batch,
    help="The batch, for a file of several saved plans.",
)
