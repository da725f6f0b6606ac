"""Notifications about the end of a call, for people who do not watch it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner import TOOL
from runner.app.hosts import Host, TrioProgram
from runner.app.notifying import notify as send
from runner.app.notifying import receivers_of
from runner.errors import ExitCode, Remedy
from runner.journal import notification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.app.console import Console
    from runner.domain import Secret
    from runner.errors import OrderBatchError

    from .applied import Applied

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_IN_TRIO: Final = TrioProgram()


def check_receivers(urls: Sequence[Secret]) -> None:
    """Raise ``InvalidInput`` for an address that nothing can be sent to: call it before ``apply``."""
    receivers_of(urls)


async def notify(
    urls: Sequence[Secret],
    *,
    results: Sequence[Applied],
    error: OrderBatchError | None = None,
    exit_code: ExitCode | None = None,
    environ: Mapping[str, str] = _NOTHING,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> tuple[str, ...]:
    """Send a message to each receiver, and return in words what was not taken; nothing is raised for that.

    ``results`` are those of ``apply``; ``error`` is what it has raised instead. ``exit_code`` is that of the
    command, by default that of the error or of the only result. Each receiver gets JSON of the schema
    ``notification`` if its address begins with ``https`` (``http`` for this machine), else a line by Apprise.
    All of it ends after 15 seconds. Raises ``InvalidInput`` for an address that nothing can be sent to.
    """
    if exit_code is None:
        exit_code = (
            error.exit_code if error is not None else results[0].exit_code if results else ExitCode.DEFECT
        )
    message = notification(
        [applied.manifest for applied in results],
        code=exit_code,
        tool=TOOL,
        at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        error="" if error is None else str(error),
        halted=error is not None and Remedy.RESUME in error.remedies,
    )
    notes: list[str] = []
    await send(receivers_of(urls), message, environ, host, notes.append)
    if console is not None:
        for note in notes:
            console.note(note)
    return tuple(notes)
