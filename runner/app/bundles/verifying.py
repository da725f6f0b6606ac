"""``order-batch verify``: check a bundle against itself. Opens no connection and reads nothing else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from runner.errors import ExitCode, InvalidInput, Refused
from runner.runtime.storage import read_limited, unpack

from .contents import BUNDLE_VERSION
from .evidence import examine

if TYPE_CHECKING:
    from pathlib import Path

    from runner.app.console import Console

MAX_BUNDLE_BYTES: Final = 512 * 1024 * 1024


def verify(path: Path, out: Console) -> ExitCode:
    """Check a bundle, and show each check. Raises ``Refused`` for one of which a byte was changed."""
    archive = read_limited(path, MAX_BUNDLE_BYTES)
    if len(archive) > MAX_BUNDLE_BYTES:
        raise InvalidInput(f"{path}: longer than {MAX_BUNDLE_BYTES:,} bytes, so it is no bundle")
    files, index = unpack(archive, name=str(path))
    if index.get("bundle_version") != BUNDLE_VERSION:
        raise Refused(
            f"{path}: a bundle of version {index.get('bundle_version')}, which is not known here",
            details=["Verify it with the version of order-batch that wrote it."],
        )
    try:
        checks = examine(files)
    except Refused as error:
        raise Refused(f"{path}: {error}") from None
    out.verified(
        path=str(path),
        digest=hashlib.sha256(archive).hexdigest(),
        checks=[("no byte of it was changed", ()), *((check.words, check.problems) for check in checks)],
    )
    return ExitCode.REFUSED if any(check.problems for check in checks) else ExitCode.DONE
