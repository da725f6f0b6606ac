"""The verb ``init``: the files of a new repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .completing import complete_currency
from .options import Commands, checked_currency, job_of, plain_format, state_dir_option, venue_option
from .outputs import asking, output_as


@click.command(cls=Commands.command_class)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    default="github",
    show_default=True,
    help="Where pull requests are planned and merges applied.",
)
@click.option("--rebalance", is_flag=True, help="Add target weights, and a schedule that proposes batches.")
@click.option(
    "--from",
    "source",
    type=click.Choice(["account"]),
    help="With --rebalance: the weights that the account has today, instead of an example.",
)
@click.option(
    "--quote",
    default="EUR",
    show_default=True,
    callback=checked_currency,
    shell_complete=complete_currency,
    help="Currency of limits and targets.",
)
@click.option(
    "--wheel",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The wheel of order-batch that CI is to install: it is added with its hash.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@venue_option
@state_dir_option
@plain_format
def init(
    *,
    folder: Path,
    ci: str,
    rebalance: bool,
    source: str | None,
    quote: str,
    wheel: Path | None,
    yes: bool,
    format: str,
    **account: Any,
) -> None:
    """Write the files of a repository of batches. What is there stays as it is."""
    from runner.api import CiService, sync  # noqa: PLC0415

    if source is not None and not rebalance:
        raise click.BadOptionUsage("--from", "--from account is about target weights: add --rebalance")
    sync.init(
        folder,
        ci=CiService(ci),
        rebalance=rebalance,
        quote=quote,
        wheel=wheel,
        holdings_of=None if source is None else job_of(file=folder / "targets.yaml", **account),
        ask=None if yes else asking(),
        console=output_as(format),
        host=sync.OwnProcess(),
    )
