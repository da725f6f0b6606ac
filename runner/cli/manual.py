"""The manual page, made from the verbs and from the tables that their help is made from."""

from __future__ import annotations

import inspect
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from runner import __version__

from .options import Commands
from .roff import escaped, heading, item, paragraphs, prose, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM: Final = "order-batch"
SUMMARY: Final = "order plans kept in git, applied exactly once over Kraken's WebSocket API v1"

_FILES: Final = {
    ".order-batch/VENUE/BATCH/journal.jsonl": "What was placed, sent and found out. Keep it.",
    ".order-batch/VENUE/BATCH/manifest.json": "The result of the last run, made from the journal.",
    ".order-batch/VENUE/BATCH/wire.jsonl": "The messages of the last run without secrets, for `bundle`.",
    ".order-batch/VENUE/.halts/halts.json": "Whether runs may send.",
    ".order-batch/paper/.exchange/": "The simulated exchange; `paper reset` forgets it.",
    "policy.yaml": "A policy, in the folder of a batch or one above it.",
}
"""The files that a person may look for."""

_SETTINGS: Final = (".ad l", ".nh")
"""Aligned to the left and without hyphens, so that commands can be copied."""


@click.command("man", cls=Commands.command_class)
def man() -> None:
    """Print the manual page, for a folder in which `man` looks."""
    root = click.get_current_context().find_root().command
    assert isinstance(root, click.Group)
    sys.stdout.write(manual(root, os.environ))


def manual(root: click.Group, environ: Mapping[str, str]) -> str:
    """Return the manual page of a command with verbs, in the language of ``man``.

    The date is that of ``SOURCE_DATE_EPOCH``, and there is none without it: the same version gives the same
    bytes.
    """
    head = f'.TH "{PROGRAM.upper()}" "1" "{_day(environ)}" "{PROGRAM} {__version__}" "User Commands"'
    lines = [
        head,
        *_SETTINGS,
        heading("Name"),
        rf"{escaped(PROGRAM)} \- {escaped(SUMMARY)}",
        heading("Synopsis"),
        rf"\fB{escaped(PROGRAM)}\fP \fIVERB\fP [\fIOPTIONS\fP] [\fIARGUMENTS\fP]",
        heading("Description"),
        *paragraphs(_help_of(root)),
        heading("Verbs"),
        *(line for path, verb in verbs_of(root) for line in _verb(path, verb)),
        heading("Exit status"),
        *_exit_codes(),
        heading("Environment"),
        *_environment(),
        heading("Files"),
        *(line for path, text in _FILES.items() for line in item(path, text)),
        heading("See also"),
        prose("git(1), psql(1). `order-batch explain CODE` says what a code means, and what to do."),
    ]
    return "\n".join(lines) + "\n"


def verbs_of(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield each verb that is not hidden with its name, as ``paper serve``, in their order."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from verbs_of(command, (*path, name))
        elif not command.hidden:
            yield " ".join((*path, name)), command


def _day(environ: Mapping[str, str]) -> str:
    seconds = environ.get("SOURCE_DATE_EPOCH", "")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= _MOST_DIGITS):
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()


_MOST_DIGITS: Final = 10


def _verb(path: str, verb: click.Command) -> Iterator[str]:
    from runner.report.explaining.examples import EXAMPLES  # noqa: PLC0415 - no other verb needs them

    context = click.Context(verb, info_name=f"{PROGRAM} {path}")
    usage = " ".join(verb.collect_usage_pieces(context))
    yield heading(f"{PROGRAM} {path} {usage}", within=True)
    yield from paragraphs(_help_of(verb))
    for parameter in verb.get_params(context):
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            yield from item(*(parameter.get_help_record(context) or ("", "")))
    for example in EXAMPLES.get(path, ()):
        yield ".PP"
        yield prose(f"{example.purpose}:")
        yield from verbatim(example.command.splitlines())


def _help_of(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _exit_codes() -> Iterator[str]:
    from runner.report.explaining.exit_codes import EXIT_CODES  # noqa: PLC0415

    for code, row in EXIT_CODES.items():
        sent = f"Was anything sent: {row.sent}. The same command again: {row.again}."
        yield from item(str(int(code)), f"{row.meaning[:1].upper()}{row.meaning[1:]}. {sent}")


def _environment() -> Iterator[str]:
    from runner.report.explaining.variables import VARIABLES  # noqa: PLC0415

    for variable in VARIABLES:
        secret = " Its value is a secret." if variable.secret else ""
        meaning = f"{variable.meaning[:1].upper()}{variable.meaning[1:]}.{secret}"
        yield from item(", ".join(variable.names), meaning)
