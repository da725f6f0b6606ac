"""The end of each verb's help: examples, and the variables that it reads. Loaded where help is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.formatting import wrap_text

from runner.report.explaining.examples import EXAMPLES
from runner.report.explaining.variables import variables_of, variables_of_all

if TYPE_CHECKING:
    import click

_INDENT = 2
_SHOWN = ("ORDER_BATCH_DEBUG", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
_MOST_NAMES = 4
"""Those of a CI system are no choice of a person, and are left to the reference."""


def verb_of(context: click.Context) -> str:
    """Return the name of a verb, as ``paper serve``; empty for the whole command."""
    return context.command_path.partition(" ")[2]


def write_examples(context: click.Context, formatter: click.HelpFormatter) -> None:
    """Write each example of a verb below what it is for."""
    rows = EXAMPLES.get(verb_of(context), ())
    if not rows:
        return
    with formatter.section("Examples"):
        for example in rows:
            _write_paragraph(formatter, f"{example.purpose}:")
            margin = " " * (formatter.current_indent + _INDENT)
            formatter.write("".join(f"{margin}{line}\n" for line in example.command.splitlines()))


def write_variables(context: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the variables that a verb reads, and name those that all verbs do."""
    verb = verb_of(context)
    if verb not in EXAMPLES:
        return
    with formatter.section("Environment"):
        for variable in variables_of(verb):
            if len(variable.names) > _MOST_NAMES:
                continue
            names = ", ".join(variable.names)
            _write_paragraph(formatter, f"{names}{' (secret)' if variable.secret else ''}")
            with formatter.indentation():
                _write_paragraph(formatter, f"{variable.meaning[0].upper()}{variable.meaning[1:]}.")
        common = (name for variable in variables_of_all() for name in variable.names)
        shown = ", ".join(name for name in common if name in _SHOWN)
        _write_paragraph(formatter, f"Every verb reads {shown}. What one means: order-batch explain NAME.")


def _write_paragraph(formatter: click.HelpFormatter, text: str) -> None:
    margin = " " * formatter.current_indent
    folded = wrap_text(text, formatter.width, initial_indent=margin, subsequent_indent=margin)
    formatter.write(f"{folded}\n")
