"""Everything that the journal left open is in the plan, whatever the file says now."""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.execution.orders.states import State
from runner.journal import (
    CancelSettled,
    Entry,
    GroupStates,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRejected,
    RunEnded,
    RunStarted,
    fold,
)
from runner.kraken import fields_of
from runner.planning import Disposition, Plan, decide
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE, JournalState
from tests.execution.builders import at_exchange, group, order, plan_of
from tests.execution.order_office import DEADLINE_S, SAME, SETTLE_S, OrderManagerHarness, office

AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "a"}
STARTED = RunStarted(
    **AT,
    tool="t",
    batch="b",
    run_key="",
    venue="paper",
    file="f",
    digest="0" * 64,
    groups=({"name": "enter", "orders": [{"id": "a"}]},),
)
STARTED_EMPTY = structs.replace(STARTED, groups=())
ENDED = RunEnded(**AT, outcome="done")


def after(
    *entries: Entry, name: str = "enter", left: str = "b", fields: dict[str, str] | None = None
) -> Plan:
    """The plan of a file that holds another order, after a run that sent ``enter/a``."""
    sent = next(plan_of(group("enter", order("a", **(fields or {})))).orders())
    request = {**fields_of(sent.request), "reqid": 3, "deadline": "2026-11-22T07:00:20.000Z"}
    intent = OrderIntent(**ABOUT, reqid=3, content=sent.content, request=request)
    return plan_of(group(name, order(left)), ledger=fold([STARTED, intent, *entries]))


def test_an_order_in_doubt_that_the_file_has_no_more_comes_first() -> None:
    """The groups of the file wait for it; it has the terms of its message."""
    found = after()
    left, kept = found.groups
    assert (left.name, left.orphaned) == (NO_LONGER_IN_THE_FILE, True)
    assert kept.needs == (NO_LONGER_IN_THE_FILE,)
    (orphan,) = left.orders
    assert (str(orphan.key), orphan.group) == ("enter/a", NO_LONGER_IN_THE_FILE)
    assert orphan.request == next(plan_of(group("enter", order("a"))).orders()).request
    assert found.becomes(orphan) is Disposition.ORPHANED
    assert found.changes


@pytest.mark.parametrize(
    ("fields", "own"),
    [({}, False), ({"close": "{ordertype: limit, price: 160}"}, False), ({"userref": "17"}, True)],
)
def test_whose_id_it_has_is_known_still(fields: dict[str, str], own: bool) -> None:
    """A reference that its author gave may be another order's as well; one that we derived names it alone."""
    (orphan,) = after(fields=fields).groups[0].orders
    assert orphan.own_id is own


def test_a_reference_that_two_orders_share_still_finds_the_other_one() -> None:
    """The line of one was deleted while both were in doubt."""
    sent = office(order("a", userref="17"), order("b", userref="17", volume="0.5"))
    sent.send("a")
    sent.send("b")
    desk = OrderManagerHarness(plan_of(group("g", order("a", userref="17")), ledger=fold(sent.entries)))
    desk.now += DEADLINE_S + SETTLE_S
    desk.look(at_exchange("O1", **SAME))
    found = {str(key): track.state for key, track in desk.desk.tracks.items()}
    assert found == {"g/b": State.SKIPPED, "g/a": State.PLACED}


def test_an_order_of_a_group_that_was_renamed_is_left_behind() -> None:
    """Under its new name it is another order."""
    assert [each.name for each in after(name="exit", left="a").groups] == [NO_LONGER_IN_THE_FILE, "exit"]


PLACED = OrderPlaced(**ABOUT, txid="O1", source="reply")


def test_what_is_settled_or_still_in_the_file_is_not_left_behind() -> None:
    """A reported order may leave the file; one that is in it is looked up at its place."""
    assert [each.name for each in after(PLACED, ENDED).groups] == ["enter"]
    assert [each.name for each in after(left="a").groups] == ["enter"]
    canceled = CancelSettled(
        **AT, group="enter", ref="order:enter/a", txid="O1", outcome="canceled", unwind=False, vol_exec="0.00"
    )
    assert [each.name for each in after(PLACED, canceled).groups] == ["enter"]
    for executed in ("0.01", None):
        partly = structs.replace(canceled, vol_exec=executed)
        assert len(after(PLACED, partly).groups) == 2


@pytest.mark.parametrize("rest", [(), (STARTED_EMPTY,), (STARTED_EMPTY, ENDED)])
def test_orders_of_a_run_without_a_manifest_come_first(rest: tuple[Entry, ...]) -> None:
    """It was cut off before its manifest, and no run that lists the order has ended since."""
    left, kept = after(PLACED, *rest).groups
    (orphan,) = left.orders
    assert (orphan.journal_state, orphan.known_txid) == (JournalState.PLACED, "O1")
    assert kept.needs == (NO_LONGER_IN_THE_FILE,)


REJECTED = OrderRejected(**ABOUT, error="EOrder:Insufficient funds")
UNCONFIRMED = structs.replace(REJECTED, unconfirmed=True)
TURNED_AWAY = OrderAbsent(**ABOUT, reason="EOrder:Rate limit exceeded", unconfirmed=True)


@pytest.mark.parametrize("facts", [(REJECTED,), (UNCONFIRMED, ENDED), (TURNED_AWAY, ENDED), (UNCONFIRMED,)])
def test_what_was_refused_and_not_looked_up_since_comes_first(facts: tuple[Entry, ...]) -> None:
    """The exchange may have it all the same: it is looked up, and never sent."""
    found = after(*facts, fields={"userref": "17"})
    (orphan,) = found.groups[0].orders
    assert (orphan.journal_state, found.becomes(orphan)) == (
        JournalState.UNKNOWN,
        Disposition.ORPHANED,
    )


@pytest.mark.parametrize(
    "facts",
    [
        (REJECTED, ENDED),
        (UNCONFIRMED, REJECTED, ENDED),
        (UNCONFIRMED, structs.replace(TURNED_AWAY, unconfirmed=False)),
    ],
)
def test_a_refusal_that_is_confirmed_leaves_nothing_behind(facts: tuple[Entry, ...]) -> None:
    """By a look-up, or by the end of a run whose feed would have shown the order."""
    assert [each.name for each in after(*facts).groups] == ["enter"]


LISTED = structs.replace(
    STARTED, groups=({"name": NO_LONGER_IN_THE_FILE, "orders": [{"id": "a", "group": "enter"}]},)
)
OPEN = GroupStates(**AT, group="enter", states={"a": "open"})


def test_what_was_once_called_no_longer_in_the_file_is_listed_as_long_as_it_is_open() -> None:
    """After the groups of the file, none of which waits for it any more; it is nothing that is to be done."""
    for run in ((LISTED, OPEN, ENDED), (LISTED, ENDED), (LISTED, OPEN, ENDED, STARTED_EMPTY, ENDED)):
        found = after(PLACED, *run)
        kept, listed = found.groups
        (orphan,) = listed.orders
        assert (listed.name, listed.listed, kept.needs) == (NO_LONGER_IN_THE_FILE, True, ())
        assert (str(orphan.key), found.becomes(orphan)) == ("enter/a", Disposition.ORPHANED)
        assert found.txid_of(orphan) == "O1"
    assert found.changes  # of the other order
    nothing = structs.replace(found, groups=(structs.replace(kept, orders=()), listed))
    assert not decide(nothing).changes


@pytest.mark.parametrize(
    "rest",
    [
        (LISTED, structs.replace(OPEN, states={"a": "filled"}), ENDED),
        (LISTED, OrderEnded(**ABOUT, txid="O1", status="canceled", reason="User requested"), ENDED),
    ],
)
def test_what_is_not_open_is_not_listed_again(rest: tuple[Entry, ...]) -> None:
    """It was filled, or has ended, and a run has said so."""
    assert [each.name for each in after(PLACED, *rest).groups] == ["enter"]


def test_what_is_left_open_beside_what_was_reported_comes_first_with_it() -> None:
    """All that has left the file is in one group, and a person has to see a part of it."""
    other = OrderIntent(
        **{**ABOUT, "id": "c"},
        reqid=4,
        content="c",
        request={"pair": "ETH/EUR", "type": "buy", "ordertype": "market", "volume": "1", "userref": "7"},
    )
    left, kept = after(PLACED, LISTED, OPEN, ENDED, other).groups
    assert [(order.key.id, order.listed) for order in left.orders] == [("c", False), ("a", True)]
    assert (left.listed, kept.needs) == (False, (NO_LONGER_IN_THE_FILE,))
