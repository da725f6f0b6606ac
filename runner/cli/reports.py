"""Further formats of a result: ``--report FORMAT=FILE``, each written to its file when the command ends.

A file holds what ``--format`` would have written to standard output. What is wrong with the option or with a
file is reported before anything is sent; a file that cannot be written afterwards changes no result.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from runner.errors import ExitCode, OrderBatchError, input_error
from runner.harmless import without_commands
from runner.report import Format
from runner.runtime.storage import write_bytes

from .outputs import output_as
from .remedies import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from runner.report import Output

STDOUT: Final = "-"
_HELP: Final = "Write the result to FILE as well, in another format ({}); repeatable. `-`: standard output."


class ReportRequest(NamedTuple):
    """A report: its format and its file, None for standard output."""

    format: Format
    path: Path | None


def report_option(formats: Iterable[Format]) -> Callable[..., Any]:
    """Return the option for a verb that has these formats; annotations are lines of a log alone."""
    names = tuple(format.value for format in formats if format is not Format.GITHUB)

    def check(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[ReportRequest, ...]:
        wanted = tuple(_wanted(value, names) for value in values)
        _refuse_twice(wanted)
        return wanted

    return click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=check,
        help=_HELP.format(", ".join(names)),
    )


def _wanted(value: str, names: Sequence[str]) -> ReportRequest:
    format, _, file = value.partition("=")
    if not file:
        raise click.BadParameter(f"{value!r} names no file: write FORMAT=FILE, such as json=result.json")
    if format == Format.GITHUB:
        raise click.BadParameter("annotations are lines of a log and no file: use --format github")
    if format not in names:
        raise click.BadParameter(f"{format!r} is none of {', '.join(names)}")
    return ReportRequest(Format(format), None if file == STDOUT else Path(file))


def _refuse_twice(wanted: Sequence[ReportRequest]) -> None:
    seen: set[str] = set()
    for _, path in wanted:
        place = STDOUT if path is None else os.path.realpath(path)
        if place in seen:
            raise click.BadParameter(f"{path or STDOUT} is named twice: each report needs its own file")
        seen.add(place)


class Reports:
    """The reports of a command. ``output`` is where it shows its results."""

    def __init__(self, format: str, wanted: Sequence[ReportRequest]) -> None:
        shown = next((each.format.value for each in wanted if each.path is None), format)
        self._drafts = [(each.format, each.path, io.StringIO()) for each in wanted if each.path is not None]
        self._admitted = False
        self.output: Output = output_as(shown, also=self._streams())

    def admit(self, *, read: Iterable[Path | None], written: Iterable[Path | None] = ()) -> None:
        """Refuse files that cannot be written, or that the command itself reads or writes.

        Nothing is written to any of them before. Raises ``InvalidInput``.
        """
        if self._drafts:
            from runner.api import check_outputs  # noqa: PLC0415 - most commands have no reports

            paths = [path for _, path, _ in self._drafts]
            check_outputs(paths, read=filter(None, read), written=filter(None, written), environ=os.environ)
        self._admitted = True

    def fail(self, error: OrderBatchError) -> None:
        """Write an error into the files; the command says it on its own."""
        if self._drafts and self._admitted:
            explain(error)
            (format, stream), *others = self._streams()
            silent = output_as(format.value, stdout=stream, stderr=io.StringIO(), also=others)
            silent.error(error, problems=getattr(error, "problems", ()))
            self.write()

    def write(self) -> bool:
        """Write the files; return True if all could be written. One that could not be is reported."""
        failures = [failure for _, path, draft in self._drafts if (failure := _failure_of(path, draft))]
        for failure in failures:
            self.output.note(f"The result is valid, but a report could not be written: {failure}")
        return not failures

    def _streams(self) -> list[tuple[Format, io.StringIO]]:
        return [(format, draft) for format, _, draft in self._drafts]


def _failure_of(path: Path, draft: io.StringIO) -> OSError | None:
    try:
        write_bytes(path, without_commands(draft.getvalue()).encode("utf-8", "backslashreplace"))
    except OSError as error:
        return error
    return None


def with_reports(
    format: str, wanted: Sequence[ReportRequest], command: Callable[[Reports], ExitCode]
) -> ExitCode:
    """Run a command with its reports, which are written at its end, also where it ends with an error.

    A command that did everything ends with ``INCOMPLETE`` if a report of it is missing, as for a manifest.
    """
    context = click.get_current_context(silent=True)
    source = None if context is None else context.get_parameter_source("format")
    if source is click.core.ParameterSource.COMMANDLINE and any(each.path is None for each in wanted):
        raise click.BadParameter("`-` is standard output, which --format names already: leave one out")
    reports = Reports(format, wanted)
    try:
        code = command(reports)
    except OSError as error:
        reports.fail(input_error(error))
        raise
    except OrderBatchError as error:
        reports.fail(error)
        raise
    return code if reports.write() else code or ExitCode.INCOMPLETE
