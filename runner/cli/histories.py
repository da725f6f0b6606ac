"""``order-batch history``, and ``order-batch ledger history``, which is the same in a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from runner.report import Format

from .completing import complete_known_batch
from .options import Commands, formats_option, ledger_option, state_dir_option
from .outputs import output_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.domain import Secret
    from runner.errors import ExitCode

_OUTCOMES = (
    "done",
    "incomplete",
    "refused",
    "unresolved",
    "unreachable",
    "interrupted",
    "halted",
    "unfinished",
)


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Return a day of UTC, a time, or so long ago, in Unix seconds; None where none is named."""
    if value is None:
        return None
    import time  # noqa: PLC0415 - few commands need them
    from datetime import UTC, datetime  # noqa: PLC0415

    from runner.domain import parse_duration, parse_rfc3339  # noqa: PLC0415

    try:
        return time.time() - parse_duration(value)
    except ValueError:
        pass
    try:
        if len(value) == len("2026-11-30"):
            return datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp()
        return parse_rfc3339(value)
    except ValueError:
        message = "a day such as 2026-11-30, a time such as 2026-11-30T09:00:00Z, or so long ago: 7d"
        raise click.BadParameter(message) from None


def _filtered(verb: Callable[..., Any]) -> Callable[..., Any]:
    since, until = (
        click.option(
            name,
            callback=_moment,
            metavar="TIME",
            help=f"Runs that began {words}: 2026-11-30, 2026-11-30T09:00:00Z, or 7d ago.",
        )
        for name, words in (("--since", "from then on"), ("--until", "before then"))
    )
    options = (
        click.option(
            "--outcome",
            type=click.Choice(_OUTCOMES),
            metavar="OUTCOME",
            help=f"Runs that ended so: {', '.join(_OUTCOMES)}.",
        ),
        click.option("--user", default="", help="Runs of this user, or actor in CI."),
        click.option("--account", default="", help="Runs on this account, by its IBAN."),
        click.option(
            "--batch",
            default="",
            metavar="NAME",
            shell_complete=complete_known_batch,
            help="Runs of this batch.",
        ),
        until,
        since,
        formats_option(Format.TEXT, Format.JSON, Format.MARKDOWN, Format.CSV, Format.HTML),
        click.argument("run", default="", metavar="[RUN]"),
    )
    for option in options:
        verb = option(verb)
    return verb


@click.command(cls=Commands.command_class)
@_filtered
@click.option("--venue", type=click.Choice(["paper", "kraken"]), help="Runs at this venue only.")
@ledger_option
@state_dir_option
def history(*, state_dir: Path, ledger: Secret | None, venue: str | None, **given: Any) -> int:
    """List the runs of all batches; of one RUN (NAME#2), show its result."""
    return _show(state_dir=state_dir, ledger=ledger, venue=venue or "", **given)


@click.command("history", cls=Commands.command_class)
@_filtered
@ledger_option
def ledger_history(*, ledger: Secret | None, **given: Any) -> int:
    """List the runs of all batches; of one RUN (NAME#2), show its result."""
    from pathlib import Path  # noqa: PLC0415

    if ledger is None:
        raise click.UsageError("name the ledger: --ledger URL, or ORDER_BATCH_LEDGER")
    return _show(state_dir=Path(), ledger=ledger, venue="", **given)


def _show(
    *, run: str, format: str, state_dir: Path, ledger: Secret | None, venue: str, **wanted: Any
) -> ExitCode:
    from runner.api import ExitCode, Source, WantedRuns, past_run  # noqa: PLC0415
    from runner.api import history as known  # noqa: PLC0415

    chosen = WantedRuns(**{name: value for name, value in wanted.items() if value is not None})
    source = Source(state_dir=state_dir, venue=venue, ledger=ledger)
    out = output_as(format)
    if run:
        past_run(source, run, chosen, console=out)
        return ExitCode.DONE
    return known(source, chosen, console=out).exit_code
