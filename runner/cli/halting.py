"""The verbs ``halt`` and ``resume``: the stop button."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from .options import (
    Commands,
    halt_format,
    halt_reports,
    ledger_option,
    state_dir_option,
    venue_of,
    venue_option,
)
from .outputs import asking
from .reports import ReportRequest, Reports, with_reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.api import Site
    from runner.errors import ExitCode

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why, for those who find it halted.")


def _about_a_site(verb: Callable[..., Any]) -> Callable[..., Any]:
    for option in (state_dir_option, venue_option, ledger_option, halt_format, halt_reports, _reason):
        verb = option(verb)
    return verb


@click.command(cls=Commands.command_class)
@_about_a_site
@click.option("--ours", is_flag=True, help="Cancel only what order-batch has placed, by id.")
@click.option("--keep-stops", is_flag=True, help="Cancel all but stop-loss and trailing-stop orders.")
@click.option(
    "--settle",
    type=click.IntRange(0, 600),
    default=75,  # RECORDS_LAG_S: no module is loaded for it before it is needed
    show_default=True,
    metavar="SECONDS",
    help="Seconds by which the exchange's records may lag behind.",
)
@click.option("--yes", is_flag=True, help="Cancel real orders without asking for confirmation.")
def halt(
    *,
    reason: str,
    ours: bool,
    keep_stops: bool,
    settle: int,
    yes: bool,
    format: str,
    reports: tuple[ReportRequest, ...],
    **site: Any,
) -> int:
    """Let no run send anything new, and cancel every open order, until none is shown.

    Without a ledger it reaches the runs of this state folder; at the exchange it cancels for all. Exit code
    6: that nothing is open, or that no run sends, could not be shown.
    """
    from runner.api import Consent, sync  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        to.admit(read=[])
        halted = sync.halt(
            _site_of(**site),
            reason,
            confirm=Consent(yes=yes, ask=asking()),
            ours=ours,
            keep_stops=keep_stops,
            settle_s=settle,
            console=to.output,
            host=sync.OwnProcess(),
        )
        to.output.halted(halted.result)
        return halted.exit_code

    return with_reports(format, reports, command)


@click.command(cls=Commands.command_class)
@_about_a_site
def resume(*, reason: str, format: str, reports: tuple[ReportRequest, ...], **site: Any) -> int:
    """Let runs send again after a halt. What was canceled stays canceled."""
    from runner.api import sync  # noqa: PLC0415
    from runner.errors import ExitCode  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        to.admit(read=[])
        to.output.resumed(sync.resume(_site_of(**site), reason, host=sync.OwnProcess()))
        return ExitCode.DONE

    return with_reports(format, reports, command)


def _site_of(*, venue: str, **given: Any) -> Site:
    from runner.api import Site  # noqa: PLC0415

    return Site(venue=venue_of(venue), environ=os.environ, **given)
