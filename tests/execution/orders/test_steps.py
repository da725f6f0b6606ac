"""The steps of an order and their entries; what the exchange says against itself is all written down."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from runner.domain import rfc3339
from runner.execution import OrdersQueried
from runner.execution.orders.doubt import PATIENCE_S
from runner.execution.orders.states import State
from runner.journal import CancelIntent, GroupStates, OrderEnded, OrderUnresolved
from runner.kraken import fields_of
from runner.paper import Options
from runner.paper.options.options import LimitOptions
from tests.execution.builders import FIRST, NOW, batch, ended, group, order
from tests.execution.order_office import BUSY, DEADLINE_S, FUNDS, SETTLE_S, OrderManagerHarness, office
from tests.simulation.world import World, exchange_of

RATE = "EOrder:Rate limit exceeded"


def unresolved(desk: OrderManagerHarness, id: str = "a") -> tuple[str, ...]:
    """The ids under which an unresolved order was seen, as they are written down."""
    (entry,) = [e for e in desk.entries if isinstance(e, OrderUnresolved) and e.id == id]
    assert desk.track(id).state is State.UNRESOLVED
    return entry.txids


# --- ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize("early", [False, True])
def test_an_end_is_written_down(early: bool) -> None:
    """With the exchange's words, whether the feed shows it before the reply or after it."""
    desk = office()
    request = desk.send()
    shown = {"status": "canceled", "cancel_reason": "Post only order", "vol_exec": "0.10"}
    if early:
        desk.see(**shown)
    desk.hear(request.reqid or 0, "O1")
    if not early:
        desk.see(**shown)
    (entry,) = [e for e in desk.entries if isinstance(e, OrderEnded)]
    assert (entry.txid, entry.status, entry.reason) == ("O1", "canceled", "Post only order")
    assert entry.vol_exec == "0.10"
    assert desk.states() == [State.ENDED]
    desk.see(status="open")
    desk.hear(request.reqid or 0, "O1")
    assert desk.states() == [State.ENDED]


def test_states_are_written_once() -> None:
    """One entry a group, of what is news."""
    desk = office("a", "b")
    for id, txid in (("a", "O1"), ("b", "O2")):
        desk.hear(desk.send(id).reqid or 0, txid)
        desk.see(txid, id)
    steps = desk.desk.steps
    steps.write_states("g", desk.now)
    steps.write_states("g", desk.now)
    desk.see("O2", "b", status="closed", vol_exec="0.25000000")
    steps.write_states("g", desk.now)
    states = [entry.states for entry in desk.entries if isinstance(entry, GroupStates)]
    assert states == [{"a": "open", "b": "open"}, {"b": "filled"}]


def test_an_order_that_we_have_canceled_has_not_ended() -> None:
    """By its txid, or by the reference that it carries."""
    desk = office("a", order("b", userref="17"))
    for id, txid in (("a", "O1"), ("b", "O2")):
        desk.hear(desk.send(id).reqid or 0, txid)
    desk.desk.steps.mark_canceled(("O1", "17"))
    desk.see("O1", "a", status="canceled")
    desk.see("O2", "b", status="canceled")
    assert desk.states() == [State.PLACED, State.PLACED]


def test_an_order_that_ended_while_the_records_were_read_has_ended() -> None:
    """They show it twice, open and expired: it was never confirmed open."""
    desk = office()
    desk.send()
    desk.wait(DEADLINE_S + SETTLE_S)
    desk.look(desk.shown("O1", status="open"), desk.shown("O1", status="expired", vol_exec="0"))
    assert desk.states() == [State.ENDED]


def test_an_order_that_was_to_be_canceled_and_ended_by_itself_has_ended() -> None:
    """The exchange says why: what expired was not canceled by anybody."""
    desk = office("a", "b")
    for id, txid in (("a", "O1"), ("b", "O2")):
        desk.hear(desk.send(id).reqid or 0, txid)
    desk.desk.steps.mark_canceled(("O1", "O2"))
    desk.see("O1", "a", status="expired", vol_exec="0")
    desk.see("O2", "b", status="canceled", cancel_reason="User requested", vol_exec="0")
    assert desk.states() == [State.ENDED, State.PLACED]


def test_of_feed_and_records_the_one_nearer_to_the_end_counts() -> None:
    """The feed has shown an order open before its reply was lost; the records know its end."""
    desk = office()
    desk.send()
    desk.feed["O1"] = desk.shown("O1", status="open")
    desk.wait(DEADLINE_S + SETTLE_S)
    desk.look(desk.shown("O1", status="expired", vol_exec="0"))
    assert desk.states() == [State.ENDED]


@pytest.mark.parametrize(("volume", "another"), [("0.25000000", True), ("7", False)])
def test_an_own_id_that_was_said_to_be_another_order(volume: str, another: bool) -> None:
    """An earlier run received an unknown txid; the order is there under another one. An order with
    other terms under that id is somebody else's."""
    sent = office(order("a", cl_ord_id="mine"))
    request = sent.send()
    sent.hear(request.reqid or 0, "O9")
    desk = office(order("a", cl_ord_id="mine"), earlier=sent.entries)
    desk.see("O1", vol=volume, opentm=f"{NOW + 1:.6f}")
    assert desk.states() == [State.UNRESOLVED if another else State.PLACED]


@pytest.mark.parametrize("by_us", [True, False])
def test_an_order_found_again_that_an_earlier_run_canceled_has_not_ended(by_us: bool) -> None:
    """The exchange contradicted itself: the order that it shows now we canceled, or it ended by itself."""
    sent = office()
    request = sent.send()
    sent.hear(request.reqid or 0, "O1")
    sent.hear(request.reqid or 0, "O2")
    cancel = CancelIntent(
        at=rfc3339(sent.now), group="g", reqid=9, txid=("O1" if by_us else "O7",), unwind=False
    )
    desk = office(earlier=[*sent.entries, cancel])
    desk.now = sent.now + DEADLINE_S + SETTLE_S
    desk.look(desk.shown("O1", status="canceled", vol_exec="0", cancel_reason="User requested"))
    assert desk.states() == [State.PLACED if by_us else State.ENDED]


def test_a_cancellation_before_it_was_sent_says_nothing_of_an_order() -> None:
    """A reference that was canceled once belongs to an order that is sent now as well."""
    earlier = [CancelIntent(at=rfc3339(NOW), group="g", reqid=9, txid=("17",), unwind=False)]
    turned_down = office(order("a", userref="17"))
    turned_down.hear(turned_down.send().reqid or 0, error=FUNDS)
    desk = office(order("a", userref="17"), earlier=[*turned_down.entries, *earlier])
    desk.hear(desk.send().reqid or 0, "O1")
    desk.see("O1", status="canceled", cancel_reason="Post only order", vol_exec="0")
    assert desk.states() == [State.ENDED]


# --- contradictions ----------------------------------------------------------------------------


def test_an_answer_about_something_else_that_shows_an_order_a_second_time() -> None:
    """A query of the records for what has just traded brings it up."""
    desk = office()
    desk.hear(desk.send().reqid or 0, "O9")
    found = (desk.shown("O1", status="closed", vol_exec="0.25000000"),)
    desk.desk.on_records(OrdersQueried(found, ("O1",)), desk.now)
    assert unresolved(desk) == ("O9", "O1")


def test_two_acknowledgements_with_two_ids() -> None:
    """Both are listed, and no later word makes one of them the right one."""
    desk = office()
    reqid = desk.send().reqid or 0
    desk.hear(reqid, "O1")
    desk.hear(reqid, "O2")
    assert unresolved(desk) == ("O1", "O2")
    desk.hear(reqid, "O1")
    desk.see("O1")
    desk.see("O2")
    assert unresolved(desk) == ("O1", "O2")


def test_two_orders_of_a_lost_journal_are_written_down_with_their_terms() -> None:
    """No intent precedes them, and limits have to count them all the same."""
    desk = office()
    desk.desk.steps.contradict(desk.track(), "it is there twice", ("O1", "O2"), desk.now)
    (entry,) = [entry for entry in desk.entries if isinstance(entry, OrderUnresolved)]
    assert entry.request == fields_of(desk.track().planned.request)
    known = office()
    known.send()
    known.desk.steps.contradict(known.track(), "it is there twice", ("O1", "O2"), known.now)
    (entry,) = [entry for entry in known.entries if isinstance(entry, OrderUnresolved)]
    assert entry.request is None


@pytest.mark.parametrize("before", [False, True])
def test_one_acknowledgement_and_two_orders_in_the_feed(before: bool) -> None:
    """Before the reply or after it."""
    desk = office()
    reqid = desk.send().reqid or 0
    if before:
        desk.see("O1")
        desk.see("O2")
    desk.hear(reqid, "O1")
    if not before:
        desk.see("O1")
        desk.see("O2")
    assert unresolved(desk) == ("O1", "O2")


@pytest.mark.parametrize("feed_first", [False, True])
def test_an_acknowledgement_of_another_id(feed_first: bool) -> None:
    """The feed shows the order under one id, the reply names another."""
    desk = office()
    reqid = desk.send().reqid or 0
    if feed_first:
        desk.see("O1")
    desk.hear(reqid, "O9")
    if not feed_first:
        desk.see("O1")
    assert set(unresolved(desk)) == {"O1", "O9"}


@pytest.mark.parametrize("feed_first", [False, True])
def test_a_refusal_of_an_order_that_is_there(feed_first: bool) -> None:
    """Presence counts, whoever denies it."""
    desk = office()
    reqid = desk.send().reqid or 0
    if feed_first:
        desk.see("O1")
    desk.hear(reqid, error=FUNDS)
    if not feed_first:
        desk.see("O1")
    assert unresolved(desk) == ("O1",)
    assert FUNDS in desk.track().why


def test_a_refusal_for_the_rate_of_an_order_that_is_there() -> None:
    """It is not sent again: it is placed."""
    desk = office()
    reqid = desk.send().reqid or 0
    desk.see("O1")
    desk.hear(reqid, error=RATE)
    assert desk.states() == [State.PLACED]
    assert not desk.desk.queues["g"]


def test_accepted_and_refused() -> None:
    """In whatever order the two replies come; one that is not sure of itself says nothing."""
    desk = office("a", "b", "c")
    first, second, third = (desk.send(id).reqid or 0 for id in "abc")
    desk.hear(first, "O1")
    desk.hear(first, error=FUNDS)
    desk.hear(second, error=FUNDS)
    desk.hear(second, "O2")
    desk.hear(third, "O3")
    desk.hear(third, error=BUSY)
    assert (unresolved(desk, "a"), unresolved(desk, "b")) == (("O1",), ("O2",))
    assert desk.track("c").state is State.PLACED


def test_a_late_yes_after_doubt_is_a_yes() -> None:
    """The first reply did not say what became of it, the second does."""
    desk = office()
    reqid = desk.send().reqid or 0
    desk.hear(reqid, error=BUSY)
    desk.hear(reqid, "O1")
    assert desk.states() == [State.PLACED]


def test_an_order_of_the_authors_own_id_that_is_older() -> None:
    """It was there before ours was sent: it is another one."""
    desk = office(order("a", cl_ord_id="mine"))
    reqid = desk.send().reqid or 0
    desk.hear(reqid, "O1")
    desk.see("O2", opentm=f"{desk.now - 1000:.6f}")
    assert desk.states() == [State.PLACED]
    desk.see("O3", opentm=f"{desk.now:.6f}")
    assert unresolved(desk) == ("O1", "O3")


def doubling(reply: Any) -> World:
    """A world in which the reply to an order is another one, or several."""
    world = World(exchange_of(Options(limits=LimitOptions(enforce_rates=False))))
    handle = world.exchange.handle

    def handled(*args: Any) -> Any:
        deliveries = handle(*args)
        return [item for each in deliveries for item in reply(each)]

    world.exchange.handle = handled  # type: ignore[method-assign]
    return world


def test_a_run_says_all_ids_and_stops() -> None:
    """Nothing is canceled, nothing more is begun, and a later run settles it by looking."""
    lying = True

    def twice(delivery: Any) -> list[Any]:
        if lying and getattr(delivery.message, "txid", None):
            other = structs.replace(delivery.message, txid="OGHOST-00000-000000")
            return [delivery, structs.replace(delivery, message=other)]
        return [delivery]

    world = doubling(twice)
    text = [group("protect", "a", cancel=f"[{FIRST}]"), group("then", "b")]
    manifest = world.apply(batch(*text))
    shown = manifest["groups"][0]["orders"][0]
    (txid,) = [txid for txid in world.exchange.state().live if txid.startswith("O0")]
    assert (manifest["outcome"], ended(manifest)) == (
        "unresolved",
        {"protect": "unresolved", "then": "skipped"},
    )
    assert (shown["outcome"], shown["txids"]) == ("unresolved", [txid, "OGHOST-00000-000000"])
    assert FIRST in world.exchange.state().live
    lying = False
    again = world.apply(batch(*text))
    assert again["outcome"] == "done"
    assert again["groups"][0]["orders"][0]["txid"] == txid
    assert len(world.frames("addOrder")) == 2


def test_an_acknowledged_order_is_never_sent_again() -> None:
    """Records that do not know it prove nothing: the exchange has named it."""
    first = office()
    first.send()
    doubt = OrderUnresolved(at="t", group="g", id="a", reason="placed twice", txids=("O1", "O2"))
    desk = office(earlier=[*first.entries, doubt])
    desk.desk.feed_restored(desk.now)
    desk.wait(DEADLINE_S + SETTLE_S + 1)
    desk.look()
    assert desk.states() == [State.DOUBT]
    desk.wait(PATIENCE_S)
    assert desk.states() == [State.UNRESOLVED]
    assert not desk.desk.queues["g"]


def test_what_came_to_nothing_is_passed_over_in_the_records() -> None:
    """Of two orders under one id, one was canceled unfilled: the other is the one."""
    first = office()
    first.send()
    desk = office(earlier=list(first.entries))
    void = desk.shown("O1", status="canceled", vol_exec="0.00000000")
    desk.look(void, desk.shown("O2", status="closed", vol_exec="0.25", vol="0.25"))
    assert (desk.states(), desk.track().txid) == ([State.PLACED], "O2")
    both = office(earlier=list(first.entries))
    both.look(both.shown("O1"), both.shown("O2"))
    assert unresolved(both) == ("O1", "O2")
