"""The simulated exchange: serve it to any v1 client, or reset it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.app.paper import ServeOptions, paper_reset, paper_serve
from runner.app.rehearsal.recording import paper_record

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.app.console import Console
    from runner.errors import ExitCode

__all__ = ["ServeOptions", "record_market", "reset_paper", "serve_paper"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def reset_paper(state_dir: Path, *, console: Console | None = None) -> None:
    """Forget the simulated exchange of a state folder, and all that was applied to it.

    Raises ``InvalidInput`` for a folder behind a link, and ``Locked`` while the exchange is in use.
    """
    with families():
        paper_reset(state_dir, Collector(console))


def serve_paper(
    state_dir: Path, options: ServeOptions, *, console: Console, environ: Mapping[str, str] = _NOTHING
) -> ExitCode:
    """Serve the simulated exchange until a signal, in a process that does nothing else.

    ``console`` gets its addresses and credentials; ``environ`` says how Kraken is reached for a live market.
    Raises ``InvalidInput`` for invalid options, ``InvalidBatch`` for a file with problems, ``Unreachable``
    for a live market that cannot be read, ``Refused`` for an exchange with another market, and ``Locked``
    while it is in use.
    """
    with families():
        return paper_serve(state_dir, Collector(console), options, environ)


def record_market(
    path: Path,
    *,
    pairs: Sequence[str] = (),
    for_s: int = 0,
    environ: Mapping[str, str] = _NOTHING,
    console: Console | None = None,
) -> None:
    """Write Kraken's public market of now to a file: all pairs, or those that are named; without a key.

    ``for_s``: and for so many seconds how the prices go on. ``environ`` says how Kraken is reached. For a
    process that does nothing else. Raises ``InvalidInput`` and ``Unreachable``.
    """
    with families():
        paper_record(path, Collector(console), environ, pairs=pairs, for_s=for_s)
