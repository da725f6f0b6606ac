"""All verbs of the command line by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.verbs import order_batch

if TYPE_CHECKING:
    from collections.abc import Iterator


def verbs(
    group: click.Group = order_batch, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Each verb with its name, as ``paper serve``."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        elif not command.hidden:
            yield " ".join((*path, name)), command


def context_of(verb: str, command: click.Command, width: int = 80) -> click.Context:
    """The context in which a verb shows its help on a terminal of that width."""
    return click.Context(command, info_name=f"order-batch {verb}", terminal_width=width - 2)
