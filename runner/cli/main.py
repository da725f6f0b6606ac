"""Errors to exit codes: the outermost floor, the only one that catches whatever comes.

A person sees what is wrong and what to do; a traceback is shown only on request (ORDER_BATCH_DEBUG=1),
for a defect of ours.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from runner.errors import ExitCode, InvalidInput, OrderBatchError

from .streams import patient
from .verbs import format_wanted, order_batch, output_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> None:
    """The entry point of ``order-batch``."""
    sys.stdout, sys.stderr = patient(sys.stdout), patient(sys.stderr)
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run a command line; gives its exit code."""
    try:
        code = order_batch.main(list(args), prog_name="order-batch", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nothing may reach a person as a traceback
        return _in_words(error, args)


def _in_words(error: Exception, args: Sequence[str]) -> int:
    match error:
        case click.ClickException() if format_wanted(args) != "text":
            return _in_words(InvalidInput(error.format_message()), args)
        case click.ClickException():
            error.show()
            return ExitCode.INVALID
        case OrderBatchError():
            output_of(args).error(error, problems=getattr(error, "problems", ()))
            return error.exit_code
        case _:
            return _defect(error)


def _defect(error: Exception) -> int:
    click.echo(f"order-batch: a defect of ours: {type(error).__name__}", err=True)
    if os.environ.get("ORDER_BATCH_DEBUG"):
        import traceback  # noqa: PLC0415

        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo("Set ORDER_BATCH_DEBUG=1 for the traceback, and please report it.", err=True)
    return ExitCode.DEFECT
