"""The output of a command, made from the streams and the environment of the process."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runner.report import Format, Output

from .remedies import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TextIO


def output_as(
    format: str,
    *,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    also: Sequence[tuple[Format, TextIO]] = (),
) -> Output:
    """Return the output for a format, by default to the streams of the process.

    ``also`` are further formats of the same results, each with its stream.
    """
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    return Output(
        Format(format),
        stdout=stdout or sys.stdout,
        stderr=stderr or sys.stderr,
        step_summary=Path(summary) if summary else None,
        command=getattr(sys.stdout, "command", None),
        rooted_path=_rooted_path,
        options=OPTIONS,
        also=also,
    )


def _rooted_path(file: str) -> str:
    from .rooted import rooted_path  # noqa: PLC0415 - most formats name a file as it was given

    return rooted_path(file, os.environ)


def output_of(args: Sequence[str]) -> Output:
    """Return the output for a command that failed before its options were parsed."""
    return output_as(format_wanted(args))


def format_wanted(args: Sequence[str]) -> str:
    """Return the format that a command line asks for, even if it could not be parsed."""
    given = _values(args, "--format")
    given += [text.removesuffix("=-") for text in _values(args, "--report") if text.endswith("=-")]
    return next((text for text in given if text in set(Format)), Format.TEXT.value)


def _values(args: Sequence[str], option: str) -> list[str]:
    """Return the values of an option on a command line, in either form."""
    given = [text for name, text in itertools.pairwise(args) if name == option]
    return given + [arg.removeprefix(f"{option}=") for arg in args if arg.startswith(f"{option}=")]


def asking() -> Callable[[str], bool] | None:
    """Return what asks the person at the terminal, None where there is none."""
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask(question: str) -> bool:
    import click  # noqa: PLC0415 - few commands ask

    return click.confirm(question, default=False, err=True)


def write_event(event: Mapping[str, Any]) -> None:
    """Write an event to standard error, as one line of JSON. A stream that is closed or full loses it."""
    from runner.harmless import json_text  # noqa: PLC0415 - few runs want events

    with suppress(OSError, ValueError):
        sys.stderr.write(json_text(event, one_line=True))
        sys.stderr.flush()
