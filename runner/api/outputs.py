"""Files that a caller writes after a call: refused before it, as the files that a call writes itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from .job import families

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def check_outputs(
    paths: Iterable[Path],
    *,
    read: Iterable[Path],
    written: Iterable[Path] = (),
    environ: Mapping[str, str] = _NOTHING,
) -> None:
    """Raise ``InvalidInput`` for a file that cannot be written, or that must not be replaced by a report.

    ``read`` are the files of the call, and ``written`` those that it writes. Files that ``environ`` names as
    secrets, policies and journals are not replaced either.
    """
    from runner.app.inputs.outputs import refuse_outputs  # noqa: PLC0415 - most calls write no such file

    with families():
        refuse_outputs(paths, "the report", read=read, written=written, environ=environ)
