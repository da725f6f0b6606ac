"""The journals of an account in a ledger, as commands read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.app.inputs.batches import Target
from runner.domain import RunId
from runner.errors import Locked, Unreachable
from tests.app.shell import STATE

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
records = pytest.importorskip("runner.app.team.records")
HOLDER = {"user": "ann", "host": "desk", "pid": "17", "batch": "core", "job": ""}
CORE, WEEKLY = RunId("core", ""), RunId("weekly", "2026-W47")


def of(connection: object) -> object:
    """The journals of one account."""
    account = lease.find_account(connection, "AA01", "f" * 16, "api.example")
    target = Target(file=STATE, state_dir=STATE, venue="kraken", run_key="")
    return records.TeamRecords(connection, account, target, None)


def test_runs_are_kept_by_batch_and_run_key(
    url: Secret, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the names of state folders; after a run another one may take the account."""
    monkeypatch.chdir(tmp_path)
    with session.Session(url) as first, session.Session(url) as second:
        ours, others = of(first), of(second)
        for run in (WEEKLY, CORE):
            assert not others.has(run)
            ours.take(HOLDER)
            assert not others.try_take(HOLDER)
            with pytest.raises(Locked):
                others.take(HOLDER)
            with ours.hold(run) as state:
                state.journal.append([{"entry": "group-ended", "at": "2026-11-30T05:00:00Z"}])
                assert others.is_held(run)
            ours.let_go()
            assert not others.is_held(run)
            assert others.has(run)
        assert [kept.name for kept in others.all()] == ["core", "weekly@2026-W47"]
        assert [kept.place.rsplit(", ", 1)[1] for kept in others.all()] == ["core", "weekly@2026-W47"]
        assert others.entries(RunId("nowhere", "")) == []
        assert others.try_take(HOLDER)


def test_a_ledger_that_is_away(url: Secret) -> None:
    """Nothing is known of any run, which is not the same as none."""
    with session.Session(url) as first:
        ours = of(first)
    for read in (lambda: ours.entries(CORE), lambda: list(ours.all()), lambda: ours.take(HOLDER)):
        with pytest.raises(Unreachable):
            read()
