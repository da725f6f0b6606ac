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

from .verbs import format_wanted, order_batch, output_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(args: Sequence[str]) -> int:
    """Run a command line; gives its exit code."""
    try:
        code = order_batch.main(list(args), prog_name="order-batch", standalone_mode=False)
        sys.stdout.flush()
        _say_what_was_lost()
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
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return _in_words(InvalidInput(f"{where}{error.strerror or error}"), args)
        case _:
            return _defect(error)


def _say_what_was_lost() -> None:
    """A report that nobody can read changes no exit code, but is said."""
    failure = getattr(sys.stdout, "failure", None)
    if failure is not None:
        click.echo(f"order-batch: standard output could not be written: {failure.strerror}", err=True)


def _defect(error: Exception) -> int:
    click.echo(f"order-batch: a defect of ours: {type(error).__name__}", err=True)
    if os.environ.get("ORDER_BATCH_DEBUG"):
        import traceback  # noqa: PLC0415

        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo("Set ORDER_BATCH_DEBUG=1 for the traceback, and please report it.", err=True)
    return ExitCode.DEFECT
