"""``order-batch approve``, ``revoke`` and ``approvals``: what people say of saved plans in a ledger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import Commands, batch_option, input_file, ledger_option, plain_format, policy_option
from .outputs import output_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.api import Job
    from runner.domain import Secret

_plan_argument = click.argument("plan", type=input_file)
_reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept for good.")


def _about_a_plan(verb: Callable[..., Any]) -> Callable[..., Any]:
    for option in (plain_format, policy_option, batch_option, ledger_option, _plan_argument):
        verb = option(verb)
    return verb


@click.command(cls=Commands.command_class)
@_about_a_plan
@_reason_option
def approve(*, reason: str, format: str, **job: Any) -> None:
    """Approve a saved plan, in the name of the ledger's user."""
    from runner.api import approve as record  # noqa: PLC0415

    record(_job(**job), reason, console=output_as(format))


@click.command(cls=Commands.command_class)
@_about_a_plan
@_reason_option
def revoke(*, reason: str, format: str, **job: Any) -> None:
    """Take back the approval of a saved plan that the ledger's user gave."""
    from runner.api import revoke as take_back  # noqa: PLC0415

    take_back(_job(**job), reason, console=output_as(format))


@click.command(cls=Commands.command_class)
@_about_a_plan
def approvals(*, format: str, **job: Any) -> None:
    """Show who has approved a saved plan, and who could still."""
    from runner.api import approvals as known  # noqa: PLC0415

    known(_job(**job), console=output_as(format))


def _job(*, plan: Path, ledger: Secret | None, batch: str, policy: Path | None) -> Job:
    from runner.api import Job, Kraken  # noqa: PLC0415

    if ledger is None:
        raise click.UsageError("name the ledger: --ledger URL, or ORDER_BATCH_LEDGER")
    return Job(
        file=plan,
        state_dir=Path(),
        venue=Kraken(),
        ledger=ledger,
        batch=batch,
        policy=policy,
        environ=os.environ,
    )
