"""Runners that share nothing but a ledger and an exchange: real processes, signals and a real PostgreSQL."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.policies import policy
from tests.app.shell import CommandResult, Shell, batch, finish, order, start
from tests.app.targets_files import targets

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret
    from tests.postgres.server import Server
    from tests.processes.client import Process

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
ARRIVAL_LIMIT_S = 120
LIVE = ("--venue", "kraken", "--yes", "--unchecked", "--format", "json")
QUICK = ("--deadline", "2", "--settle", "0")


@pytest.fixture
def team(shell: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A command line in this process, with an empty ledger."""
    monkeypatch.setenv("ORDER_BATCH_LEDGER", url.reveal())
    return shell


def at(exchange: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands in this process trade there."""
    for name, text in exchange.environment.items():
        monkeypatch.setenv(name, text)


def runner(exchange: Foreign, url: Secret, *args: str) -> Process:
    """Another machine: a process with its own state folder."""
    return start(*args, ORDER_BATCH_LEDGER=url.reveal(), **exchange.environment)


def orders(count: int, name: str = "one") -> str:
    """A batch of so many orders that rest, each with another volume."""
    return str(batch(*(order(f"o{n}", volume=f"0.25{n}") for n in range(count)), name=name))


def wait_for_orders(exchange: Foreign, count: int) -> None:
    """Until so many have arrived."""
    limit = time.monotonic() + ARRIVAL_LIMIT_S
    while len(exchange.account().received("addOrder")) < count:
        assert time.monotonic() < limit, "the orders do not arrive"
        time.sleep(0.02)


def assert_each_once(exchange: Foreign, count: int) -> None:
    """So many orders were booked, no two alike."""
    volumes = [booked["request"]["volume"] for booked in exchange.account().booked()]
    assert len(volumes) == len(set(volumes)) == count, volumes


def test_a_cold_runner_finds_all_in_the_ledger(
    team: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing else is shared: what was placed is known, and a plan is used once."""
    file = orders(2)
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        assert team("plan", file, "--venue", "kraken", "--out", "plan.json").code == 0
        first = team("apply", "plan.json", *LIVE, "--state-dir", "here")
        assert first.code == 0, first
        cold = team("apply", file, *LIVE, "--state-dir", "there")
        assert cold.code == 0, cold
        assert all(order["already"] for order in cold.orders().values())
        used = team("apply", "plan.json", *LIVE, "--state-dir", "there")
        assert used.code == 4, used
        assert re.search(r"it was used before, at 20\S+Z by \S+ on \S+, and a plan", used.words), used
        status = team("status", file, "--venue", "kraken", "--offline", "--state-dir", "nowhere")
        assert status.stdout.count("placed") >= 2
        assert_each_once(exchange, 2)
    history = team("ledger", "history", "--format", "json").json["runs"]
    assert [(run["batch"], run["outcome"]) for run in history] == [("one", "done"), ("one", "done")]
    assert url.reveal().split(":")[2].split("@")[0] not in str([first, cold, used, status])


def test_a_run_that_holds_the_account_and_is_killed(
    team: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Others see its name; once it is dead the next one takes over at once, and places none twice."""
    file, other = orders(4), orders(1, name="other")
    with foreign_exchange(tmp_path, iban="AA01", bursts=[4], burst_limit_s=1, mute=[1, 2, 3, 4]) as exchange:
        at(exchange, monkeypatch)
        holder = runner(exchange, url, "apply", file, *LIVE, "--state-dir", "here")
        wait_for_orders(exchange, 4)
        refused = team("apply", other, *LIVE)
        assert refused.code == 7, refused
        assert f"(process {holder.pid}), applying one, since 20" in refused.words
        assert f"held by {os.environ.get('USER', 'root')}" in team("ledger", "status").stdout
        holder.kill()
        finish(holder)
        after = team("apply", file, *LIVE, *QUICK, "--state-dir", "there", "--wait", "30s")
        assert after.code == 0, after
        assert_each_once(exchange, 4)


def test_several_files_share_one_hold(team: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each has its journal; another machine finds both, and the account is free again."""
    files = [orders(1, name="one"), str(batch(order(volume="0.3"), name="other"))]
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        for machine in ("here", "there"):
            assert team("plan", *files, "--venue", "kraken", "--state-dir", machine).code == 0
            result = team("apply", *files, *LIVE, "--state-dir", machine)
            assert result.code == 0, result
        assert_each_once(exchange, 2)
    assert team("ledger", "status").stdout.endswith(": free\n")
    runs = team("ledger", "history", "--format", "json").json["runs"]
    assert sorted(run["batch"] for run in runs) == ["one", "one", "other", "other"]


@pytest.mark.long
def test_a_stopped_run_that_was_unlocked_sends_nothing_more(
    team: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It hears of its orders when it wakes, can write nothing of it, and ends."""
    lines = [order(f"o{n}", volume=f"0.25{n}") for n in range(2)]
    file = batch(lines[0], name="two")
    file.write_text(f"{file.read_text('utf-8')}  - name: second\n    orders: [{lines[1]}]\n", "utf-8")
    with foreign_exchange(tmp_path, iban="AA01", bursts=[2], burst_limit_s=3) as exchange:
        at(exchange, monkeypatch)
        holder = runner(exchange, url, "apply", str(file), *LIVE, "--state-dir", "here")
        wait_for_orders(exchange, 1)
        holder.send_signal(signal.SIGSTOP)
        assert "was ended" in team("ledger", "unlock").stdout
        after = team("apply", str(file), *LIVE, *QUICK, "--state-dir", "there")
        holder.send_signal(signal.SIGCONT)
        ended = finish(holder)
        assert after.code == 0, after
        assert ended.code in (5, 6), ended
        assert_each_once(exchange, 2)
    assert team("ledger", "verify").code == 0


@pytest.mark.long
def test_a_server_that_crashes_in_the_middle(
    team: Shell, url: Secret, postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Sent orders are unresolved until the next run has looked them up."""
    file = orders(3)
    with foreign_exchange(tmp_path, iban="AA01", bursts=[4], burst_limit_s=3) as exchange:
        at(exchange, monkeypatch)
        with runner(exchange, url, "apply", file, *LIVE, "--state-dir", "here") as running:
            wait_for_orders(exchange, 3)
            postgres.stop("immediate")
            ended = finish(running)
        away = team("apply", file, *LIVE, "--state-dir", "there")
        postgres.start()
        assert ended.code == 6, ended
        assert "Wait until the ledger answers" in " ".join(ended.stderr.split())
        assert away.code == 5, away
        after = team("apply", file, *LIVE, *QUICK, "--state-dir", "there")
        assert after.code == 0, after
        assert_each_once(exchange, 3)


@pytest.mark.long
def test_a_limit_of_a_day_over_two_machines(team: Shell, url: Secret, tmp_path: Path) -> None:
    """Both begin at once, one waits for the other, and together they send what one alone may."""
    policy("{name: day, check: orders, most: 5, per: day, message: Enough for today}")
    files = [orders(4, name=name) for name in ("one", "other")]
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        processes = [
            runner(exchange, url, "apply", file, *LIVE, "--state-dir", f"{file}.state", "--wait", "60s")
            for file in files
        ]
        codes = sorted(result.code for result in map(finish, processes))
        assert codes == [0, 4]
        assert len(exchange.account().booked()) == 4


@pytest.mark.usefixtures("shell")
def test_orders_that_are_filled_within_the_same_second_on_two_machines(url: Secret, tmp_path: Path) -> None:
    """Both begin at once and share nothing but the ledger; no open order is there to refuse a second one."""
    file = orders(3)
    with foreign_exchange(tmp_path, iban="AA01", fills=[1, 2, 3]) as exchange:
        machines = [
            runner(exchange, url, "apply", file, *LIVE, "--state-dir", name, "--wait", "60s")
            for name in ("here", "there")
        ]
        ended = [finish(machine) for machine in machines]
        assert [each.code for each in ended] == [0, 0], ended
        assert sorted(sum(o["already"] for o in each.orders().values()) for each in ended) == [0, 3]
        assert_each_once(exchange, 3)


def test_what_was_applied_before_there_was_a_ledger_is_not_applied_again(
    shell: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Filled then, and its journal is lost: the first look of the account has seen it. Others need none."""
    before, after = orders(2), str(batch(order("a", volume="0.3"), order("b", volume="0.4"), name="other"))
    with foreign_exchange(tmp_path, iban="AA01", fills=[1, 2]) as exchange:
        at(exchange, monkeypatch)
        assert shell("apply", before, *LIVE, "--state-dir", "lost").code == 0
        monkeypatch.setenv("ORDER_BATCH_LEDGER", url.reveal())
        assert shell("ledger", "look").code == 0
        cold = shell("apply", before, *LIVE, *QUICK, "--state-dir", "here")
        assert cold.code == 0, cold
        calls = len(exchange.account().called("ClosedOrders"))
        assert shell("apply", after, *LIVE, *QUICK, "--state-dir", "here").code == 0
        later = exchange.account().called("ClosedOrders")[calls:]
        assert all("start" in call["fields"] for call in later), later
        assert_each_once(exchange, 4)


def test_a_run_in_a_ledger_is_bundled_on_any_machine(
    team: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The journal comes from the ledger, the messages from where they were sent; both are verified."""
    file = orders(2)
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        assert team("apply", file, *LIVE, "--state-dir", "here").code == 0
    place = ("--venue", "kraken", "--format", "json")
    here = team("bundle", file, *place, "--state-dir", "here", "--out", "here.zip")
    there = team("bundle", file, *place, "--state-dir", "there", "--out", "there.zip")
    assert (here.code, there.code) == (0, 0), there
    assert set(here.json["files"]) - set(there.json["files"]) == {"wire.jsonl"}
    assert "they are where it was sent from" in there.words
    for path in ("here.zip", "there.zip"):
        verified = team("verify", path)
        assert verified.code == 0, verified
    unknown = team("bundle", orders(1, name="other"), *place, "--out", "other.zip")
    assert (unknown.code, "no run of it is in the ledger" in unknown.words) == (4, True), unknown


def test_a_rebalance_reads_the_batches_of_other_machines(
    team: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The name of one that was applied is used, and what it has open holds funds back."""
    file, wanted = orders(1), targets()
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        assert team("apply", file, *LIVE, "--state-dir", "there").code == 0
        live = ("--venue", "kraken", "--tier", "pro", "--state-dir", "here")
        used = team("rebalance", wanted, *live, "--name", "one", "--out", "next.yaml")
        assert (used.code, "a batch one was applied before" in used.words) == (3, True), used
        assert "of batch one, group/o0 is still open" in used.words
        fresh = team("rebalance", wanted, *live, "--name", "two", "--out", "next.yaml")
        assert fresh.code == 0, fresh
        monkeypatch.delenv("ORDER_BATCH_LEDGER")
        assert team("rebalance", wanted, *live, "--name", "one", "--out", "other.yaml").code == 0


def test_a_bundle_waits_for_the_run(
    team: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As long as the account is held, its journal may grow."""
    file = orders(1)
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        assert team("apply", file, *LIVE).code == 0
        holder = lease.Holder(user="ann", host="desk", pid=17, batch="other")
        with session.Session(url) as opened:
            lease.take_account(opened, 1, holder)
            busy = team("bundle", file, "--venue", "kraken", "--out", "one.zip")
        assert (busy.code, "a run holds the account" in busy.words) == (7, True), busy


# As if another machine had used up the limit since this one has read the journals.
_USED_UP = """
    create function order_batch.used_up() returns trigger language plpgsql as
        $$ begin new.before := new.most; return new; end $$;
    create trigger used_up before insert on order_batch.spend
        for each row execute function order_batch.used_up();
"""


def test_the_ledger_has_the_last_word_on_a_limit_of_a_day(
    team: Shell, postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An order that it denies has no intent and never leaves; it is refused by name, as by the gate."""
    policy("{name: day, check: orders, most: 5, per: day, message: Enough for today}")
    file = orders(2)
    with foreign_exchange(tmp_path, iban="AA01") as exchange:
        at(exchange, monkeypatch)
        postgres.sql(_USED_UP)
        denied = team("apply", file, *LIVE)
        assert (denied.code, "nothing was sent" in denied.words) == (4, True), denied
        assert denied.outcomes() == {"o0": "refused", "o1": "refused"}
        why = "denied by day: Enough for today (more by the ledger; at most 5 orders for a day)"
        assert {order["error"] for order in denied.orders().values()} == {why}
        assert exchange.account().received("addOrder") == []
        postgres.sql("drop trigger used_up on order_batch.spend")
        assert team("apply", file, *LIVE).code == 0
        assert_each_once(exchange, 2)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:CANARY@127.0.0.1:9/team",
        "postgresql://ann:CAN@ARY@127.0.0.1:9/team",
        "postgresql://ann:CAN/ARY@127.0.0.1:9/team",
        "postgresql://ann:12/CANARY@127.0.0.1:9/team",
        "postgresql://ann:CANARY@127.0.0.1:9/team?nonsense=1",
        "host=127.0.0.1 port=9 user=ann password=CANARY",
        "CANARY",
    ],
)
def test_no_password_is_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """With any error in an address; a part of it may be a part of the password."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install -e '.[postgres]')")
    monkeypatch.setenv("KRAKEN_API_KEY", "key")
    for args in (("ledger", "status"), ("plan", orders(1), "--venue", "kraken")):
        result = shell(*args, "--ledger", address)
        assert result.code in (3, 5), result
        assert "ARY" not in result.stdout + result.stderr
        assert isinstance(result, CommandResult)
