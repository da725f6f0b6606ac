"""The provenance of a plan or a run: which version of the file it is of, and who made it where."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs


class Provenance(Struct, frozen=True, kw_only=True):
    """The facts that are known; None for each that is not.

    ``revision`` is the commit that was checked out, ``dirty`` True if the batch file is not as in that
    commit. ``user`` and ``host`` are those of the process. ``ci`` is the CI system, ``run`` the address of
    its run, ``actor`` who started it there, ``repository`` and ``ref`` what it ran for.
    """

    revision: str | None = None
    dirty: bool | None = None
    user: str | None = None
    host: str | None = None
    ci: str | None = None
    run: str | None = None
    actor: str | None = None
    repository: str | None = None
    ref: str | None = None

    def row(self) -> dict[str, Any]:
        """Return it as an object for JSON."""
        return structs.asdict(self)
