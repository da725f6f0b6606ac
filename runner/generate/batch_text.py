"""A generated batch as the text of its file: the arithmetic on top, and then a batch like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.harmless import neutral, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .strategies import Generated


def batch_text(generated: Generated, *, made_by: str) -> str:
    """Return the file; ``made_by`` is the command line that makes it again."""
    comment = (f"Made by: {made_by}", *generated.arithmetic)
    lines: Iterable[str] = (
        *(f"# {neutral(line)}" for line in comment),
        "version: 1",
        f"name: {generated.name}",
        f"defaults: {_flow(generated.defaults)}",
        "groups:",
        f"  - name: {generated.group}",
        "    orders:",
        *(f"      - {_flow({'id': name, **fields})}" for name, fields in generated.orders.items()),
    )
    return without_commands("\n".join(lines) + "\n")


def _flow(fields: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {text}' for name, text in fields.items())}}}"
