"""The simulated exchange: serve it to any v1 client, or reset it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.paper import ServeOptions, paper_reset, paper_serve

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from pathlib import Path

    from runner.app.console import Console
    from runner.errors import ExitCode

__all__ = ["ServeOptions", "reset_paper", "serve_paper"]


def reset_paper(state_dir: Path, *, console: Console | None = None) -> None:
    """Forget the simulated exchange of a state folder, and all that was applied to it.

    Raises ``InvalidInput`` for a folder behind a link, and ``Locked`` while the exchange is in use.
    """
    with families():
        paper_reset(state_dir, Collector(console))


def serve_paper(state_dir: Path, options: ServeOptions, *, console: Console) -> ExitCode:
    """Serve the simulated exchange until a signal, in a process that does nothing else.

    ``console`` gets its addresses and credentials. Raises ``InvalidInput`` for invalid options,
    ``InvalidBatch`` for a scenario with problems, and ``Locked`` while it is in use.
    """
    with families():
        return paper_serve(state_dir, Collector(console), options)
