"""The evidence of a run in one file, and its check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from pathlib import Path

    from runner.app.console import Console
    from runner.errors import ExitCode

    from .job import Job

__all__ = ["Bundle", "Verification", "bundle", "verify"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was written: its path, the SHA-256 of its bytes, and the names of the files in it."""

    path: Path
    digest: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of ``verify``.

    ``digest`` is the SHA-256 of the bundle; ``checks`` are the checks in words, each with what is wrong.
    ``exit_code``: ``DONE``, or ``REFUSED`` if anything is.
    """

    digest: str
    checks: tuple[tuple[str, tuple[str, ...]], ...]
    exit_code: ExitCode


def bundle(job: Job, path: Path, *, console: Console | None = None) -> Bundle:
    """Pack the last run of a batch file, or of a saved plan, into a file.

    In it are batch, policies, plan, journal, manifest, events, and the messages without secrets. Raises
    ``InvalidInput`` where it cannot be written, ``Refused`` if there was no run or a file of it has changed
    since, and ``Locked`` while a run goes on. With a ledger the journal is there, and the messages are in the
    bundle if this machine has sent them.
    """
    from runner.app.bundles import bundle as pack  # noqa: PLC0415
    from runner.app.hosts import PlainProgram, result_without_loop  # noqa: PLC0415

    out = Collector(console)
    with families():
        result_without_loop(pack(job.target(), job.variables(), path, out, PlainProgram()))
    assert out.packed is not None, "a bundle is shown"
    return Bundle(path, *out.packed)


def verify(path: Path, *, console: Console | None = None) -> Verification:
    """Check a bundle against itself. Opens no connection.

    Checked are the digests, the chain of the journal, the manifest as its fold, and that nothing left that
    the plan did not hold. A bundle proves what its author packed, not who that was: compare ``digest`` with
    the one that ``bundle`` showed. Raises ``InvalidInput`` for a file that cannot be read, and ``Refused``
    for one of which a byte was changed.
    """
    from runner.app.bundles import verify as check  # noqa: PLC0415

    out = Collector(console)
    with families():
        code = check(path, out)
    assert out.checked is not None, "a verification is shown"
    return Verification(*out.checked, exit_code=code)
