"""All verbs of the command line by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.manual import verbs_of
from runner.cli.verbs import order_batch

if TYPE_CHECKING:
    from collections.abc import Iterator


def verbs() -> Iterator[tuple[str, click.Command]]:
    """Each verb with its name, as ``paper serve``."""
    return verbs_of(order_batch)


def context_of(verb: str, command: click.Command, width: int = 80) -> click.Context:
    """The context in which a verb shows its help on a terminal of that width."""
    return click.Context(command, info_name=f"order-batch {verb}", terminal_width=width - 2)
