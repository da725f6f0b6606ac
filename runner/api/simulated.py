"""The simulated exchange: serve it to any v1 client, or reset it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from runner.app.paper import ServeOptions, paper_reset, paper_serve
from runner.app.rehearsal.recording import paper_record
from runner.app.steering import Steering

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.app.console import Console
    from runner.errors import ExitCode

__all__ = ["PaperControl", "ServeOptions", "record_market", "reset_paper", "serve_paper"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def reset_paper(
    state_dir: Path, *, environ: Mapping[str, str] = _NOTHING, console: Console | None = None
) -> None:
    """Forget the simulated exchange of a state folder, and all that was applied to it.

    One that another process serves begins again there; ``environ`` says which authorities are trusted, for
    one with TLS. Raises ``InvalidInput`` for a folder behind a link, ``Locked`` while a command has the
    exchange to itself, and ``Refused`` while a batch is applied to one that is served.
    """
    with families():
        paper_reset(state_dir, Collector(console), environ)


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


class PaperControl:
    """Steers the simulated exchange that another process serves with a state folder.

    For a process that does nothing else. Each method raises ``Refused`` where none is served, or where the
    exchange does not do it. ``environ`` says which authorities are trusted, for one with TLS; ``console``
    gets a line for what was done.
    """

    def __init__(
        self, state_dir: Path, *, environ: Mapping[str, str] = _NOTHING, console: Console | None = None
    ) -> None:
        self._steering = Steering(state_dir, environ, Collector(console))

    def move(self, pair: str, bid: str, ask: str | None = None) -> None:
        """Set the market of a pair, until it is released; without ``ask`` it is one tick above the bid."""
        self._steering.move(pair, bid, ask)

    def release(self, pair: str) -> None:
        """Let the market of a pair move by itself again."""
        self._steering.release(pair)

    def cut(self) -> None:
        """End all WebSocket connections, as a network does."""
        self._steering.cut()

    def add_faults(self, file: Path) -> None:
        """Add the faults of a scenario file. Raises ``InvalidBatch`` for a faulty one."""
        with families():
            self._steering.add_faults(file)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._steering.clear_faults()

    def orders(self) -> list[dict[str, Any]]:
        """Return the open orders: ``txid``, ``pair``, ``type``, ``descr``, ``volume``, ``executed``."""
        return self._steering.orders()


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
