"""The verb ``rebalance`` and its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    Commands,
    file_argument,
    file_reports,
    format_option,
    input_file,
    job_of,
    ledger_option,
    on_a_market,
    state_dir_option,
    tier_option,
    venue_option,
)
from .reports import ReportRequest, Reports, with_reports

if TYPE_CHECKING:
    from runner.errors import ExitCode

_new_file = click.Path(path_type=Path, dir_okay=False)


def _checked_name(_: click.Context, __: click.Parameter, value: str) -> str:
    from runner.domain import is_run_key  # noqa: PLC0415

    if value and not is_run_key(value):
        raise click.BadParameter("letters, digits, '.', '_' and '-', at most 64, such as core-2026-W48")
    return value


@click.command(cls=Commands.command_class)
@state_dir_option
@venue_option
@ledger_option
@file_argument
@format_option
@file_reports
@click.option("--out", type=_new_file, help="Write the batch to this file, which is never overwritten.")
@click.option(
    "--name",
    default="",
    callback=_checked_name,
    help="The name of the batch; by default that of the targets with the day.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Write no batch; exit with 0 within all bands, 2 if orders follow, 1 if none is possible.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if orders follow.")
@click.option("--save-snapshot", type=_new_file, help="Keep what was read in this file.")
@click.option(
    "--snapshot", type=input_file, help="Compute from such a file, offline: the same batch to the byte."
)
@on_a_market
@tier_option
def rebalance(
    *,
    out: Path | None,
    name: str,
    check: bool,
    detailed_exitcode: bool,
    save_snapshot: Path | None,
    snapshot: Path | None,
    tier: str,
    format: str,
    reports: tuple[ReportRequest, ...],
    **target: Any,
) -> int:
    """Make a batch that brings an account to its target weights. Sends nothing."""
    from runner.api import Tier, sync  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        job = job_of(**target)
        to.admit(read=[job.file, snapshot], written=[out, save_snapshot])
        return sync.rebalance(
            job,
            out=out,
            name=name,
            check=check,
            detailed_exitcode=detailed_exitcode,
            snapshot=snapshot,
            save_snapshot=save_snapshot,
            tier=Tier(tier),
            console=to.output,
            host=sync.OwnProcess(),
        ).exit_code

    return with_reports(format, reports, command)
