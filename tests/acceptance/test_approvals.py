"""Two people approve a saved plan before it is applied: a real PostgreSQL with its users, and an exchange."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.policies import MANDATE, policy
from tests.app.shell import CommandResult, Shell, batch, finish, order, start
from tests.postgres.people import let_in, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.domain import Secret
    from tests.postgres.server import Server

LIVE = ("--venue", "kraken", "--yes", "--unchecked", "--format", "json")
NEEDED = "approvals: {least: 2, from: [alice, bob, carol], within: 24h}\n"


class Team:
    """People at their own command lines, on one ledger."""

    def __init__(self, shell: Shell, urls: dict[str, str]) -> None:
        self._shell, self._urls = shell, urls

    def __call__(self, name: str, *args: str) -> CommandResult:
        """Run a command of somebody's."""
        return self._shell(*args, "--ledger", self._urls[name])

    def approve(self, name: str, plan: str = "plan.json", reason: str = "checked") -> CommandResult:
        """Let somebody approve."""
        return self(name, "approve", plan, "--reason", reason)

    def apply(self, name: str = "robot", plan: str = "plan.json") -> CommandResult:
        """Let somebody apply."""
        return self(name, "apply", plan, *LIVE)


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foreign]:
    """The exchange of the commands in this process."""
    with foreign_exchange(tmp_path, iban="AA01") as running:
        for name, text in running.environment.items():
            monkeypatch.setenv(name, text)
        yield running


@pytest.fixture
def team(shell: Shell, url: Secret, postgres: Server, exchange: Foreign) -> Team:
    """Alice, bob and carol, who may approve, carol and a robot, who may apply, and a reader."""
    assert url
    path = policy(MANDATE)
    path.write_text(path.read_text("utf-8") + NEEDED, "utf-8")
    return Team(shell, let_in(postgres))


def save(team: Team, *files: Any, by: str = "robot") -> None:
    """Save a plan as plan.json."""
    result = team(by, "plan", *map(str, files), "--venue", "kraken", "--out", "plan.json")
    assert result.code == 0, result
    assert "approvals needed: 2 of alice, bob, carol, within 24h (policy desk)" in result.stdout


def orders(name: str = "one") -> Any:
    """A batch of one order."""
    return batch(order(pair="XBT/EUR"), name=name)


def test_two_people_approve_and_a_third_applies(team: Team, exchange: Foreign) -> None:
    """Until then nothing is sent, and the message says who could still; the manifest names them."""
    save(team, orders())
    first = team.apply()
    assert first.code == 4, first
    assert "policy desk: 0 of 2 approvals; alice, bob or carol could still" in first.words
    assert team.approve("alice", reason="held against \x1b[31mthe mandate ::error::x").code == 0
    one = team.apply()
    assert "policy desk: 1 of 2 approvals (alice); bob or carol could still" in one.words, one
    assert exchange.account().booked() == []
    result = team.approve("bob")
    assert "policy desk: 2 of 2 approvals (alice, bob)" in result.stdout
    done = team.apply()
    assert done.code == 0, done
    assert len(exchange.account().booked()) == 1
    assert [row["by"] for row in done.json["approvals"]] == ["alice", "bob"]
    assert done.json["approvals"][0]["reason"] == "held against \\x1b[31mthe mandate ::error::x"
    assert team.apply().code == 4, "it is used once"
    (run,) = team("reader", "ledger", "history", "--format", "json").json["runs"]
    assert (run["run"], run["account"], run["outcome"]) == ("one#1", "AA01", "done")
    assert [row["by"] for row in run["approvals"]] == ["alice", "bob"]
    assert [(each["currency"], each["known"] + each["unknown"]) for each in run["money"]] == [("EUR", 1)]


@pytest.mark.long
def test_whoever_applies_does_not_count(
    team: Team, exchange: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the name at the database, and by the name in CI."""
    save(team, orders())
    assert team.approve("alice").code == team.approve("carol").code == 0
    own = team.apply("carol")
    assert (own.code, "1 of 2 approvals (alice); bob could still" in own.words) == (4, True), own
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_ACTOR", "alice")
    in_ci = team.apply()
    assert (in_ci.code, "1 of 2 approvals (carol); bob could still" in in_ci.words) == (4, True), in_ci
    assert exchange.account().booked() == []
    monkeypatch.delenv("GITHUB_ACTOR")
    assert team.apply().code == 0


@pytest.mark.long
def test_what_was_revoked_or_is_of_another_plan_does_not_count(team: Team, exchange: Foreign) -> None:
    """One more byte is another plan."""
    file = orders()
    save(team, file)
    for name in ("alice", "bob"):
        assert team.approve(name).code == 0
    assert team("bob", "revoke", "plan.json", "--reason", "the price moved").code == 0
    refused = team.apply()
    assert (refused.code, "1 of 2 approvals (alice); bob or carol could still" in refused.words) == (4, True)
    shown = team("reader", "approvals", "plan.json", "--format", "json").json["plans"][0]
    assert [(each["by"], each["revoked"]) for each in shown["approvals"]] == [
        ("alice", False),
        ("bob", False),
        ("bob", True),
    ]
    assert (shown["approved"], shown["rules"][0]["statuses"]["bob"]) == (False, "revoked")
    assert team.approve("bob", reason="it is back").code == 0
    save(team, file)
    assert "0 of 2 approvals" in team.apply().words
    assert exchange.account().booked() == []


def test_who_may_not_approve(team: Team) -> None:
    """By the grants of the database, which no option gets past."""
    save(team, orders())
    for name in ("robot", "reader"):
        result = team.approve(name)
        assert (result.code, "permission denied for table approval" in result.words) == (4, True), result
    assert team("reader", "approvals", "plan.json", "--format", "json").json["plans"][0]["approvals"] == []


@pytest.mark.long
def test_a_batch_file_and_a_run_without_a_ledger_are_refused(
    team: Team, shell: Shell, exchange: Foreign
) -> None:
    """And the message says what to do; a rehearsal and a validation need nothing."""
    file = str(orders())
    direct = team("robot", "apply", file, *LIVE)
    assert (direct.code, "only a saved plan can be approved" in direct.words) == (4, True), direct
    assert "order-batch approve PLAN --reason TEXT" in direct.words
    save(team, file)
    alone = shell("apply", "plan.json", *LIVE)
    assert (alone.code, "--ledger or ORDER_BATCH_LEDGER" in alone.words) == (4, True), alone
    assert exchange.account().received("addOrder") == []
    assert shell("apply", file, "--venue", "paper").code == 0
    assert team("robot", "apply", file, *LIVE, "--validate-only").code == 0


@pytest.mark.long
def test_several_plans_in_one_file(team: Team, exchange: Foreign) -> None:
    """Each is approved by itself, or all at once."""
    save(team, orders("one"), orders("other"))
    assert team("alice", "approve", "plan.json", "--reason", "both").code == 0
    assert team("bob", "approve", "plan.json", "--batch", "one", "--reason", "this alone").code == 0
    refused = team.apply()
    assert (refused.code, exchange.account().booked()) == (4, []), refused
    assert team.approve("carol").code == 0
    done = team.apply()
    assert (done.code, len(exchange.account().booked())) == (0, 2), done


@pytest.mark.long
def test_what_is_no_plan_or_says_nothing_is_invalid(team: Team) -> None:
    """With what to write instead."""
    file = str(orders())
    save(team, file)
    assert team.approve("alice", file).code == 3
    for reason in (" ", "x" * 2001):
        assert team.approve("alice", reason=reason).code == 3
    assert team("reader", "approvals", "plan.json").stdout.count("no word on it yet") == 1


def test_a_revocation_in_between_counts(team: Team, exchange: Foreign, postgres: Server, url: Secret) -> None:
    """One that is under way while the run begins: the first order waits for it, and does not leave."""
    psycopg = pytest.importorskip("psycopg")
    save(team, orders())
    for name in ("alice", "bob"):
        assert team.approve(name).code == 0
    (plan,) = team("reader", "approvals", "plan.json", "--format", "json").json["plans"]
    with (
        psycopg.connect(url_of(postgres, "bob")) as bob,
        psycopg.connect(url.reveal(), autocommit=True) as admin,
    ):
        bob.execute(
            "insert into order_batch.approval (plan, revoked, reason) values (%s, true, 'stop')",
            (plan["plan"],),
        )
        robot = start(
            "apply", "plan.json", *LIVE, ORDER_BATCH_LEDGER=url_of(postgres, "robot"), **exchange.environment
        )
        limit = time.monotonic() + 60
        while not admin.execute(
            "select 1 from pg_locks where locktype = 'advisory' and not granted"
        ).fetchall():
            assert time.monotonic() < limit, "the run does not come to its first order"
            assert robot.poll() is None, finish(robot)
            time.sleep(0.02)
        bob.commit()
        result = finish(robot)
    assert (result.code, "1 of 2 approvals (alice); bob or carol could still" in result.words) == (
        4,
        True,
    ), result
    assert exchange.account().received("addOrder") == []


@pytest.mark.long
def test_an_interrupted_run_is_taken_up_whoever_approves(
    shell: Shell, url: Secret, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent orders are looked up; the others wait for approvals, and leave once."""
    assert url
    path = policy(MANDATE)
    path.write_text(path.read_text("utf-8") + NEEDED, "utf-8")
    first, second = (order(f"o{n}", pair="XBT/EUR", volume=f"0.25{n}") for n in range(2))
    file = batch(first, name="one")
    file.write_text(f"{file.read_text('utf-8')}  - name: second\n    orders: [{second}]\n", "utf-8")
    with foreign_exchange(tmp_path, iban="AA01", bursts=[2], burst_limit_s=1, mute=[1]) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        team = Team(shell, let_in(postgres))
        save(team, file)
        for name in ("alice", "bob"):
            assert team.approve(name).code == 0
        robot = start(
            "apply", "plan.json", *LIVE, ORDER_BATCH_LEDGER=url_of(postgres, "robot"), **exchange.environment
        )
        limit = time.monotonic() + 60
        while not exchange.account().received("addOrder"):
            assert time.monotonic() < limit, "the first order does not arrive"
            time.sleep(0.02)
        robot.kill()
        finish(robot)
        assert team("bob", "revoke", "plan.json", "--reason", "stop").code == 0
        again = ("apply", "plan.json", *LIVE, "--deadline", "2", "--settle", "0")
        held = team("robot", *again)
        assert (held.code, "1 of 2 approvals (alice)" in held.words) == (4, True), held
        assert len(exchange.account().booked()) == 1
        shown = team("robot", "history", "one", "--format", "json").json
        assert next(each["outcome"] for group in shown["groups"] for each in group["orders"]) == "placed"
        assert team.approve("bob").code == 0
        done = team("robot", *again)
        assert done.code == 0, done
        volumes = [booked["request"]["volume"] for booked in exchange.account().booked()]
        assert sorted(volumes) == ["0.250", "0.251"]
