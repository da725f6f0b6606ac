"""Orders and groups of a plan, and what they say of an earlier run."""

from __future__ import annotations

import pytest

from runner.domain import OnReject, OrderKey, Place
from runner.journal import OrderRecord
from runner.kraken import AddOrder, terms_of
from runner.planning import JournalState, PlannedGroup, PlannedOrder
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.execution.builders import group, plan_of

AT = "2026-11-22T07:00:10.000000Z"
PLACE = Place(3, 5)


def planned(journal_state: JournalState, **known: str | None) -> PlannedOrder:
    """Return an order that a journal knows, or does not where nothing is given."""
    order = next(plan_of(group("enter", "a")).orders())
    return PlannedOrder(
        key=order.key,
        place=order.place,
        request=order.request,
        deadline_s=None,
        content=order.content,
        own_id=False,
        journal_state=journal_state,
        was_unwound=False,
        known=OrderRecord(**known) if known else None,
    )


def planned_group(*orders: PlannedOrder, on_reject: OnReject, unwound: bool = False) -> PlannedGroup:
    """Return a group of these orders that cancels nothing."""
    return PlannedGroup(
        name="enter", needs=(), on_reject=on_reject, orders=orders, cancel=(), unwound=unwound, place=PLACE
    )


@pytest.mark.parametrize(
    ("journal_state", "txid"),
    [
        (JournalState.PLACED, "O1"),
        (JournalState.ENDED, "O1"),
        (JournalState.UNKNOWN, None),
        (JournalState.UNSENT, None),
    ],
)
def test_a_txid_counts_where_the_order_was_accepted(journal_state: JournalState, txid: str | None) -> None:
    """An order in doubt may carry a txid that nothing has confirmed."""
    order = planned(journal_state, txid="O1")
    assert order.known_txid == txid
    assert order.acknowledged


def test_an_order_that_was_never_sent_has_no_past() -> None:
    """Neither a txid nor a time."""
    order = planned(JournalState.UNSENT)
    assert (order.known_txid, order.acknowledged, order.unrecorded) == (None, False, False)
    assert order.last_sent_at == 0.0
    assert planned(JournalState.UNKNOWN, sent_at=AT).last_sent_at == 1795330810.0


@pytest.mark.parametrize(
    ("on_reject", "over", "half"),
    [
        (OnReject.STOP, True, False),
        (OnReject.UNWIND, True, True),
        (OnReject.CONTINUE, False, False),
    ],
)
def test_a_group_is_over_once_an_order_of_it_has_ended(on_reject: OnReject, over: bool, half: bool) -> None:
    """Unless it goes on after a reject; what it had placed is left to take back where it unwinds."""
    orders = planned(JournalState.ENDED, txid="O1"), planned(JournalState.PLACED, txid="O2")
    ended = planned_group(*orders, on_reject=on_reject)
    assert (ended.over, ended.half_unwound) == (over, half)


def test_an_orphaned_order_has_a_group_of_no_file() -> None:
    """Its own group may be gone from the file."""
    order = PlannedOrder(
        key=OrderKey("enter", "a"),
        place=PLACE,
        request=AddOrder(pair="XBT/EUR", type="buy", ordertype="market", volume="1"),
        deadline_s=None,
        content="",
        own_id=False,
        journal_state=JournalState.UNKNOWN,
        was_unwound=False,
        known=None,
        orphaned=True,
    )
    assert order.group == NO_LONGER_IN_THE_FILE


def test_an_order_shows_its_pair_ids_and_terms() -> None:
    """Its pair and its ids are those of its message, and so are its terms."""
    order = planned(JournalState.UNSENT)
    request = order.request
    assert (order.pair, order.cl_ord_id, order.userref) == (request.pair, request.cl_ord_id, request.userref)
    assert order.cl_ord_id is not None
    assert order.terms == terms_of(request)
