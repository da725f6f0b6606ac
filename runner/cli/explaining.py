"""``order-batch explain``: what a code means, and what to do about it."""

from __future__ import annotations

import sys

import click

from .completing import complete_code
from .options import Commands, plain_format

_WIDTH = 100


@click.command(cls=Commands.command_class)
@click.argument("code", required=False, shell_complete=complete_code)
@click.option("--list", "listed", is_flag=True, help="Explain every code.")
@plain_format
def explain(code: str | None, listed: bool, format: str) -> None:
    """Explain an exit code, a rule, a second look, an error of the exchange or a variable."""
    import shutil  # noqa: PLC0415 - all other verbs do without

    from runner.harmless import json_text, neutral  # noqa: PLC0415
    from runner.report.explaining.topics import as_text, find, suggestions, topics  # noqa: PLC0415

    if (code is None) is not listed:
        raise click.UsageError("name one code, or --list")
    found = list(topics().values()) if code is None else [topic for topic in [find(code)] if topic]
    if not found:
        assert code is not None
        nearest = " or ".join(suggestions(code))
        hint = f"did you mean {nearest}?" if nearest else "--list shows all codes"
        raise click.UsageError(f"{neutral(code[:_WIDTH])!r} is no known code: {hint}")
    if format == "json":
        sys.stdout.write(json_text({"explanations": [topic._asdict() for topic in found]}))
        return
    width = min(shutil.get_terminal_size((_WIDTH, 24)).columns, _WIDTH)
    sys.stdout.write("\n".join(as_text(topic, width) for topic in found))
