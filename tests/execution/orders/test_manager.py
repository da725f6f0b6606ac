"""All orders of a run: what is sent, what is answered, what the feed shows of each."""

from __future__ import annotations

from msgspec import structs

from runner.execution import Timing
from runner.execution.orders.states import State
from runner.journal import OrderIntent, OrderPlaced
from runner.kraken import fields_of
from tests.execution.builders import at_exchange, group, order, plan_of
from tests.execution.order_office import BUSY, DEADLINE_S, FUNDS, MARGIN_S, SAME, OrderManagerHarness, office

# --- sending ---------------------------------------------------------------------------------


def test_the_intent_says_exactly_what_leaves() -> None:
    """Deadline and request id among it, so that a later run knows when doubt ends."""
    desk = office(order("a", deadline="2.5"), "b")
    request = desk.send()
    assert (request.reqid, request.deadline) == (1, "2026-11-18T11:06:42.500Z")
    (intent,) = desk.entries
    assert isinstance(intent, OrderIntent)
    assert intent.request == fields_of(request)
    assert (intent.id, intent.reqid, intent.content) == ("a", 1, desk.track().planned.content)
    assert desk.send("b").deadline == "2026-11-18T11:06:50.000Z"
    assert desk.desk.sent == 2


def test_a_reply_ends_it() -> None:
    """Placed, rejected: each is written once, and what comes after says nothing new."""
    desk = office("a", "b")
    first, second = desk.send("a"), desk.send("b")
    desk.hear(second.reqid or 0, error=FUNDS)
    desk.hear(first.reqid or 0, "O1")
    desk.hear(first.reqid or 0, "O1")
    desk.hear(second.reqid or 0, error=FUNDS)
    desk.hear(first.reqid or 0, error=BUSY)
    desk.hear(99, "O9")
    desk.wait(100)
    assert desk.states() == [State.PLACED, State.REJECTED]
    assert desk.kinds() == ["intent", "intent", "rejected", "placed"]
    assert desk.desk.ids_in_states("g", frozenset({State.REJECTED})) == "b"


def test_a_reply_without_a_reason_is_doubt() -> None:
    """The exchange did not refuse the order for good."""
    desk = office()
    desk.hear(desk.send().reqid or 0, error="no reason given")
    assert desk.states() == [State.DOUBT]


def test_ok_without_a_txid_places_nothing() -> None:
    """A request to validate is validated; else the meaning is unknown."""
    desk = office()
    desk.hear(desk.send().reqid or 0)
    assert desk.states() == [State.DOUBT]
    (planned,) = plan_of(group("g", "a")).orders()
    validated = structs.replace(planned, request=structs.replace(planned.request, validate="true"))
    plan = plan_of(group("g", "a"))
    desk = OrderManagerHarness(
        structs.replace(plan, groups=(structs.replace(plan.groups[0], orders=(validated,)),))
    )
    desk.hear(desk.send().reqid or 0, "")
    assert desk.states() == [State.VALIDATED]
    assert desk.kinds() == ["intent", "validated"]


def test_skipping_leaves_what_was_sent() -> None:
    """Only the unsent are left unsent."""
    desk = office("a", "b", "c")
    desk.send("b")
    desk.desk.skip_queue("g", "because")
    assert desk.states() == [State.SKIPPED, State.SENT, State.SKIPPED]
    assert desk.desk.ids_in_states("g", frozenset({State.SKIPPED})) == "a, c"
    assert desk.desk.totals() == {State.SKIPPED: 2, State.SENT: 1}


def test_many_names_are_counted() -> None:
    """People read three."""
    desk = office("a", "b", "c", "d", "e")
    desk.desk.skip_queue("g", "because")
    assert desk.desk.ids_in_states("g", frozenset({State.SKIPPED})) == "a, b, c and 2 more"


# --- the feed --------------------------------------------------------------------------------


def test_the_feed_may_come_first() -> None:
    """The reply has its grace; when it does not come, the feed is enough."""
    desk = office("a", "b")
    first = desk.send("a")
    desk.send("b")
    desk.see("O1", "a")
    desk.see("O2", "b")
    desk.hear(first.reqid or 0, "O1")
    desk.wait(1.9)
    assert desk.states() == [State.PLACED, State.SENT]
    desk.wait(0.1)
    assert desk.states() == [State.PLACED, State.PLACED]
    assert [e.source for e in desk.entries if isinstance(e, OrderPlaced)] == ["reply", "feed"]


def test_grace_and_deadline_may_end_together() -> None:
    """Two alarms of one order at the same instant are two alarms."""
    desk = office()
    desk.send()
    desk.wait(DEADLINE_S + MARGIN_S - Timing().feed_grace_s)
    desk.see()
    desk.wait(Timing().feed_grace_s)
    assert desk.states() == [State.PLACED]


def test_the_whole_life_before_the_reply() -> None:
    """A fill may be over before anybody says that the order was accepted."""
    desk = office()
    request = desk.send()
    for status in ("pending", "open", "closed"):
        desk.see(status=status)
    desk.hear(request.reqid or 0, "O1")
    assert desk.kinds() == ["intent", "placed"]


def test_an_order_that_this_journal_never_saw_leave() -> None:
    """Its derived id is proof: it is adopted with its content, and not sent."""
    desk = office("a", order("b", close="{ordertype: limit, price: 160}"))
    desk.see("O1", "a", descr={"order": "buy 0.25000000 ETH/EUR @ limit 100"})
    userref = desk.track("b").planned.request.userref
    desk.desk.finder.on_order(at_exchange("O2", **{**SAME, "userref": int(userref or 0)}), desk.now)
    assert desk.states() == [State.PLACED, State.PLACED]
    placed = [entry for entry in desk.entries if isinstance(entry, OrderPlaced)]
    assert [entry.txid for entry in placed] == ["O1", "O2"]
    assert all(entry.content and entry.request for entry in placed)
    assert placed[0].descr == "buy 0.25000000 ETH/EUR @ limit 100"
    desk.desk.skip_queue("g", "because")
    assert desk.states() == [State.PLACED, State.PLACED]


def test_an_order_of_somebody_else_is_none_of_ours() -> None:
    """No id of ours, or a reference that the author shares with other orders."""
    desk = office("a", order("b", userref="17"))
    desk.desk.finder.on_order(at_exchange("O1"), desk.now)
    desk.desk.finder.on_order(at_exchange("O2", **SAME), desk.now)
    desk.desk.finder.on_order(at_exchange("O3", cl_ord_id="mine"), desk.now)
    assert desk.states() == [State.NEW, State.NEW]
