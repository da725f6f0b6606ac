"""A journal in the ledger: durable when written, void once another run holds the account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from runner.domain import MaxOrders, Per
from runner.errors import Refused, Unreachable
from runner.journal import RunEnded
from runner.policy import Draw
from runner.runtime.driver import Recorder
from runner.runtime.storage import State, Terms
from runner.runtime.storage.journal import OverLimit
from tests.policy.builders import rule

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
chain = pytest.importorskip("runner.runtime.team_ledger.chain")
nonces = pytest.importorskip("runner.runtime.team_ledger.nonces")
seen_ids = pytest.importorskip("runner.runtime.team_ledger.seen_ids")
migrations = pytest.importorskip("runner.runtime.team_ledger.migrations")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")


def taken(opened: object) -> object:
    """The account, taken by a session."""
    return lease.take_account(opened, lease.find_account(opened, "AA01", "f" * 16, "api.example"), HOLDER)


def test_what_was_written_is_there_for_the_next_runner(url: Secret) -> None:
    """In its order, over several rows, as one chain."""
    with session.Session(url) as mine:
        writer = journal.LedgerJournal(mine, taken(mine), "core", "")
        writer.append([{"entry": "a"}, {"entry": "b"}])
        writer.append([{"entry": "c"}])
    with session.Session(url) as second:
        found = journal.LedgerJournal(second, taken(second), "core", "")
        assert [row["entry"] for row in found.contents] == ["a", "b", "c"]
        found.append([{"entry": "d"}])
        (kept,) = journal.journals_of(second, 1)
        assert (kept.batch, kept.run_key, kept.written_at > 0) == ("core", "", True)
        assert list(chain.breaks_of(second, kept.id, "core")) == []


def test_a_holder_that_was_replaced_writes_nothing(url: Secret) -> None:
    """Its lock is gone with the unlocking, its fence is that of the past."""
    with session.Session(url) as mine, session.Session(url) as second:
        held = taken(mine)
        writer = journal.LedgerJournal(mine, held, "core", "")
        writer.append([{"entry": "a"}])
        second.rows("update order_batch.account set fence = fence + 1")
        with pytest.raises(OSError, match="was unlocked"):
            writer.append([{"entry": "b"}])
        lease.let_go(mine, held)
        found = journal.LedgerJournal(second, taken(second), "core", "").contents
    assert [row["entry"] for row in found] == ["a"]


def test_a_successor_waits_for_what_is_being_written(url: Secret) -> None:
    """The insert is not committed yet: the fence cannot be raised until it is, so the look sees the row."""
    with session.Session(url) as mine, session.Session(url) as second:
        writer = journal.LedgerJournal(mine, taken(mine), "core", "")
        second.rows("select set_config('lock_timeout', '50ms', false)")
        with mine.transaction():
            writer.append([{"entry": "a"}])
            with pytest.raises(OSError, match="lock timeout"):
                second.rows("update order_batch.account set fence = fence + 1")


def test_a_runner_may_add_and_change_nothing(url: Secret, postgres: Server) -> None:
    """The role of whoever applies has what a run takes, and neither update nor delete on rows."""
    sql = migrations.statements()
    postgres.sql(sql[sql.index("-- Roles of the ledger") :])
    postgres.sql(
        "do $$ begin create role ann login password 'hers' in role order_batch_runner; "
        "exception when duplicate_object then null; end $$"
    )
    hers = type(url)(url.reveal().replace("admin:secret-of-the-admin", "ann:hers"))
    with session.Session(hers) as mine:
        writer = journal.LedgerJournal(mine, taken(mine), "core", "")
        writer.append([{"entry": "a"}])
        for statement in (
            "update order_batch.chunk set lines = ''",
            "delete from order_batch.chunk",
            "delete from order_batch.journal",
            "update order_batch.account set name = 'X'",
        ):
            with pytest.raises(OSError, match="permission denied"):
                mine.rows(statement)
        writer.append([{"entry": "b"}])
        write(writer, "c", draw(1, 1), plan="f00d")
        seen_ids.SeenIds(mine, 1).add({"userref:7": 1.0}, 2.0)
        assert nonces.LedgerNonces(mine, "f" * 16, "api.example")(7) == 7
        for statement in ("delete from order_batch.plan_use", "update order_batch.plan_use set plan = 'x'"):
            with pytest.raises(OSError, match="permission denied"):
                mine.rows(statement)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
            "and application_name = 'order-batch'",
            Unreachable,
        ),
        ("update order_batch.account set fence = fence + 1", Refused),
    ],
)
async def test_a_run_that_cannot_write_sends_nothing(
    url: Secret, postgres: Server, tmp_path: Path, change: str, kind: type[Exception]
) -> None:
    """The next one may find the ledger there again; one that was unlocked is refused."""
    mine = session.Session(url)
    recorder = Recorder(State(tmp_path, journal.LedgerJournal(mine, taken(mine), "core", "")))
    postgres.sql(change)
    with pytest.raises(kind) as failed:
        await recorder.append([RunEnded(at="2026-11-30T05:00:00Z", outcome="done", reason="")])
    mine.close()
    assert type(failed.value) is kind
    assert "What it does not hold was not sent." in failed.value.details[0]


# --- the terms of a commit ---


def draw(reqid: int, amount: int, *, before: int = 0, most: int | None = 10) -> Draw:
    """A part in a limit of ten a day."""
    return Draw(
        reqid=reqid,
        rule=rule(MaxOrders(10, Per.DAY), name="day"),
        bucket=(20_787, ""),
        day=20_787,
        before=Decimal(before),
        amount=Decimal(amount),
        most=None if most is None else Decimal(most),
        unit="orders",
    )


def write(writer: object, entry: str, *draws: Draw, plan: str | None = None) -> None:
    writer.write(writer.sealed([{"entry": entry}]), Terms(draws, plan))


def test_what_goes_over_a_limit_of_a_day_is_no_row(url: Secret) -> None:
    """All or nothing, by name, with the sum; what fits goes on, and taking back is never denied."""
    with session.Session(url) as mine:
        writer = journal.LedgerJournal(mine, taken(mine), "core", "")
        write(writer, "a", draw(1, 4), draw(2, 4))
        with pytest.raises(OverLimit) as over:
            write(writer, "b", draw(3, 2), draw(4, 1), draw(5, 1, most=None))
        assert over.value.reqids == {3, 4}
        assert over.value.reason == "denied by day: M (12 orders by the ledger; at most 10 orders for a day)"
        write(writer, "c", draw(3, 2))
        write(writer, "d", draw(5, 3, most=None))
        with pytest.raises(OverLimit):
            write(writer, "e", draw(6, 1))
        kept = mine.rows("select before + drawn from order_batch.spend")
        assert kept == [(Decimal(13),)]
        assert [row["entry"] for row in journal.LedgerJournal(mine, writer._lease, "core", "").contents] == [
            *"acd"
        ]


def test_each_run_counts_anew_what_was_sent_before(url: Secret) -> None:
    """Orders rejected since are given back; an order of another run of the same day counts."""
    with session.Session(url) as mine:
        held = taken(mine)
        write(journal.LedgerJournal(mine, held, "core", ""), "a", draw(1, 9))
        write(journal.LedgerJournal(mine, held, "other", ""), "b", draw(2, 4, before=6))
        with pytest.raises(OverLimit):
            write(journal.LedgerJournal(mine, held, "third", ""), "c", draw(3, 1, before=10))


def test_a_holder_that_was_replaced_draws_nothing(url: Secret) -> None:
    """Nor does it use a plan."""
    with session.Session(url) as mine, session.Session(url) as second:
        writer = journal.LedgerJournal(mine, taken(mine), "core", "")
        second.rows("update order_batch.account set fence = fence + 1")
        with pytest.raises(OSError, match="was unlocked"):
            write(writer, "a", draw(1, 1), plan="f00d")
        assert (
            second.rows("select 1 from order_batch.spend union all select 1 from order_batch.plan_use") == []
        )


def test_eight_sessions_never_go_over_a_limit(url: Secret) -> None:
    """As machines that all believe to hold the account: each of them draws until it is denied."""
    with ExitStack() as block:
        ours = [block.enter_context(session.Session(url)) for _ in range(8)]
        held = taken(ours[0])
        writers = [journal.LedgerJournal(each, held, "core", "") for each in ours]

        def tries(part: int) -> int:
            accepted = 0
            for count in range(20):
                # Separate rows: the limit alone keeps them apart.
                writers[part]._seq = part * 1000 + count
                with suppress(OverLimit):
                    write(writers[part], "a", draw(1, 1, most=100))
                    accepted += 1
            return accepted

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(tries, range(8))) == 100
        assert ours[0].rows("select count(*) from order_batch.chunk") == [(100,)]
        assert ours[0].rows("select before + drawn from order_batch.spend") == [(Decimal(100),)]


def test_a_saved_plan_is_begun_once(url: Secret) -> None:
    """Its run is named; an interrupted run of it goes on, with a row that names it again."""
    with session.Session(url) as mine:
        held = taken(mine)
        first = journal.LedgerJournal(mine, held, "core", "")
        first.write(first.sealed([{"entry": "a", "plan": "f00d"}]), Terms(plan="f00d"))
        again = journal.LedgerJournal(mine, held, "core", "")
        again.write(again.sealed([{"entry": "a", "plan": "f00d"}]), Terms(plan="f00d"))
        with pytest.raises(Refused, match=r"f00d was used before, at 20.+Z, by ann on desk \(process 17\)"):
            write(journal.LedgerJournal(mine, held, "other", ""), "b", plan="f00d")
        write(journal.LedgerJournal(mine, held, "other", ""), "b", plan="beef")
        assert mine.row("select count(*) from order_batch.plan_use") == (2,)
