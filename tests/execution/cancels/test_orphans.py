"""Cancellations that an earlier run left open: which they are, the queries, and what the answers mean."""

from __future__ import annotations

import pytest

from runner.domain import CancelOutcome
from runner.execution import orphaned_cancels, queries_for, with_recorded_ends
from runner.journal import CancelIntent, CancelSettled, Ledger, OrderPlaced, RunEnded, RunStarted, fold
from runner.planning import CancelDisposition, find_reached_own_orders
from runner.planning.order_ends import OrderEnd
from tests.execution.builders import FIRST, SECOND, at_exchange, group, order, plan_of

AT = {"at": "2026-11-22T07:00:10.000000Z"}
STARTED = RunStarted(
    **AT,
    tool="t",
    batch="b",
    run_key="",
    venue="paper",
    file="f",
    digest="0" * 64,
    groups=({"name": "one", "orders": [{"id": "a"}]},),
)
PLACED = OrderPlaced(**AT, group="one", id="a", txid=SECOND, source="reply")


def ledger_of(*ids: str, unwind: bool = False, then: str = "", runs: tuple[RunStarted, ...] = ()) -> Ledger:
    """A run that canceled these ids; ``then`` is the recorded outcome of the first."""
    intent = CancelIntent(**AT, group="one", reqid=3, txid=ids, unwind=unwind, matched={"17": (FIRST,)})
    learned = CancelSettled(**AT, group="one", ref=ids[0], txid=ids[0], outcome=then, unwind=unwind)
    end = RunEnded(**AT, outcome="done")
    return fold([STARTED, PLACED, end, STARTED, intent, *([learned] if then else []), *runs])


@pytest.mark.parametrize("then", ["", "unresolved", "skipped"])
def test_what_is_unknown_is_left_open(then: str) -> None:
    """Any number of runs may have passed it over since."""
    found = plan_of(
        group("one", order("a")), ledger=ledger_of(FIRST, "17", then=then, runs=(STARTED, STARTED))
    )
    left, kept = found.groups
    assert [cancel.ref for cancel in orphaned_cancels(found)] == [FIRST, "userref:17"]
    assert {found.cancel_becomes(left, cancel) for cancel in left.cancel} == {CancelDisposition.ORPHANED}
    assert (left.orphaned, kept.needs, found.changes) == (True, (left.name,), True)
    assert not find_reached_own_orders(found, Ledger())


@pytest.mark.parametrize("then", ["canceled", "closed", "gone", "open"])
def test_what_is_known_is_not(then: str) -> None:
    """A run has reported it."""
    assert not orphaned_cancels(plan_of(group("one", order("a")), ledger=ledger_of(FIRST, then=then)))


@pytest.mark.parametrize(
    ("id", "cancel"), [(FIRST, f"[{FIRST}]"), ("17", "[{userref: 17}]"), (SECOND, "[{order: one/a}]")]
)
def test_cancellations_that_the_file_has_are_not(id: str, cancel: str) -> None:
    """It is settled where it is, in whatever group."""
    file = (group("one", order("a")), group("two", cancel=cancel))
    assert not orphaned_cancels(plan_of(*file, ledger=ledger_of(id)))
    assert orphaned_cancels(plan_of(*file[:1], ledger=ledger_of(id)))


def test_what_is_taken_back_of_a_group_of_the_file_is_not() -> None:
    """That is gone on with."""
    ledger = ledger_of(SECOND, unwind=True)
    assert not orphaned_cancels(plan_of(group("one", order("a"), on_reject="unwind"), ledger=ledger))
    assert orphaned_cancels(plan_of(group("two", order("b")), ledger=ledger))


def test_the_records_are_queried_by_id_and_by_reference() -> None:
    """Ids together, also those that a reference matched; each reference by itself."""
    found = plan_of(group("one", order("a")), ledger=ledger_of(SECOND, "17"))
    ids, reference = queries_for(orphaned_cancels(found))
    assert (ids.txids, ids.userrefs) == ((SECOND, FIRST), ())
    assert (reference.txids, reference.userrefs) == ((), ("17",))


@pytest.mark.parametrize(
    ("orders", "outcome"),
    [
        ([], CancelOutcome.GONE),
        ([at_exchange(FIRST)], CancelOutcome.OPEN),
        ([at_exchange(FIRST, "canceled", vol="1", vol_exec="0.5")], CancelOutcome.CANCELED),
        ([at_exchange(FIRST, "closed", vol="1", vol_exec="1")], CancelOutcome.CLOSED),
        ([at_exchange(SECOND)], CancelOutcome.GONE),
    ],
)
def test_what_the_records_say_is_said(orders: list[object], outcome: CancelOutcome) -> None:
    """Open, ended in a way, or unknown to them."""
    found = plan_of(group("one", order("a")), ledger=ledger_of(FIRST))
    (cancel,) = orphaned_cancels(with_recorded_ends(found, orders))  # type: ignore[arg-type]
    assert isinstance(cancel.recorded_end, OrderEnd)
    assert cancel.recorded_end.outcome is outcome
