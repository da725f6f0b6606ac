"""A team's ledger is looked at, and not written: its session may be one that cannot write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app.access.venues import account_at, address_at
from runner.app.doctor.facts import LedgerFacts
from runner.app.doctor.ledger import counted, read_ledger
from runner.app.inputs.batches import Target
from runner.domain import Secret
from runner.errors import ExitCode
from tests.app.shell import GOOD_SECRET

if TYPE_CHECKING:
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
halts = pytest.importorskip("runner.runtime.team_ledger.halts")
nonces = pytest.importorskip("runner.runtime.team_ledger.nonces")

ENVIRON = {"KRAKEN_API_KEY": "key", "KRAKEN_API_SECRET": GOOD_SECRET}
NO_LEDGER = Target(file=Path(), state_dir=Path("state"), venue="kraken", run_key="")
READ_ONLY = "?options=-c%20default_transaction_read_only%3Don"


def at(url: str, venue: str = "kraken") -> Target:
    """The target of a command with a ledger."""
    return Target(file=Path(), state_dir=Path("state"), venue=venue, run_key="", ledger=Secret(url))


def test_without_a_ledger_nothing_is_read() -> None:
    """And nothing is wrong."""
    assert read_ledger(NO_LEDGER, {}).name == ""


def test_a_ledger_is_read_by_a_session_that_cannot_write(url: Secret) -> None:
    """Its version; a key that it has not seen stays unknown to it."""
    facts = read_ledger(at(url.reveal() + READ_ONLY), ENVIRON)
    assert facts.failure is None
    assert (facts.version >= 2, facts.held, facts.halt) == (True, "", "")
    assert "secret-of-the-admin" not in repr(facts)
    with session.Session(url) as other:
        assert lease.accounts(other) == []
    assert read_ledger(at(url.reveal() + READ_ONLY), {}).failure is None


def test_who_holds_the_account_and_who_has_halted_it(url: Secret) -> None:
    """Of the key's account alone."""
    fingerprint, address = str(account_at("kraken", Path(), ENVIRON)), address_at("kraken", ENVIRON)
    holder = lease.Holder(user="ann", host="desk", pid=7, batch="core")
    with session.Session(url) as other:
        account = lease.find_account(other, "AA11", fingerprint, address)
        lease.take_account(other, account, holder)
        halts.change_halt(other, account, halted=True, host="desk", reason="odd")
        facts = read_ledger(at(url.reveal() + READ_ONLY), ENVIRON)
        assert facts.held.startswith("ann on desk (process 7)")
        assert "because: odd" in facts.halt
        assert read_ledger(at(url.reveal()), {**ENVIRON, "KRAKEN_API_KEY": "other"}).held == ""
        assert read_ledger(at(url.reveal()), {**ENVIRON, "KRAKEN_SPOT_URL": "nonsense"}).held == ""


def test_a_ledger_without_tables_is_a_failure_with_its_command(no_tables: Secret, postgres: Server) -> None:
    """None are made."""
    facts = read_ledger(at(no_tables.reveal()), ENVIRON)
    assert facts.failure is not None
    assert facts.failure.code is ExitCode.REFUSED
    assert "order-batch ledger init" in facts.failure.cure
    assert read_ledger(at(no_tables.reveal()), ENVIRON) == facts


def test_a_server_that_is_not_there_is_a_failure() -> None:
    """And a ledger for paper is one before that."""
    facts = read_ledger(at("postgresql://ann:canary@127.0.0.1:9/team"), ENVIRON)
    assert facts.failure is not None
    assert facts.failure.code is ExitCode.UNREACHABLE
    assert "canary" not in repr(facts)
    paper = read_ledger(at("postgresql://127.0.0.1:9/team", venue="paper"), ENVIRON).failure
    assert paper is not None
    assert (paper.code, paper.cure) == (ExitCode.INVALID, "Name none for a rehearsal.")


def test_the_signed_call_counts_in_the_ledger(url: Secret) -> None:
    """On from the last nonce of the key; without a key or a ledger there is none."""
    fingerprint, address = str(account_at("kraken", Path(), ENVIRON)), address_at("kraken", ENVIRON)
    with session.Session(url) as other:
        assert nonces.LedgerNonces(other, fingerprint, address)(1000) == 1000
    with counted(LedgerFacts(), at(url.reveal()), ENVIRON) as counting:
        assert counting is not None
        assert counting(7) == 1001
    with counted(LedgerFacts(), at(url.reveal()), {}) as counting:
        assert counting is None
    with counted(LedgerFacts(), NO_LEDGER, ENVIRON) as counting:
        assert counting is None
