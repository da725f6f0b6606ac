"""The command line as a page: every verb with its arguments and options."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import click

from runner.cli.verbs import order_batch
from runner.report.explaining.examples import EXAMPLES
from tests.reference.markdown import page, prose, table

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = "order-batch"


def command_line_page() -> str:
    """Return the page of all verbs."""
    verbs = list(_verbs(order_batch, ()))
    index = table(
        ("verb", "what it does"),
        [(f"[`{' '.join(path)}`](#{'-'.join(path)})", prose(_summary(verb))) for path, verb in verbs],
    )
    sections = [_section(path, verb) for path, verb in verbs]
    note = (
        "Results go to standard output, all else to standard error. "
        "How each ends: [exit codes](exit-codes.md). "
        "What it reads beside options: [environment](environment.md)."
    )
    return page("Command line", prose(_text(order_batch)), index, note, *sections)


def _verbs(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in sorted(group.commands):
        verb = group.commands[name]
        if verb.hidden:
            continue
        if isinstance(verb, click.Group):
            yield from _verbs(verb, (*path, name))
        else:
            yield (*path, name), verb


def _section(path: tuple[str, ...], verb: click.Command) -> str:
    context = click.Context(verb, info_name=" ".join((PROGRAM, *path)))
    usage = " ".join([context.command_path, *verb.collect_usage_pieces(context)])
    options = [
        parameter
        for parameter in verb.get_params(context)
        if isinstance(parameter, click.Option) and not parameter.hidden
    ]
    rows = [_row(option, context) for option in options if "--help" not in option.opts]
    return "\n\n".join(
        (
            f"## {' '.join(path)}",
            prose(_text(verb)),
            f"```text\n{usage}\n```",
            *([table(("option", "meaning"), rows)] if rows else []),
            f"```text\n{_examples(path)}\n```",
        )
    )


def _examples(path: tuple[str, ...]) -> str:
    rows = EXAMPLES[" ".join(path)]
    return "\n\n".join(f"# {example.purpose}\n{example.command}" for example in rows)


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    names, text = option.get_help_record(context) or ("", "")
    defaults = re.compile(r"\s*\[(?P<extra>[^\]]*(?:default|required|env var|<=)[^\]]*)\]\s*$")
    found = defaults.search(text)
    meaning = prose(defaults.sub("", text))
    variables = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
    extra = [prose(found["extra"])] if found else []
    extra += [f"or the variable `{name}`" for name in variables if name not in " ".join(extra)]
    shown = names.replace("|", r"\|")
    return f"`{shown}`", meaning + (f"<br>*{'; '.join(extra)}*" if extra else "")


def _text(command: click.Command) -> str:
    """Return the help of a command without click's marks."""
    text = (command.help or "").partition("\f")[0].replace("\b\n", "")
    return inspect.cleandoc(text)


def _summary(command: click.Command) -> str:
    first = _text(command).partition("\n\n")[0]
    return " ".join(first.split())
