"""Which order at the exchange is which of ours: one for each, whatever the replies say, in any order."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution.orders.claims import Claims
from runner.execution.orders.states import OrderTrack, State
from runner.journal import OrderPlaced
from tests.execution.builders import at_exchange, group, order, plan_of
from tests.execution.order_office import BUSY, FUNDS, SAME, OrderManagerHarness, office

ALIKE = [order(id, userref="17") for id in "abc"]


def doubtful(count: int = 2) -> OrderManagerHarness:
    """Orders that ask for the same under the same reference, all sent, and all in doubt."""
    desk = office(*ALIKE[:count])
    for id in "abc"[:count]:
        desk.send(id)
    desk.desk.on_disconnect("closed", desk.now)
    return desk


def show(desk: OrderManagerHarness, *txids: str) -> None:
    """The feed shows orders that could be any of them."""
    for txid in txids:
        desk.desk.finder.on_order(at_exchange(txid, **SAME), desk.now)


def txids(desk: OrderManagerHarness) -> list[str | None]:
    """What each order is at the exchange."""
    return [track.txid for track in desk.desk.tracks.values()]


def test_a_reply_that_names_what_a_twin_was_taken_for() -> None:
    """The first took what was the second's: then the first is still to be found."""
    desk = doubtful()
    show(desk, "O2")
    desk.hear(2, "O2")
    assert desk.states() == [State.PLACED, State.DOUBT]
    show(desk, "O1")
    assert desk.states() == [State.PLACED, State.PLACED]
    assert txids(desk) == ["O2", "O1"]


def test_the_replies_of_both_come_after_all() -> None:
    """Each reply is about one order, and no order is there twice."""
    for replies in ([(2, "O2"), (1, "O1")], [(1, "O1"), (2, "O2")]):
        desk = doubtful()
        show(desk, "O2")
        for reqid, txid in replies:
            desk.hear(reqid, txid)
        assert desk.states() == [State.PLACED, State.PLACED]
        assert txids(desk) == ["O2", "O1"]


def test_a_reject_of_what_was_taken_for_a_twin() -> None:
    """One of the two was refused, one is there: that is what is said, and none is sent again."""
    desk = doubtful()
    show(desk, "O2")
    desk.hear(1, error=FUNDS)
    assert desk.states() == [State.PLACED, State.REJECTED]
    desk.hear(2, "O2")
    assert desk.states() == [State.PLACED, State.REJECTED]
    assert [entry.txid for entry in desk.entries if isinstance(entry, OrderPlaced)] == ["O2"]


def test_the_time_of_a_sending_goes_with_its_reply() -> None:
    """Whoever takes over another's sending waits for its deadline."""
    desk = office(order("a", userref="17", deadline="2"), order("b", userref="17", deadline="60"))
    desk.send("a")
    desk.send("b")
    desk.desk.on_disconnect("closed", desk.now)
    before = desk.track("a").deadline_at, desk.track("b").deadline_at
    show(desk, "O2")
    desk.hear(2, "O2")
    assert (desk.track("b").deadline_at, desk.track("a").deadline_at) == before


def test_two_orders_that_are_one_at_the_exchange_are_never_passed_over() -> None:
    """Two replies name the same order: one of ours is not there, and nobody knows which."""
    desk = office("a", "b")
    desk.send("a")
    desk.send("b")
    desk.hear(1, "O1")
    desk.hear(2, "O1")
    assert desk.states() == [State.PLACED, State.UNRESOLVED]
    assert "its reply names O1, which is g/a" in desk.track("b").why


def test_an_order_that_asks_for_something_else_is_no_twin() -> None:
    """They share the reference and nothing else; each keeps its own reply."""
    desk = office(order("a", userref="17"), order("b", userref="17", price="99"))
    desk.send("a")
    desk.send("b")
    desk.desk.on_disconnect("closed", desk.now)
    desk.desk.finder.on_order(at_exchange("O1", **SAME, descr={"price": "100.00000"}), desk.now)
    desk.hear(1, error=BUSY)
    desk.hear(2, error=FUNDS)
    assert desk.states() == [State.PLACED, State.REJECTED]


def test_derived_ids_are_nobody_elses() -> None:
    """An order that carries one is that order or none."""
    claims = Claims()
    plan = plan_of(group("g", "a", order("b", close="{ordertype: limit, price: 160}"), *ALIKE[2:]))
    first, second, third = (OrderTrack(planned, State.DOUBT) for planned in plan.orders())
    for track in (first, second, third):
        claims.add(track)
    doubts = [first, second, third]
    one = at_exchange("O1", cl_ord_id=first.planned.request.cl_ord_id)
    two = at_exchange("O2", userref=int(second.planned.request.userref or 0))
    assert claims.candidates(one, doubts) == [first]
    assert claims.candidates(two, doubts) == [second]
    assert claims.candidates(at_exchange("O3", userref=17), doubts) == [third]
    assert claims.fits(first, one)
    claims.bind(first, "O1")
    assert claims.owner("O1") is first
    assert claims.candidates(one, doubts) == []
    assert not claims.fits(first, one)
    second.state = State.REJECTED
    assert claims.candidates(two, doubts) == []


@pytest.mark.parametrize("count", [2, 3])
@given(data=st.data())
def test_no_order_at_the_exchange_ever_stands_for_two(count: int, data: st.DataObject) -> None:
    """Some booked, some refused, shown and answered in any order: as many placed as there are."""
    desk = doubtful(count)
    booked = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    news = [("reply", n) for n in range(count)] + [("feed", n) for n in range(count) if booked[n]]
    for what, number in data.draw(st.permutations(news)):
        if what == "feed":
            show(desk, f"O{number}")
        else:
            desk.hear(
                number + 1,
                *([f"O{number}"] if booked[number] else []),
                **({} if booked[number] else {"error": FUNDS}),
            )
        known = [txid for txid in txids(desk) if txid]
        assert max(Counter(known).values(), default=0) <= 1
    expected = Counter({State.PLACED: sum(booked), State.REJECTED: count - sum(booked)})
    assert Counter(desk.states()) == +expected
    assert {txid for txid in txids(desk) if txid} == {f"O{n}" for n in range(count) if booked[n]}


@pytest.mark.parametrize("first", ["reply", "feed"])
def test_a_refused_order_that_the_author_s_reference_marks_is_there(first: str) -> None:
    """Whoever denies it: it asks for the same, and is no older than its sending."""
    desk = office(ALIKE[0])
    desk.send("a")
    desk.feed["O1"] = at_exchange("O1", **SAME)
    for news in (first, "feed" if first == "reply" else "reply"):
        if news == "feed":
            show(desk, "O1")
        else:
            desk.hear(1, error=FUNDS)
    desk.desk.finder.rematch(desk.feed.values(), desk.now)
    assert (desk.states(), txids(desk)) == ([State.UNRESOLVED], ["O1"])


def test_what_was_turned_away_for_the_rate_and_is_there_is_not_sent_again() -> None:
    """It has a turn left, and the feed shows that it needs none."""
    desk = office(ALIKE[0])
    desk.send("a")
    desk.hear(1, error="EOrder:Rate limit exceeded")
    assert desk.states() == [State.NEW]
    show(desk, "O1")
    assert (desk.states(), txids(desk)) == ([State.PLACED], ["O1"])


def test_an_older_order_and_another_one_deny_no_refusal() -> None:
    """A user reference of the author's may mark many orders."""
    desk = office(ALIKE[0])
    desk.send("a")
    desk.hear(1, error=FUNDS)
    for fields in ({"opentm": f"{desk.now - 60:.6f}"}, {"vol": "0.26"}, {"userref": 18}):
        desk.desk.finder.on_order(at_exchange("O9", **{**SAME, **fields}), desk.now)
    assert desk.states() == [State.REJECTED]


def test_what_its_twin_may_claim_denies_no_refusal() -> None:
    """One of two is refused, and the other one has no reply yet."""
    desk = office(*ALIKE[:2])
    desk.send("a")
    desk.send("b")
    desk.hear(1, error=FUNDS)
    show(desk, "O2")
    assert desk.states() == [State.REJECTED, State.SENT]
    desk.hear(2, "O2")
    show(desk, "O2")
    assert desk.states() == [State.REJECTED, State.PLACED]
