"""Journals as a halt reads them: the orders under way, and all that is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.halting.journaled import read_journals
from runner.app.inputs.records import LocalRecords
from runner.domain import RunId, parse_rfc3339
from runner.kraken import OpenOrder
from tests.app.shell import STATE, batch, forget_after, order

if TYPE_CHECKING:
    from tests.app.shell import Shell

RECORDS = LocalRecords(STATE, "paper")
FOLDER = STATE / "paper" / "one"


def test_nothing_is_under_way_after_a_run_and_all_of_it_is_ours(shell: Shell) -> None:
    """By txid and by client order id; a user reference is ours only while its order is in doubt."""
    shell("apply", batch(order("a"), order("b", userref=17, volume="0.3")))
    found = read_journals(RECORDS)
    assert (found.until, found.unread, found.ours.userrefs) == (0.0, (), frozenset())
    placed = [entry for entry in RECORDS.entries(RunId("one", "")) if entry.kind == "order-placed"]
    assert found.ours.txids == {entry.txid for entry in placed}  # type: ignore[union-attr]
    assert len(found.ours.cl_ord_ids) == 1


def test_an_intent_without_an_outcome_is_under_way_until_its_deadline(shell: Shell) -> None:
    """As a run leaves it that was killed."""
    shell("apply", batch(order("b", userref=17)))
    forget_after(FOLDER, "order-intent")
    (intent,) = [entry for entry in RECORDS.entries(RunId("one", "")) if entry.kind == "order-intent"]
    found = read_journals(RECORDS)
    assert found.until == parse_rfc3339(str(intent.request["deadline"]))  # type: ignore[union-attr]
    assert found.ours.owns(OpenOrder("O1", userref="17"))


def test_a_journal_that_cannot_be_read_is_named(shell: Shell) -> None:
    """The others are read."""
    shell("apply", batch(order("a")))
    shell("apply", batch(order("a"), name="broken"))
    (STATE / "paper" / "broken" / "journal.jsonl").write_text("?\n", "utf-8")
    found = read_journals(RECORDS)
    assert len(found.unread) == 1
    assert "broken" in found.unread[0]
    assert found.ours.txids
