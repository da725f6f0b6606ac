"""``order-batch bundle`` and ``verify``: a run with all that it was made of, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import (
    Commands,
    batch_option,
    file_argument,
    input_file,
    job_of,
    ledger_option,
    plain_format,
    run_key_option,
    state_dir_option,
    venue_option,
)
from .outputs import output_as


@click.command(cls=Commands.command_class)
@plain_format
@state_dir_option
@run_key_option
@venue_option
@ledger_option
@batch_option
@file_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the bundle: a ZIP file.",
)
def bundle(*, out: Path, format: str, **target: Any) -> None:
    """Pack the last run: batch, policies, plan, journal, manifest, events, messages."""
    from runner.api import bundle as pack  # noqa: PLC0415

    pack(job_of(**target), out, console=output_as(format))


@click.command(cls=Commands.command_class)
@click.argument("bundle", type=input_file)
@plain_format
def verify(bundle: Path, format: str) -> int:
    """Check a bundle, offline: that nothing left that its plan did not hold."""
    from runner.api import verify as check  # noqa: PLC0415

    return check(bundle, console=output_as(format)).exit_code
