"""The files of a new repository of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.app.hosts import TrioProgram
from runner.app.starter import StarterOptions
from runner.app.starter import init as write_files
from runner.domain import CiService, NextStep, Presence, StarterFile, StepToDo, is_currency
from runner.errors import InvalidInput

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.app.console import Console
    from runner.app.hosts import Host

    from .job import Job

__all__ = ["CiService", "NextStep", "Presence", "Starter", "StarterFile", "StepToDo", "init"]

_IN_TRIO = TrioProgram()


class Starter(NamedTuple):
    """The result of ``init``.

    ``files`` are all starter files, each with what was at its path before, ``written`` the paths of those
    that were written, and ``next_steps`` what is left to a person.
    """

    files: tuple[StarterFile, ...]
    written: tuple[str, ...]
    next_steps: tuple[StepToDo, ...]


async def init(
    folder: Path,
    *,
    ci: CiService = CiService.GITHUB,
    rebalance: bool = False,
    quote: str = "EUR",
    wheel: Path | None = None,
    holdings_of: Job | None = None,
    ask: Callable[[str], bool] | None = None,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Starter:
    """Write the files of a repository of batches into a folder. What is there is never changed.

    ``ci`` is the service that is to review and apply. ``rebalance`` adds a targets file and what proposes
    batches from it, ``quote`` is the currency of limits and targets. ``wheel`` is the one that CI is to
    install. ``holdings_of``: the weights are those of this job's account; its file is not read. ``ask`` asks
    a person through ``console`` first; None writes without a question.

    Raises ``InvalidInput`` if a link or a file is in the way, ``Refused`` if the answer is no, and
    ``Unreachable`` if the account cannot be read. Nothing was written then.
    """
    if not is_currency(quote):
        raise InvalidInput(f"{quote!r} is not a currency: write it as in pairs, such as EUR or USD")
    if holdings_of is not None and not rebalance:
        raise InvalidInput("the holdings of an account become target weights: ask for a rebalance as well")
    options = StarterOptions(
        folder=folder,
        ci=ci,
        rebalance=rebalance,
        quote=quote,
        wheel=wheel,
        account=None if holdings_of is None else holdings_of.target(),
        environ={} if holdings_of is None else holdings_of.variables(),
    )
    with families():
        return Starter(*await write_files(options, Collector(console), host, ask=ask))
