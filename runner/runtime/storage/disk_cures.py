"""Advice for a person when a file cannot be written, by the kind of error: decided here, once."""

from __future__ import annotations

import errno
from typing import Final

_CURES: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Make room"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Let this user write there"),
    errno.ENOENT: "Find out who removed it, and put it back",
    errno.ESTALE: "Find out who replaced or changed it, and put it back",
    errno.EIO: "Have the disk looked at",
    errno.ECONNRESET: "Wait until the ledger answers",
    errno.ECANCELED: "Find out who unlocked the ledger, and wait for the run that holds it now",
}


def disk_cure_of(error: OSError) -> str:
    """Return what to do before the same command is run again."""
    cure = _CURES.get(error.errno or 0, "Put that right")
    return f"{cure}, then run the same command again."
