"""The exit code of each error. The only module that catches every exception.

It shows what is wrong and what to do; a traceback is shown only on request (ORDER_BATCH_DEBUG=1), for an
internal error. click, and what writes reports, is loaded only for a command line that needs it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from runner.errors import ExitCode, InvalidInput, OrderBatchError, input_error

from . import usage

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(args: Sequence[str]) -> int:
    """Run a command line; return its exit code."""
    try:
        code = _carry_out(args)
        sys.stdout.flush()
        return _after_what_was_lost(int(code or 0))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nothing may reach a person as a traceback
        return _report(error, args)


def _carry_out(args: Sequence[str]) -> int | None:
    """Run a command line, without click if it is simple enough."""
    if usage.is_requested(list(args)):
        sys.stdout.write(usage.TEXT)
        return ExitCode.DONE
    if not args and os.environ.get(_COMPLETES):
        return _complete()
    return _validate(args[1:]) if _is_plain_validation(args) else _run_fast_path(args)


def _complete() -> int:
    """Answer a shell that completes a word: with nothing at all where something is wrong."""
    try:
        _run_fast_path(())
    except (Exception, SystemExit):  # noqa: BLE001 - a person who types is shown no error; click exits
        return ExitCode.DONE
    return ExitCode.DONE


def _is_plain_validation(args: Sequence[str]) -> bool:
    """Return True for a plain ``validate FILE ...``, as editors and hooks run it at each save."""
    return len(args) > 1 and args[0] == "validate" and not any(arg.startswith("-") for arg in args)


def _validate(files: Sequence[str]) -> int:
    from pathlib import Path  # noqa: PLC0415

    from runner.api import validate  # noqa: PLC0415

    from .outputs import output_as  # noqa: PLC0415
    from .selected import selected_files  # noqa: PLC0415

    paths, console = [Path(file) for file in files], output_as("text")
    return validate(selected_files(paths, "", console).files, console=console).exit_code


_SUCCESSES = (ExitCode.DONE, ExitCode.CHANGES)
_NO_VARIABLE = "="
_COMPLETES = "_ORDER_BATCH_COMPLETE"


def _run_fast_path(args: Sequence[str]) -> int | None:
    """Run a command line that click parses. Raises what the command raises."""
    import click  # noqa: PLC0415

    from .outputs import format_wanted  # noqa: PLC0415
    from .verbs import order_batch  # noqa: PLC0415

    try:
        code: int | None = order_batch.main(
            list(args),
            prog_name="order-batch",
            standalone_mode=False,
            # A shell that asks for completions passes no arguments. In the environment of a command that has
            # some, the variable would make it end with 0, having done nothing.
            complete_var=_NO_VARIABLE if args else None,
        )
    except click.exceptions.Abort:
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        if format_wanted(args) != "text":
            raise InvalidInput(error.format_message()) from None
        error.show()
        return ExitCode.INVALID
    return code


def _report(error: Exception, args: Sequence[str]) -> int:
    """Return the exit code of an error that is reported.

    What goes wrong while it is reported changes no exit code.
    """
    try:
        return _report_error(error, args)
    except Exception as second:  # noqa: BLE001 - as above
        code = _defect(second)
        _say(f"order-batch: {error}")
        return error.exit_code if isinstance(error, OrderBatchError) else code


def _report_error(error: Exception, args: Sequence[str]) -> int:
    # Not loaded where all goes well without them.
    from .outputs import output_of  # noqa: PLC0415
    from .remedies import explain  # noqa: PLC0415

    match error:
        case OrderBatchError():
            explain(error)
            output_of(args).error(error, problems=getattr(error, "problems", ()))
            return error.exit_code
        case OSError():
            return _report_error(input_error(error), args)
        case _:
            return _defect(error)


def _after_what_was_lost(code: int) -> int:
    """Return the exit code, which is no success for an output that could not be written: that is reported.

    What is worse stays. A reader that has gone has lost nothing.
    """
    failure = getattr(sys.stdout, "failure", None)
    if failure is None:
        return code
    _say(f"order-batch: standard output could not be written: {failure.strerror}")
    return ExitCode.INCOMPLETE if code in _SUCCESSES else code


def _defect(error: Exception) -> int:
    _say(f"order-batch: an internal error: {type(error).__name__}")
    if os.environ.get("ORDER_BATCH_DEBUG"):
        import traceback  # noqa: PLC0415

        _say("".join(traceback.format_exception(error)))
    else:
        _say("Set ORDER_BATCH_DEBUG=1 for the traceback, and please report it.")
    return ExitCode.DEFECT


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
