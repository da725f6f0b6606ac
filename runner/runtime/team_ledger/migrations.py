"""The versions of the ledger's tables: applied in order, each once, and refused by a tool that is older.

None is skipped: one that comes late, with a lower number than the last that was applied, is refused.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from runner import TOOL
from runner.errors import Refused

if TYPE_CHECKING:
    from .session import Session

_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(1868850770)"


def migrate(session: Session) -> list[int]:
    """Bring the tables up to date; return the versions that were applied. Raises as ``version_of`` does."""
    with session.transaction():
        session.rows(_ONE_AT_A_TIME)
        known = _checked_version(session)
        applied = [version for version in _versions() if version > known]
        for version in applied:
            session.rows(_sql(version).encode())
            session.rows("insert into order_batch.migration (version, tool) values (%s, %s)", (version, TOOL))
    return applied


def require_current(session: Session) -> None:
    """Raise ``Refused`` unless the tables are those of this tool."""
    version = _checked_version(session)
    if version < _versions()[-1]:
        state = f"has tables of version {version}" if version else "has no tables yet"
        raise Refused(
            f"the ledger {session.name} {state}; this tool needs version {_versions()[-1]}",
            details=["Run `order-batch ledger init`; it changes the tables once, for all."],
        )


def version_of(session: Session) -> int:
    """Return the version of the tables, 0 where there are none."""
    return max(_applied(session), default=0)


def statements() -> str:
    """Return all that ``migrate`` and an administrator run, as one SQL text."""
    parts = [f"-- version {version}\n{_sql(version)}" for version in _versions()]
    return "\n".join([*parts, resources.files(__package__).joinpath("roles.sql").read_text("utf-8")])


def _checked_version(session: Session) -> int:
    """Return the version of the tables. Raises ``Refused`` unless they have come by versions of this tool."""
    applied, known = _applied(session), _versions()
    version = max(applied, default=0)
    if unknown := [each for each in applied if each not in known]:
        raise Refused(
            f"the ledger {session.name} has tables of version {unknown[-1]}; this tool knows {known[-1]}"
            + ("" if unknown[-1] > known[-1] else f", and {unknown[-1]} not"),
            details=["A newer order-batch has changed them. Install that one."],
        )
    if missing := [each for each in known if each < version and each not in applied]:
        raise Refused(
            f"the ledger {session.name} has tables of version {version}, and version {missing[0]} was never "
            "applied to them",
            details=[
                f"It was added to order-batch after {applied[version]} had applied version {version} here. "
                "Nothing was changed.",
                f"In order-batch, {missing[0]:04}.sql has to become the version after the last one; install "
                "a release in which it has.",
            ],
        )
    return version


def _applied(session: Session) -> dict[int, str]:
    """Return each version that was applied with the tool that did so, in the order of versions."""
    if session.row("select to_regclass('order_batch.migration')") == (None,):
        return {}
    return dict(session.rows("select version, tool from order_batch.migration order by version"))


def _versions() -> list[int]:
    names = (entry.name for entry in resources.files(__package__).joinpath("migrations").iterdir())
    return sorted(int(name.removesuffix(".sql")) for name in names if name.endswith(".sql"))


def _sql(version: int) -> str:
    return resources.files(__package__).joinpath("migrations", f"{version:04}.sql").read_text("utf-8")
