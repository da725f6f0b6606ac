"""The versions of the ledger's tables: applied in order, each once, and refused by a tool that is older."""

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
        known = _refuse_later(session, version_of(session))
        applied = [version for version in _versions() if version > known]
        for version in applied:
            session.rows(_sql(version).encode())
            session.rows("insert into order_batch.migration (version, tool) values (%s, %s)", (version, TOOL))
    return applied


def require_current(session: Session) -> None:
    """Raise ``Refused`` unless the tables are those of this tool."""
    version = _refuse_later(session, version_of(session))
    if version < _versions()[-1]:
        state = f"has tables of version {version}" if version else "has no tables yet"
        raise Refused(
            f"the ledger {session.name} {state}; this tool needs version {_versions()[-1]}",
            details=["Run `order-batch ledger init`; it changes the tables once, for all."],
        )


def version_of(session: Session) -> int:
    """Return the version of the tables, 0 where there are none."""
    if session.row("select to_regclass('order_batch.migration')") == (None,):
        return 0
    found = session.row("select max(version) from order_batch.migration")
    return int(found[0]) if found and found[0] is not None else 0


def statements() -> str:
    """Return all that ``migrate`` and an administrator run, as one SQL text."""
    parts = [f"-- version {version}\n{_sql(version)}" for version in _versions()]
    return "\n".join([*parts, resources.files(__package__).joinpath("roles.sql").read_text("utf-8")])


def _refuse_later(session: Session, version: int) -> int:
    if version > _versions()[-1]:
        raise Refused(
            f"the ledger {session.name} has tables of version {version}; this tool knows {_versions()[-1]}",
            details=["A newer order-batch has changed them. Install that one."],
        )
    return version


def _versions() -> list[int]:
    names = (entry.name for entry in resources.files(__package__).joinpath("migrations").iterdir())
    return sorted(int(name.removesuffix(".sql")) for name in names if name.endswith(".sql"))


def _sql(version: int) -> str:
    return resources.files(__package__).joinpath("migrations", f"{version:04}.sql").read_text("utf-8")
