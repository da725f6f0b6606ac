"""The plan of a batch, compared with what was done before."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from runner.domain import OrderKey, Owner, RunId, derived_cl_ord_id, derived_userref, parse_rfc3339
from runner.domain.times import RECORDS_LAG_S
from runner.journal import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    GroupEnded,
    GroupStates,
    Ledger,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
    RunStarted,
    fold,
)
from runner.kraken import fields_of
from runner.planning import Admission, Disposition, EmptyLook, JournalState, Plan, PlannedOrder
from runner.planning.order_matching import CLOCK_SLACK_S
from tests.execution.builders import FIRST, NOW, group, order, plan_of
from tests.support.for_each import for_each

KEY = OrderKey("enter", "a")
RUN = RunId("b")
AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "a"}
STARTED = RunStarted(
    **AT, tool="t", batch="b", run_key="", venue="paper", file="f", digest="0" * 64, groups=()
)


def planned(text: str = "a", *entries: Entry) -> PlannedOrder:
    """The one order of a batch, after what the journal says."""
    return next(plan_of(group("enter", text), ledger=fold([STARTED, *entries])).orders())


def intent(text: str = "a") -> OrderIntent:
    """An order was about to leave."""
    known = planned(text)
    request = {**fields_of(known.request), "deadline": "2026-11-22T07:00:20.000Z"}
    return OrderIntent(**ABOUT, reqid=3, content=known.content, request=request)


PLACED = OrderPlaced(**ABOUT, txid="O1", source="reply")


# --- what leaves, and under which id ---------------------------------------------------------


def test_an_order_leaves_with_its_authors_text() -> None:
    """Numbers are not touched, what was not written is not sent, and lists become Kraken's comma text."""
    text = order("a", price="150.10", volume="0.250", oflags="[post, fciq]", timeinforce="GTC")
    assert fields_of(planned(text).request) == {
        "pair": "ETH/EUR",
        "type": "buy",
        "ordertype": "limit",
        "price": "150.10",
        "volume": "0.250",
        "oflags": "post,fciq",
        "timeinforce": "GTC",
        "cl_ord_id": derived_cl_ord_id(RUN, KEY),
    }


CLOSE = "{ordertype: limit, price: 160}"


@pytest.mark.parametrize(
    ("fields", "cl_ord_id", "userref"),
    [
        ({}, derived_cl_ord_id(RUN, KEY), None),
        ({"cl_ord_id": "mine"}, "mine", None),
        ({"userref": "17"}, None, "17"),
        ({"close": CLOSE}, None, derived_userref(RUN, KEY)),
        ({"close": CLOSE, "userref": "17"}, None, "17"),
    ],
)
def test_each_order_carries_one_id_that_it_is_found_by(
    fields: dict[str, str], cl_ord_id: str | None, userref: str | None
) -> None:
    """Kraken takes one of the two, and no client id beside ``close``."""
    found = planned(order("a", **fields))
    assert (found.request.cl_ord_id, found.request.userref) == (cl_ord_id, userref)
    assert found.own_id is ("userref" in fields or "cl_ord_id" in fields)


def test_the_run_key_is_part_of_the_identity() -> None:
    """A batch that is repeated places other orders each time."""
    requests = [
        next(plan_of(group("enter", "a"), run_key=key).orders()).request.cl_ord_id for key in ("", "w1", "w2")
    ]
    assert len(set(requests)) == 3


def test_reqid_deadline_and_token_are_no_content() -> None:
    """Fields that differ from one sending to the next are no part of an order's terms."""
    fields = fields_of(planned().request)
    assert not {"reqid", "deadline", "token", "validate"} & set(fields)
    assert planned(order("a", deadline="30")).content == planned().content
    assert str(planned(order("a", deadline="2.5")).deadline_s) == "2.5"
    assert planned().deadline_s is None


@pytest.mark.parametrize(
    "change",
    [{"price": "100.0"}, {"volume": "0.26"}, {"type": "sell"}, {"timeinforce": "IOC"}, {"cl_ord_id": "x"}],
)
def test_everything_that_leaves_is_content(change: dict[str, str]) -> None:
    """Even another spelling of the same number has another digest."""
    assert planned(order("a", **change)).content != planned().content


# --- the state of each order -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "journal_state"),
    [
        ([], JournalState.UNSENT),
        (["intent"], JournalState.UNKNOWN),
        (["intent", PLACED], JournalState.PLACED),
        (["intent", OrderUnresolved(**ABOUT, reason="r")], JournalState.UNKNOWN),
        (["intent", OrderRejected(**ABOUT, error="no")], JournalState.UNSENT),
        (["intent", OrderValidated(**ABOUT)], JournalState.UNSENT),
        (["intent", OrderAbsent(**ABOUT, reason="r")], JournalState.UNSENT),
    ],
)
def test_standing_follows_the_journal(facts: list[Any], journal_state: JournalState) -> None:
    """Placed is done, an intent without an end is doubt, a reject may be tried again."""
    entries = [intent() if fact == "intent" else fact for fact in facts]
    found = planned("a", *entries)
    assert found.journal_state is journal_state
    assert found.known_txid == ("O1" if journal_state is JournalState.PLACED else None)


@pytest.mark.parametrize("facts", [[], [PLACED], [OrderUnresolved(**ABOUT, reason="r")]])
def test_what_may_be_placed_must_not_change(facts: list[Entry]) -> None:
    """Other content under a used identity is refused, and also while its outcome is unknown."""
    plan = plan_of(group("enter", order("a", price="101")), ledger=fold([STARTED, intent(), *facts]))
    assert [item.key for item in plan.changed] == [KEY]
    assert next(plan.orders()).journal_state is JournalState.CHANGED


def test_another_spelling_of_a_number_is_no_change() -> None:
    """A formatter that rewrites a file that was applied places nothing again."""
    journal = fold([STARTED, intent(), PLACED])
    plan = plan_of(group("enter", order("a", price="100.0", volume="0.250")), ledger=journal)
    assert next(plan.orders()).journal_state is JournalState.PLACED
    assert plan.changed == ()


def test_what_was_rejected_may_change() -> None:
    """The identity was not spent."""
    found = planned(order("a", price="101"), intent(), OrderRejected(**ABOUT, error="no"))
    assert found.journal_state is JournalState.UNSENT


def test_an_order_that_moved_to_another_group_is_another_order() -> None:
    """The group is part of the identity."""
    plan = plan_of(group("exit", "a"), ledger=fold([STARTED, intent(), PLACED]))
    assert [order.journal_state for order in plan.orders() if not order.orphaned] == [JournalState.UNSENT]


# --- groups and their cancellations ----------------------------------------------------------


def settled(outcome: str, *, unwind: bool = False, ref: str = FIRST) -> CancelSettled:
    """One id of a cancelOrder has met its fate."""
    return CancelSettled(**AT, group="enter", ref=ref, txid="O1", outcome=outcome, unwind=unwind)


@pytest.mark.parametrize(
    ("outcome", "changes"),
    [("canceled", False), ("closed", False), ("gone", True), ("open", True), ("unresolved", True)],
)
def test_a_cancellation_is_not_requested_twice(outcome: str, changes: bool) -> None:
    """An order that is no longer open needs none; one that may be open is tried again."""
    text = group("enter", "a", cancel=f"[{FIRST}]")
    plan = plan_of(text, ledger=fold([STARTED, intent(), PLACED, settled(outcome)]))
    assert plan.groups[0].cancel[0].settled is not changes
    assert plan.changes is changes


def test_an_order_that_was_unknown_is_looked_for_again() -> None:
    """Matches of a reference are known; the outcome of a single id may yet be learned."""
    text = group("enter", "a", cancel=f"[{FIRST}, {{userref: 17}}]")
    facts = [settled("gone"), settled("gone", ref="userref:17")]
    plan = plan_of(text, ledger=fold([STARTED, intent(), PLACED, *facts]))
    assert [(item.retry_lookup, item.settled) for item in plan.groups[0].cancel] == [
        (True, False),
        (False, True),
    ]


def test_cancellations_by_id_by_reference_and_by_order() -> None:
    """Each has a name in the records, and a text for the wire where that is known already."""
    cancel = f"[{FIRST}, {{userref: 17}}, {{order: enter/a}}]"
    plan = plan_of(group("enter", "a"), group("exit", cancel=cancel))
    found = [(item.ref, item.sent_as, item.order, item.userref) for item in plan.groups[1].cancel]
    assert found == [
        (FIRST, FIRST, None, False),
        ("userref:17", "17", None, True),
        ("order:enter/a", None, KEY, False),
    ]


UNWOUND = [
    intent(),
    PLACED,
    OrderIntent(**{**ABOUT, "id": "b"}, reqid=4, content="c", request={}),
    OrderRejected(**{**ABOUT, "id": "b"}, error="no"),
    CancelIntent(**AT, group="enter", reqid=5, txid=("O1",), unwind=True),
]


def unwound(*entries: Entry, **keys: str) -> Plan:
    """A group that was unwound, one order placed and one rejected."""
    keys = {"on_reject": "unwind", "cancel": f"[{FIRST}]", **keys}
    return plan_of(group("enter", "a", "b", **keys), ledger=fold([STARTED, *UNWOUND, *entries]))


def test_an_unwound_group_is_spent() -> None:
    """A rejected order is not tried again alone, for its group has been taken back."""
    plan = unwound(settled("canceled", unwind=True, ref="order:enter/a"))
    assert [order.journal_state for order in plan.orders()] == [JournalState.PLACED, JournalState.ABANDONED]
    assert [order.was_unwound for order in plan.orders()] == [True, False]
    assert plan.groups[0].unwound
    assert not plan.changes


def test_an_order_that_an_unwinding_did_not_find_is_looked_for_again() -> None:
    """It may be open, and it may be over: it is not canceled before that is known."""
    gone = settled("gone", unwind=True, ref="order:enter/a")
    plan = plan_of(
        group("enter", "a", "b", on_reject="unwind"), ledger=fold([STARTED, *UNWOUND, gone, STARTED])
    )
    assert [order.not_found for order in plan.orders()] == [True, False]
    assert plan.groups[0].half_unwound


@pytest.mark.parametrize("outcome", [None, "open", "unresolved"])
def test_an_unwinding_that_was_cut_short_is_gone_on_with(outcome: str | None) -> None:
    """The process died, or the cancel was refused: the order may be open, so there is something to do."""
    facts = [settled(outcome, unwind=True, ref="order:enter/a")] if outcome else []
    plan = unwound(*facts)
    assert [order.journal_state for order in plan.orders()] == [JournalState.PLACED, JournalState.ABANDONED]
    assert plan.groups[0].half_unwound
    assert plan.changes
    assert not unwound(*facts, on_reject="stop").groups[0].half_unwound


def test_nothing_to_do_and_something_to_do() -> None:
    """New and doubtful orders are something to do; placed ones are not."""
    text = group("enter", "a")
    assert plan_of(text).changes
    assert plan_of(text, ledger=fold([STARTED, intent()])).changes
    assert plan_of(text, ledger=fold([STARTED, intent(), PLACED])).changes, "it may be open"
    still_open = GroupStates(**AT, group="enter", states={"a": "open"})
    assert not plan_of(text, ledger=fold([STARTED, intent(), PLACED, still_open])).changes
    done = GroupEnded(**AT, group="enter", outcome="done")
    assert not plan_of(text, ledger=fold([STARTED, intent(), PLACED, done])).changes
    assert not plan_of(text, ledger=fold([STARTED, intent(), PLACED])).changed


OWNER = Owner(account="AA01", key="k", exchange="e")
LOOK = EmptyLook(NOW, "AA01", "e")
LOOKED = NOW - RECORDS_LAG_S - CLOCK_SLACK_S


@for_each(
    [
        (None, None, OWNER, None),
        (NOW, None, OWNER, NOW - CLOCK_SLACK_S),
        (None, LOOK, OWNER, LOOKED),
        (NOW - 86_400, LOOK, OWNER, LOOKED),
        (NOW, LOOK, OWNER, NOW - CLOCK_SLACK_S),
        (None, LOOK, structs.replace(OWNER, key="another"), LOOKED),
        (None, LOOK, structs.replace(OWNER, account="AA02"), None),
        (None, LOOK, structs.replace(OWNER, account="key:k"), None),
        (None, LOOK, structs.replace(OWNER, exchange="f"), None),
        (None, LOOK, structs.replace(OWNER, account=None), None),
        (None, LOOK, None, None),
        (NOW - 86_400, LOOK, None, NOW - 86_400 - CLOCK_SLACK_S),
    ]
)
def test_since_when_new_orders_can_have_ended(
    created: float | None, look: EmptyLook | None, owner: Owner | None, since: float | None
) -> None:
    """Since the batch was created, and since the look of the saved plan if that was at the same account."""
    admission = Admission("f" * 64, NOW + 60, look)
    plan = structs.replace(plan_of(group("g", "a")), created=created, admission=admission, owner=owner)
    assert plan.unseen_since == since
    assert structs.replace(plan, admission=None).unseen_since == (
        None if created is None else created - CLOCK_SLACK_S
    )


def test_a_plan_is_a_pure_function() -> None:
    """The same batch and the same journal give the same plan."""
    first, second = (plan_of(group("enter", "a"), ledger=Ledger()) for _ in range(2))
    assert first == second


# --- barriers ------------------------------------------------------------------------------------


def waiting(*entries: Entry, otherwise: str = "cancel", within: str = "15m") -> Plan:
    """A group that waits until another one is filled, after what the journal says."""
    need = f"{{group: enter, until: filled, within: {within}, otherwise: {otherwise}}}"
    text = [group("enter", "a", "b"), group("after", "c", needs=f"[{need}]")]
    return plan_of(*text, ledger=fold([STARTED, intent(), PLACED, *entries]))


AWAITED = FillsAwaited(
    **AT, group="after", needed="enter", until="2026-11-22T07:15:10Z", within=900, otherwise="stop"
)


def test_the_end_of_a_wait_is_that_of_an_earlier_run() -> None:
    """Unless the file gives it another length."""
    moment = parse_rfc3339(AWAITED.until)
    assert [group.fill_by for group in waiting(AWAITED).groups] == [{}, {"enter": moment}]
    assert [group.fill_by for group in waiting(AWAITED, within="16m").groups] == [{}, {}]


def test_what_a_barrier_has_begun_to_cancel_is_canceled_to_the_end() -> None:
    """As long as the file says so, whatever the group does after a reject; what was filled before is left."""
    canceling = CancelIntent(**AT, group="enter", reqid=5, txid=("O1",), unwind=True)
    plan = waiting(AWAITED, canceling)
    assert plan.groups[0].half_unwound
    assert plan.changes
    assert plan.becomes(plan.groups[1].orders[0]) is Disposition.UNREACHABLE
    assert not waiting(AWAITED, canceling, otherwise="proceed").groups[0].half_unwound
    done = settled("canceled", unwind=True, ref="order:enter/a")
    assert not waiting(AWAITED, canceling, done).changes
    other = OrderPlaced(**{**ABOUT, "id": "b"}, txid="O2", source="reply")
    filled = GroupStates(**AT, group="enter", states={"b": "filled"})
    assert not waiting(AWAITED, other, filled, canceling, done).groups[0].half_unwound
