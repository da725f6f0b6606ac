"""The verbs and their options. A verb turns what was typed into one call of ``runner.api``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner import __version__

from .approving import approvals, approve, revoke
from .bundles import bundle, verify
from .completing import complete_currency, complete_names
from .diagnosing import doctor
from .explaining import explain
from .generating import generate
from .halting import halt, resume
from .histories import history
from .ledgers import ledger
from .manual import man
from .notified import notify_option, with_notifications
from .options import (
    Commands,
    about_a_batch,
    about_batches,
    batch_option,
    changed_since_option,
    checked_currency,
    checked_duration,
    deadline_option,
    file_reports,
    files_argument,
    format_option,
    job_of,
    on_a_market,
    plain_format,
    plan_format,
    plan_reports,
    policy_option,
    result_format,
    result_reports,
    status_format,
    status_reports,
    tier_option,
)
from .outputs import asking, write_event
from .rebalancing import rebalance
from .reports import ReportRequest, Reports, with_reports
from .selected import jobs_of, refuse_for_several, selected_files
from .simulated import paper
from .starting import init

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.api import Applied
    from runner.domain import Secret
    from runner.errors import ExitCode

_STARTED = time.monotonic()
_STANDARD_ERROR = Path("-")
_SCHEMAS = (
    *("balances", "batch", "doctor", "events", "halt", "history", "manifest", "market", "notification"),
    *("plan", "plans", "policy", "rebalance", "results", "scenario", "snapshot", "status", "targets"),
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="order-batch", message="%(prog)s %(version)s")
def order_batch() -> None:
    """Order plans kept in git, applied exactly once over Kraken's WebSocket API v1.

    Exit codes: 0 done, 1 something was rejected or skipped, 3 invalid, 4 refused, 5 unreachable,
    6 unresolved (never retry it as if it had failed), 7 locked.
    """


@order_batch.command()
@files_argument
@changed_since_option
@policy_option
@format_option
@file_reports
def validate(
    files: tuple[Path, ...],
    changed_since: str,
    policy: Path | None,
    format: str,
    reports: tuple[ReportRequest, ...],
) -> int:
    """Check batch files, and policies. Opens no connection."""
    from runner.api import validate as check  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        selection = selected_files(files, changed_since, to.output)
        to.admit(read=[*selection.files, policy])
        return check(selection.files, policy=policy, console=to.output).exit_code

    return with_reports(format, reports, command)


_VERBS = (
    init,
    doctor,
    generate,
    rebalance,
    explain,
    ledger,
    approve,
    revoke,
    approvals,
    halt,
    resume,
    *(history, man),
)
for command in _VERBS:
    order_batch.add_command(command)


@order_batch.command()
@about_batches
@plan_format
@plan_reports
@policy_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@click.option(
    "--against",
    default="",
    metavar="REV|REV:PATH|FILE",
    help="Show what is different from the file at a git revision, or from another file (./NAME).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan to FILE, to be applied once by `apply FILE`. Its digest detects accidents, not "
    "forgery: keep it where only you can write.",
)
@click.option(
    "--valid-for",
    default="24h",
    show_default=True,
    callback=checked_duration,
    metavar="SPAN",
    help="How long a saved plan may be applied: 90s, 30m, 24h, 7d.",
)
@click.option("--offline", is_flag=True, help="Open no connection; skipped checks are listed.")
@click.option(
    "--currency",
    callback=checked_currency,
    shell_complete=complete_currency,
    help="Currency of the totals; by default the one that all orders are paid in, USD if there are several.",
)
@on_a_market
@tier_option
def plan(
    *,
    detailed_exitcode: bool,
    against: str,
    out: Path | None,
    valid_for: int,
    offline: bool,
    currency: str,
    tier: str,
    format: str,
    reports: tuple[ReportRequest, ...],
    files: tuple[Path, ...],
    changed_since: str,
    **target: Any,
) -> int:
    """Show the orders that apply would send, their totals and problems. Sends nothing."""
    from runner.api import Job, Save, Tier, sync  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        selection = selected_files(files, changed_since, to.output)
        to.admit(read=[*selection.files, target["policy"]], written=[out])
        jobs = jobs_of(selection, **target)
        options: dict[str, Any] = {
            "offline": offline,
            "currency": currency,
            "tier": Tier(tier),
            "against": against,
            "save": None if out is None else Save(path=out, valid_for_s=valid_for),
            "detailed_exitcode": detailed_exitcode,
            "console": to.output,
            "host": sync.OwnProcess(),
        }
        if isinstance(jobs, Job):
            return sync.plan(jobs, **options).exit_code
        refuse_for_several(format, reports)
        return sync.plan_all(jobs, **options).exit_code

    return with_reports(format, reports, command)


@order_batch.command()
@about_a_batch
@batch_option
@status_format
@status_reports
@click.option("--offline", is_flag=True, help="Read only the journal; open no connection.")
@click.option(
    "--only",
    multiple=True,
    metavar="GROUP[/ORDER]",
    shell_complete=complete_names,
    help="Show this group or order alone; repeatable. The exit code is that of all.",
)
def status(
    *, offline: bool, only: tuple[str, ...], format: str, reports: tuple[ReportRequest, ...], **target: Any
) -> int:
    """Show the status of each order: the journal compared with the exchange. Sends nothing."""
    from runner.api import sync  # noqa: PLC0415

    def command(to: Reports) -> ExitCode:
        job = job_of(**target)
        to.admit(read=[job.file])
        return sync.status(
            job, offline=offline, only=only, console=to.output, host=sync.OwnProcess()
        ).exit_code

    return with_reports(format, reports, command)


@order_batch.command()
@about_batches
@result_format
@result_reports
@policy_option
@click.option("--yes", is_flag=True, help="Send real orders without asking for confirmation.")
@click.option(
    "--keep-going", is_flag=True, help="Of several files, go on with those after one that has failed."
)
@click.option("--unchecked", is_flag=True, help="Skip the pre-flight check.")
@click.option(
    "--validate-only",
    is_flag=True,
    help="Have the exchange validate each order. Nothing is placed, canceled or kept.",
)
@deadline_option
@click.option(
    "--settle",
    type=click.IntRange(0, 600),
    default=75,  # RECORDS_LAG_S: no module is loaded for it before it is needed
    show_default=True,
    metavar="SECONDS",
    help="Seconds after its deadline in which an order without a reply is looked up.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results manifest here as well.",
)
@click.option(
    "--events",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write each event of the run to FILE as it happens, one JSON object a line; `-`: standard error.",
)
@click.option(
    "--dead-man",
    callback=checked_duration,
    metavar="SPAN",
    help="Have the exchange cancel every order of the account, also those of other programs, if this run "
    "does not go on for so long: 60s. It is off at the end of the run.",
)
@click.option(
    "--wait",
    callback=checked_duration,
    metavar="SPAN",
    help="Wait so long for an account that another run holds in the ledger: 90s, 10m.",
)
@on_a_market
@notify_option
@tier_option
def apply(
    *,
    yes: bool,
    keep_going: bool,
    unchecked: bool,
    validate_only: bool,
    deadline: int,
    settle: int,
    dead_man: int,
    manifest: Path | None,
    events: Path | None,
    wait: int,
    notify: tuple[Secret, ...],
    tier: str,
    format: str,
    reports: tuple[ReportRequest, ...],
    files: tuple[Path, ...],
    changed_since: str,
    **target: Any,
) -> int:
    """Apply batches: each once, however often it is called."""
    from runner.api import Consent, Job, Tier, sync  # noqa: PLC0415

    event_file = None if events == _STANDARD_ERROR else events

    def carry_out(to: Reports) -> tuple[ExitCode, Sequence[Applied]]:
        selection = selected_files(files, changed_since, to.output)
        to.admit(read=[*selection.files, target["policy"]], written=[manifest, event_file])
        jobs = jobs_of(selection, wait_s=wait, **target)
        options: dict[str, Any] = {
            "confirm": Consent(yes=yes, ask=asking()),
            "unchecked": unchecked,
            "validate_only": validate_only,
            "deadline_s": deadline,
            "settle_s": settle,
            "dead_man_s": dead_man,
            "events": event_file,
            "on_event": write_event if events == _STANDARD_ERROR else None,
            "tier": Tier(tier),
            "console": to.output,
            "started_at": _STARTED,
            "host": sync.OwnProcess(),
        }
        if isinstance(jobs, Job):
            applied = sync.apply(jobs, manifest=manifest, **options)
            return applied.exit_code, [applied]
        refuse_for_several(format, reports, manifest)
        all_applied = sync.apply_all(jobs, keep_going=keep_going, **options)
        return all_applied.exit_code, [file.applied for file in all_applied.files if file.applied]

    def command(to: Reports) -> ExitCode:
        return with_notifications(notify, to.output, lambda: carry_out(to))

    return with_reports(format, reports, command)


order_batch.add_command(bundle)
order_batch.add_command(verify)


@order_batch.command()
@click.argument("name", type=click.Choice(_SCHEMAS), metavar="NAME")
@plain_format
def schema(name: str, format: str) -> None:
    """Print a published JSON Schema, which is JSON in either format."""
    import json  # noqa: PLC0415

    from runner.api import schema as published  # noqa: PLC0415

    sys.stdout.write(json.dumps(published(name), indent=2) + "\n")


schema.help = f"{schema.help}\n\nNAME is one of {', '.join(_SCHEMAS)}."
order_batch.add_command(paper)
