"""The fold of a journal: what every order and cancellation has come to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from runner.domain import CancelOutcome, OrderKey, OrderOutcome, RunOutcome
from runner.journal import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    FillsSettled,
    GroupEnded,
    Ledger,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRecord,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
    RunEnded,
    RunStarted,
    fold,
)

KEY = OrderKey("enter", "buy")
AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "buy"}
RUN = RunStarted(**AT, tool="t", batch="b", run_key="", venue="paper", file="f", digest="0" * 64, groups=())
INTENT = OrderIntent(**ABOUT, reqid=7, content="c", request={"pair": "ETH/EUR"})
PLACED = OrderPlaced(**ABOUT, txid="O1", source="reply", descr="buy")
REJECTED = OrderRejected(**ABOUT, error="EOrder:Insufficient funds")
VALIDATED = OrderValidated(**ABOUT, descr="buy")
ABSENT = OrderAbsent(**ABOUT, reason="not there")
UNRESOLVED = OrderUnresolved(**ABOUT, reason="unknown")


def order_after(*entries: Entry) -> OrderRecord:
    """Return what is known of the order after these entries."""
    return fold([RUN, *entries]).orders[KEY]


def canceled(outcome: str, *, unwind: bool = False, ref: str = "O1") -> CancelSettled:
    """One id of a cancelOrder has met its fate."""
    return CancelSettled(**AT, group="enter", ref=ref, txid=ref, outcome=outcome, unwind=unwind)


def cancel_intent(*txid: str, reqid: int = 9, unwind: bool = False) -> CancelIntent:
    """A cancelOrder is about to leave."""
    return CancelIntent(**AT, group="enter", reqid=reqid, txid=txid, unwind=unwind)


@pytest.mark.parametrize(
    ("fact", "outcome", "in_doubt"),
    [
        (None, None, True),
        (PLACED, OrderOutcome.PLACED, False),
        (REJECTED, OrderOutcome.REJECTED, False),
        (VALIDATED, OrderOutcome.VALIDATED, False),
        (ABSENT, OrderOutcome.SKIPPED, False),
        (UNRESOLVED, OrderOutcome.UNRESOLVED, True),
    ],
)
def test_an_intent_is_doubt_until_a_fact_ends_it(
    fact: Any, outcome: OrderOutcome | None, in_doubt: bool
) -> None:
    """An order that was about to leave may be at the exchange, until something else is known."""
    record = order_after(INTENT, *([fact] if fact else []))
    assert (record.outcome, record.in_doubt) == (outcome, in_doubt)
    assert (record.reqid, record.content, record.request) == (7, "c", {"pair": "ETH/EUR"})
    assert (record.sent_run, record.sent_at) == (1, AT["at"])


@pytest.mark.parametrize("before", [REJECTED, ABSENT, UNRESOLVED, VALIDATED])
def test_a_new_intent_makes_an_old_fate_doubt_again(before: Entry) -> None:
    """The order is sent again, so nothing that was said of the first sending holds."""
    record = order_after(INTENT, before, INTENT)
    assert record.in_doubt
    assert (record.error, record.txid, record.acked_at) == (None, None, None)


def test_a_found_order_forgets_its_doubt() -> None:
    """An unresolved order that was then found is placed, and no error is left of it."""
    record = order_after(INTENT, UNRESOLVED, PLACED)
    assert (record.outcome, record.txid, record.error, record.descr) == (
        OrderOutcome.PLACED,
        "O1",
        None,
        "buy",
    )


def test_an_order_that_this_journal_never_saw_leave() -> None:
    """With a lost journal the order is found at the exchange, and its content comes with the finding."""
    found = OrderPlaced(**ABOUT, txid="O1", source="feed", content="d", request={"pair": "XBT/EUR"})
    record = order_after(found)
    assert (record.sent_run, record.content, record.request) == (0, "d", {"pair": "XBT/EUR"})


def test_runs_are_counted() -> None:
    """Each order knows which run sent it, and which run last learned of it."""
    ledger = fold([RUN, INTENT, RUN, PLACED])
    assert (ledger.orders[KEY].sent_run, ledger.orders[KEY].updated_run) == (1, 2)


@pytest.mark.parametrize("outcome", list(CancelOutcome))
def test_a_cancellation_is_settled_when_the_order_is_not_open(outcome: CancelOutcome) -> None:
    """An order that is open, may be open, or was never known is left to cancel."""
    record = fold([RUN, canceled(outcome.value)]).cancels["enter", "O1"]
    assert record.settled is (outcome in (CancelOutcome.CANCELED, CancelOutcome.CLOSED))


@pytest.mark.parametrize("unwind", [False, True])
def test_a_new_run_repeats_the_cancellations_that_failed(unwind: bool) -> None:
    """A cancellation that failed in an earlier run is no outcome of this one; one that succeeded is."""
    facts = [canceled("open", unwind=unwind), canceled("closed", unwind=unwind, ref="O2")]
    ledger = fold([RUN, *facts, RUN])
    table = ledger.unwinds if unwind else ledger.cancels
    assert list(table) == [("enter", "O2")]


def test_unwinding_counts_from_its_intent() -> None:
    """A process that died while it unwound a group has begun it, whatever became of the ids."""
    assert fold([RUN, cancel_intent("O1", unwind=True), RUN]).unwinding == {"enter": None}
    assert fold([RUN, cancel_intent("O1"), canceled("skipped", unwind=True)]).unwinding == {}


def test_the_first_request_id_of_a_cancellation_is_kept() -> None:
    """A cancelOrder that is sent again after a reconnect is the same cancellation; a new run is not."""
    ledger = fold(
        [
            RUN,
            cancel_intent("O1", "O2"),
            cancel_intent("O2", reqid=12),
            cancel_intent("O1", reqid=13, unwind=True),
        ]
    )
    assert ledger.cancel_reqids == {("enter", False): 9, ("enter", True): 13}
    assert ledger.run_cancel_ids == {("enter", False): ("O1", "O2", "O2"), ("enter", True): ("O1",)}
    ledger.add(RUN)
    assert (ledger.cancel_reqids, ledger.run_cancel_ids) == ({}, {})


def test_a_run_ends_and_another_begins() -> None:
    """Ends belong to the run that is on; orders and what was canceled outlive it."""
    end = RunEnded(**AT, outcome="done")
    group = GroupEnded(**AT, group="enter", outcome="done")
    ledger = fold([RUN, INTENT, PLACED, canceled("canceled"), group, end])
    assert (ledger.ended, ledger.groups) == (end, {"enter": group})
    ledger.add(RUN)
    assert (ledger.ended, ledger.groups) == (None, {})
    assert list(ledger.orders) == [KEY]
    assert list(ledger.cancels) == [("enter", "O1")]


FACTS = st.lists(
    st.sampled_from(
        [RUN, INTENT, PLACED, REJECTED, VALIDATED, ABSENT, UNRESOLVED, cancel_intent("O1"), canceled("gone")]
    ),
    max_size=8,
)


@given(FACTS, FACTS)
def test_entries_may_be_added_as_they_come(first: list[Entry], second: list[Entry]) -> None:
    """Folding a journal in two parts gives the same as folding it at once."""
    ledger: Ledger = fold(first)
    for entry in second:
        ledger.add(entry)
    assert ledger == fold([*first, *second])


@given(FACTS)
def test_an_order_is_in_doubt_exactly_after_an_open_intent(facts: list[Entry]) -> None:
    """The last fact about an order decides, and an intent is no fate."""
    ledger = fold(facts)
    orders = [f for f in facts if getattr(f, "id", None) == "buy"]
    assert (KEY in ledger.orders) is bool(orders)
    if orders and KEY in ledger.orders:
        assert ledger.orders[KEY].in_doubt is isinstance(orders[-1], OrderIntent | OrderUnresolved)


def test_a_journal_has_the_outcome_of_each_saved_plan() -> None:
    """The last run of it counts; a run of the file itself is no run of a plan."""
    first_plan, second_plan = replace(RUN, plan="1"), replace(RUN, plan="2")
    done, stopped = RunEnded(**AT, outcome="done"), RunEnded(**AT, outcome="interrupted")
    assert fold([RUN, done]).plans == {}
    assert fold([first_plan]).plans == {"1": RunOutcome.UNFINISHED}
    assert fold([first_plan, stopped, first_plan, done, RUN, stopped]).plans == {"1": RunOutcome.DONE}
    assert fold([first_plan, done, second_plan]).plans == {"1": RunOutcome.DONE, "2": RunOutcome.UNFINISHED}
    assert fold([done]).plans == {}


AWAITED = FillsAwaited(
    **AT, group="after", needed="enter", until="2026-11-22T07:15:10Z", within=900, otherwise="stop"
)
ABOUT_FILLS = ("after", "enter")


def test_a_wait_for_fills_is_kept_over_runs() -> None:
    """Until it is over; one that begins anew takes the place of how the last one ended."""
    settled = FillsSettled(**AT, group="after", needed="enter", filled=False, reason="r")
    ledger = fold([RUN, PLACED, AWAITED, RUN])
    assert (ledger.fill_waits, ledger.fill_ends) == ({ABOUT_FILLS: AWAITED}, {})
    ledger = fold([RUN, PLACED, AWAITED, settled, RUN])
    assert (ledger.fill_waits, ledger.fill_ends) == ({ABOUT_FILLS: AWAITED}, {ABOUT_FILLS: settled})
    assert fold([RUN, PLACED, AWAITED, settled, AWAITED]).fill_ends == {}


def test_another_order_that_is_accepted_begins_the_wait_anew() -> None:
    """Another reply to the same one does not, nor does an order of another group."""
    assert fold([RUN, PLACED, AWAITED, PLACED]).fill_waits
    other = replace(PLACED, group="beside")
    assert fold([RUN, PLACED, AWAITED, other]).fill_waits
    more = replace(PLACED, id="more", txid="O2")
    assert fold([RUN, PLACED, AWAITED, more]).fill_waits == {}
