"""Tables are made once, and refused where they are not those of this tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import Refused

if TYPE_CHECKING:
    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
migrations = pytest.importorskip("runner.runtime.team_ledger.migrations")


def test_they_are_made_once(no_tables: Secret) -> None:
    """Before they are there the cure is named."""
    with session.Session(no_tables) as first:
        with pytest.raises(Refused, match="has no tables yet"):
            migrations.require_current(first)
        assert migrations.migrate(first)[:2] == [1, 2]
        assert migrations.migrate(first) == []
        migrations.require_current(first)


def test_tables_of_a_later_tool_are_refused(url: Secret) -> None:
    """By commands, and by init."""
    with session.Session(url) as first:
        known = migrations.version_of(first)
        first.rows("insert into order_batch.migration (version, tool) values (%s, 'later')", (known + 1,))
        for step in (migrations.require_current, migrations.migrate):
            with pytest.raises(Refused, match=f"has tables of version {known + 1}; this tool knows {known}"):
                step(first)


def test_one_that_comes_late_is_refused_and_named(url: Secret) -> None:
    """A branch that was merged late: it is not skipped, and not applied after those that followed it."""
    with session.Session(url) as first:
        first.rows("delete from order_batch.migration where version = 3")
        before = first.rows("select * from order_batch.migration")
        for step in (migrations.require_current, migrations.migrate):
            with pytest.raises(Refused, match="and version 3 was never applied to them") as refused:
                step(first)
            assert "0003.sql has to become the version after the last one" in " ".join(refused.value.details)
            assert "after order-batch" in refused.value.details[0]
        assert first.rows("select * from order_batch.migration") == before


def test_one_that_this_tool_never_had_is_refused(url: Secret) -> None:
    """Also with a lower number than the last: a tool that is newer in this alone has applied it."""
    with session.Session(url) as first:
        first.rows("insert into order_batch.migration (version, tool) values (0, 'other')")
        for step in (migrations.require_current, migrations.migrate):
            with pytest.raises(Refused, match=r"of version 0; this tool knows \d+, and 0 not"):
                step(first)
