"""Approvals in a real ledger: stamped by the database, append-only, counted in the transaction of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import ApprovalRule, Secret
from runner.policy import Demand
from runner.runtime.storage import Terms
from tests.postgres.people import let_in

if TYPE_CHECKING:
    from tests.postgres.server import Server

module = pytest.importorskip("runner.runtime.team_ledger.approvals", reason="psycopg is not installed")
session = pytest.importorskip("runner.runtime.team_ledger.session")
journals = pytest.importorskip("runner.runtime.team_ledger.journal")
leases = pytest.importorskip("runner.runtime.team_ledger.lease")

INSERT = "insert into order_batch.approval (plan, revoked, reason"
PLAN, OTHER = "a" * 64, "b" * 64
RULE = ApprovalRule(policy="desk", least=1, approvers=("alice", "bob"), within_s=3600)
DEMAND = Demand(plan=PLAN, rules=(RULE,))
HOLDER = leases.Holder(user="ann", host="desk", pid=7, batch="one")


@pytest.fixture
def people(url: Secret, postgres: Server) -> dict[str, Any]:
    """The addresses of people, each as a secret."""
    assert url
    return {name: Secret(text) for name, text in let_in(postgres).items()}


def test_the_database_stamps_what_is_said(people: dict[str, Any]) -> None:
    """By the user of the session, whatever role it takes on; at the database's time."""
    with session.Session(people["alice"]) as alice:
        alice.rows("set role order_batch_approver")
        before, _ = module.now_of(alice)
        module.say(alice, [PLAN, OTHER], "checked", revoked=False)
        (recorded,) = module.approvals_recorded(alice, PLAN)
        after, user = module.now_of(alice)
        assert (recorded.by, recorded.reason, recorded.revoked, user) == ("alice", "checked", False, "alice")
        assert before <= recorded.at <= after
        with pytest.raises(module.NotApproved):
            module.require(alice, DEMAND)
    with session.Session(people["reader"]) as reader:
        assert [each.by for each in module.require(reader, DEMAND)] == ["alice"]


@pytest.mark.parametrize(
    "statement",
    [
        f"{INSERT}, said_by) values ('{PLAN}', false, 'r', 'bob')",
        f"{INSERT}, said_at) values ('{PLAN}', false, 'r', now())",
        "update order_batch.approval set said_by = 'bob'",
        "delete from order_batch.approval",
        "truncate order_batch.approval",
        "alter table order_batch.approval disable trigger stamp",
        "create or replace function order_batch.stamp_approval() returns trigger language plpgsql as "
        "'begin return new; end'",
    ],
)
def test_a_client_cannot_say_who_it_is(people: dict[str, Any], statement: str) -> None:
    """Nor change what was recorded."""
    with session.Session(people["alice"]) as alice:
        module.say(alice, [PLAN], "checked", revoked=False)
        with pytest.raises(session.LedgerLost, match=r"permission denied|must be owner"):
            alice.rows(statement)
        assert [each.by for each in module.approvals_recorded(alice, PLAN)] == ["alice"]


def test_even_the_owner_is_stamped(url: Secret) -> None:
    """A forged row is that of whoever writes it."""
    with session.Session(url) as admin:
        admin.rows(
            "insert into order_batch.approval values (7, %s, false, 'r', 'alice', now() + interval '1 day')",
            (PLAN,),
        )
        (recorded,) = module.approvals_recorded(admin, PLAN)
        assert (recorded.by, recorded.at <= module.now_of(admin)[0]) == ("admin", True)


def test_intents_become_durable_only_while_approved(people: dict[str, Any], url: Secret) -> None:
    """The check is in the transaction of the row: without enough approvals there is none."""
    with session.Session(url) as runner, session.Session(people["bob"]) as bob:
        account = leases.find_account(runner, "AA01", "key", "kraken")
        journal = journals.LedgerJournal(runner, leases.take_account(runner, account, HOLDER), "one", "")
        line = journal.sealed([{"entry": "made-up"}])
        with pytest.raises(module.NotApproved) as refused:
            journal.write(line, Terms(demand=DEMAND))
        assert refused.value.details[0] == "policy desk: 0 of 1 approvals; alice or bob could still"
        module.say(bob, [PLAN], "checked", revoked=False)
        journal.write(line, Terms(demand=DEMAND))
        module.say(bob, [PLAN], "no", revoked=True)
        with pytest.raises(module.NotApproved):
            journal.write(journal.sealed([{"entry": "made-up"}]), Terms(demand=DEMAND))
        assert journals.text_of(runner, journal.id)[1] == 1
