"""``order-batch doctor``: what is wrong with a set-up, and what to do about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .options import (
    Commands,
    deadline_option,
    ledger_option,
    plain_format,
    state_dir_option,
    venue_of,
    venue_option,
)
from .outputs import output_as

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret
    from runner.errors import ExitCode

_PURPOSES = ("apply", "plan", "status", "rebalance")


@click.command(cls=Commands.command_class)
@venue_option
@state_dir_option
@ledger_option
@click.option(
    "--for",
    "purpose",
    type=click.Choice(_PURPOSES),
    default="apply",
    show_default=True,
    help="The command that is to work. The exit code is the one that it would end with.",
)
@deadline_option
@plain_format
def doctor(
    *, venue: str, state_dir: Path, ledger: Secret | None, purpose: str, deadline: int, format: str
) -> ExitCode:
    """Check key, permissions, clock, proxies, TLS, market, ledger, state and versions, each with a cure.

    Changes nothing: no order is sent, nothing is written, and no lock is taken.
    """
    from runner.api import Purpose, Site, sync  # noqa: PLC0415

    out = output_as(format)
    site = Site(state_dir=state_dir, venue=venue_of(venue), ledger=ledger, environ=os.environ)
    found = sync.diagnose(site, Purpose(purpose), deadline_s=deadline, console=out, host=sync.OwnProcess())
    out.diagnosed(found.result)
    return found.exit_code
