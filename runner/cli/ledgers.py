"""The verbs of ``order-batch ledger``."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .histories import ledger_history
from .options import Commands, ledger_option, plain_format, tier_option
from .outputs import output_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Secret


@click.group(cls=Commands)
def ledger() -> None:
    """Set up and look at a team's ledger on PostgreSQL."""


@ledger.command("init")
@ledger_option
@click.option("--print", "only_print", is_flag=True, help="Show the SQL, with roles and grants; run nothing.")
@plain_format
def ledger_init(ledger: Secret | None, only_print: bool, format: str) -> None:
    """Make the tables, or bring them up to date."""
    from runner.api import init_ledger, ledger_sql  # noqa: PLC0415

    if only_print:
        sys.stdout.write(ledger_sql())
        return
    applied = init_ledger(_named(ledger))
    text = f"applied: version {', '.join(map(str, applied))}" if applied else "nothing to do"
    _show(format, {"applied": applied}, [text])


@ledger.command("status")
@ledger_option
@plain_format
def ledger_status(ledger: Secret | None, format: str) -> None:
    """Show the accounts, and who holds each."""
    from runner.api import ledger_accounts  # noqa: PLC0415

    accounts = ledger_accounts(_named(ledger))
    lines = [
        f"{each.name} at {each.exchange}: {f'held by {each.held_by}' if each.held_by else 'free'}"
        f"{f'; {each.halted}' if each.halted else ''}"
        for each in accounts
    ]
    _show(format, {"accounts": [asdict(each) for each in accounts]}, lines or ["no account yet"])


@ledger.command("verify")
@ledger_option
@plain_format
def ledger_verify(ledger: Secret | None, format: str) -> int:
    """Check that the rows of each journal follow each other, unchanged."""
    from runner.api import ledger_breaks  # noqa: PLC0415
    from runner.errors import ExitCode  # noqa: PLC0415

    breaks = ledger_breaks(_named(ledger))
    _show(format, {"problems": list(breaks)}, breaks or ["all journals are whole"])
    return ExitCode.REFUSED if breaks else ExitCode.DONE


@ledger.command("unlock")
@ledger_option
@click.option("--account", default="", help="The account's IBAN; needed if there are several.")
@plain_format
def ledger_unlock(ledger: Secret | None, account: str, format: str) -> None:
    """End the run that holds an account: one that hangs or was stopped. What it still writes is void."""
    from runner.api import unlock_ledger  # noqa: PLC0415

    name, ended = unlock_ledger(_named(ledger), account)
    text = f"{name}: {'the run that held it was ended' if ended else 'no run held it'}"
    _show(format, {"account": name, "ended": ended}, [text])


@ledger.command("look")
@ledger_option
@tier_option
@plain_format
def ledger_look(ledger: Secret | None, tier: str, format: str) -> int:
    """Read the closed orders of the API key's account once, so that no run looks through them."""
    from runner.api import Job, Kraken, Tier, sync  # noqa: PLC0415
    from runner.domain import rfc3339  # noqa: PLC0415
    from runner.errors import ExitCode  # noqa: PLC0415

    job = Job(file=Path(), state_dir=Path(), venue=Kraken(), ledger=_named(ledger), environ=os.environ)
    out = output_as(format)
    until = sync.look_for_ledger(job, tier=Tier(tier), console=out, host=sync.OwnProcess())
    at = None if until is None else rfc3339(until, digits=3)
    _show(format, {"looked_until": at}, [f"all closed orders are read up to {at or 'no time yet'}"])
    return ExitCode.UNREACHABLE if at is None else ExitCode.DONE


ledger.add_command(ledger_history)


def _named(ledger: Secret | None) -> Secret:
    if ledger is None:
        raise click.UsageError("name the ledger: --ledger URL, or ORDER_BATCH_LEDGER")
    return ledger


def _show(format: str, content: Mapping[str, Any], lines: Sequence[str]) -> None:
    from runner.harmless import json_text, neutral  # noqa: PLC0415

    if format == "json":
        sys.stdout.write(json_text(content))
        return
    sys.stdout.write("".join(f"{neutral(line)}\n" for line in lines))
