"""The assignment of orders at the exchange to ours: one for each, whatever the replies say, in any order."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution.orders.claims import Claims
from runner.execution.orders.states import OrderTrack, State
from runner.journal import Entry, OrderAbsent, OrderPlaced
from tests.execution.builders import at_exchange, group, order, plan_of
from tests.execution.order_office import (
    BUSY,
    DEADLINE_S,
    FUNDS,
    SAME,
    SETTLE_S,
    OrderManagerHarness,
    office,
)

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
    """Return what each order is at the exchange."""
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
    placed = [entry for entry in desk.entries if isinstance(entry, OrderPlaced)]
    assert [(entry.txid, entry.source) for entry in placed] == [("O2", "feed"), ("O2", "reply")]


def test_the_time_of_a_sending_goes_with_its_reply() -> None:
    """An order that takes over another's sending waits for its deadline."""
    desk = office(order("a", userref="17", deadline="2"), order("b", userref="17", deadline="60"))
    desk.send("a")
    desk.send("b")
    desk.desk.on_disconnect("closed", desk.now)
    before = desk.track("a").deadline_at, desk.track("b").deadline_at
    show(desk, "O2")
    desk.hear(2, "O2")
    assert (desk.track("b").deadline_at, desk.track("a").deadline_at) == before


def test_two_orders_that_are_one_at_the_exchange_are_never_passed_over() -> None:
    """Two replies name the same order: one of ours is not there, and it is unknown which."""
    desk = office("a", "b")
    desk.send("a")
    desk.send("b")
    desk.hear(1, "O1")
    desk.hear(2, "O1")
    assert desk.states() == [State.PLACED, State.UNRESOLVED]
    assert "its reply names O1, which is g/a" in desk.track("b").why


def test_an_order_with_other_terms_is_no_twin() -> None:
    """They share the reference and nothing else; each keeps its own reply."""
    desk = office(order("a", userref="17"), order("b", userref="17", price="99"))
    desk.send("a")
    desk.send("b")
    desk.desk.on_disconnect("closed", desk.now)
    desk.desk.finder.on_order(at_exchange("O1", **SAME, descr={"price": "100.00000"}), desk.now)
    desk.hear(1, error=BUSY)
    desk.hear(2, error=FUNDS)
    assert desk.states() == [State.PLACED, State.REJECTED]


def test_derived_ids_belong_to_one_order() -> None:
    """An order that carries one is that order or none."""
    claims = Claims()
    plan = plan_of(group("g", "a", order("b", close="{ordertype: limit, price: 160}"), *ALIKE[2:]))
    first, second, third = (OrderTrack(planned, State.DOUBT) for planned in plan.orders())
    for track in (first, second, third):
        claims.add(track)
    doubts = [first, second, third]
    first_shown = at_exchange("O1", cl_ord_id=first.planned.request.cl_ord_id)
    second_shown = at_exchange("O2", userref=int(second.planned.request.userref or 0))
    assert claims.candidates(first_shown, doubts) == [first]
    assert claims.candidates(second_shown, doubts) == [second]
    assert claims.candidates(at_exchange("O3", userref=17), doubts) == [third]
    assert claims.fits(first, first_shown)
    claims.bind(first, "O1")
    assert claims.owner("O1") is first
    assert claims.candidates(first_shown, doubts) == []
    assert not claims.fits(first, first_shown)
    second.state = State.REJECTED
    assert claims.candidates(second_shown, doubts) == []


@pytest.mark.parametrize("count", [2, 3])
@given(data=st.data())
def test_no_order_at_the_exchange_is_ever_taken_for_two(count: int, data: st.DataObject) -> None:
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
    """It has the same terms, and is no older than its sending, in spite of the refusal."""
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


# --- acknowledgements that name a txid that does not exist ------------------------------------


def void(desk: OrderManagerHarness, *ids: str, booked: tuple[str, ...] = ()) -> None:
    """The records know none of the txids that were named for these; a look shows all that is booked."""
    for id in ids:
        desk.desk.on_unknown_txid(desk.track(id))
    desk.look(*(at_exchange(txid, **SAME) for txid in booked))
    for id in ids:
        if not desk.track(id).txids:
            desk.desk.steps.contradict(desk.track(id), "no record knows its txid", (), desk.now)


def run_again(before: OrderManagerHarness, *booked: str) -> OrderManagerHarness:
    """The next run: the snapshot shows all that is booked, and so does a look that proves what is absent."""
    desk = office(*ALIKE[: len(before.desk.tracks)], earlier=before.entries)
    show(desk, *booked)
    desk.desk.feed_restored(desk.now)
    desk.wait(DEADLINE_S + SETTLE_S)
    desk.look(*(at_exchange(txid, **SAME) for txid in booked))
    return desk


def one_is_booked() -> OrderManagerHarness:
    """Two are sent and one is booked, under another txid than its reply names; the other takes it."""
    desk = office(*ALIKE[:2])
    desk.send("a")
    desk.send("b")
    desk.hear(1, "OGHOST")
    desk.desk.on_disconnect("closed", desk.now)
    show(desk, "O1")
    void(desk, "a")
    assert (desk.states(), txids(desk)) == ([State.UNRESOLVED, State.PLACED], ["OGHOST", "O1"])
    return desk


def test_an_acknowledgement_that_nothing_bears_out_is_about_the_twin_that_was_found() -> None:
    """One acknowledgement, one order: the other one is absent, and is sent again, once."""
    desk = run_again(one_is_booked(), "O1")
    assert desk.states() == [State.NEW, State.PLACED]
    absent = next(entry for entry in desk.entries if isinstance(entry, OrderAbsent))
    assert "its acknowledgement was about g/b, which is O1" in absent.reason
    desk.send("a")
    desk.hear(desk.track("a").reqid or 0, "O2")
    assert (desk.states(), txids(desk)) == ([State.PLACED, State.PLACED], ["O2", "O1"])


def test_an_order_explains_one_acknowledgement_and_no_second_one() -> None:
    """Two acknowledgements name what no record knows, and one order is there: another one may be as well."""
    desk = office(*ALIKE)
    for id in "abc":
        desk.send(id)
    desk.hear(1, "OGHOST-1")
    desk.hear(2, "OGHOST-2")
    desk.desk.on_disconnect("closed", desk.now)
    show(desk, "O1")
    void(desk, "a", "b")
    again = run_again(desk, "O1")
    assert again.states() == [State.DOUBT, State.DOUBT, State.PLACED]


def test_what_has_explained_an_acknowledgement_explains_no_later_one() -> None:
    """The journal holds whose reply was whose: a third run does not count the same order again."""
    before = one_is_booked()
    desk = run_again(before, "O1")
    desk.send("a")
    desk.hear(desk.track("a").reqid or 0, "OGHOST-2")
    void(desk, "a")
    entries: list[Entry] = [*before.entries, *desk.entries]
    desk.entries[:] = entries
    assert run_again(desk, "O1").states() == [State.DOUBT, State.PLACED]


def test_an_order_that_its_own_reply_has_named_explains_no_other_acknowledgement() -> None:
    """It was found before its reply came, and is its own order."""
    desk = office(*ALIKE[:2])
    desk.send("a")
    desk.send("b")
    desk.hear(1, "OGHOST")
    desk.desk.on_disconnect("closed", desk.now)
    show(desk, "O1")
    desk.hear(2, "O1")
    void(desk, "a")
    assert run_again(desk, "O1").states() == [State.DOUBT, State.PLACED]


def test_an_acknowledgement_that_was_not_looked_up_proves_nothing() -> None:
    """The run was killed before the records were queried for its txid."""
    desk = office(*ALIKE[:2])
    desk.send("a")
    desk.send("b")
    desk.hear(1, "OGHOST")
    desk.desk.on_disconnect("closed", desk.now)
    show(desk, "O1")
    desk.desk.steps.contradict(desk.track("a"), "the run ended", (), desk.now)
    assert run_again(desk, "O1").states() == [State.DOUBT, State.PLACED]


@given(data=st.data())
def test_two_runs_settle_all_that_was_named_wrongly(data: st.DataObject) -> None:
    """Some booked, some not; replies right, wrong, negative or lost: none too many, and none too few."""
    count = data.draw(st.integers(2, 3))
    desk = office(*ALIKE[:count])
    for id in "abc"[:count]:
        desk.send(id)
    booked = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    there = tuple(f"O{n}" for n in range(count) if booked[n])
    replies = [
        data.draw(st.sampled_from(["right", "wrong", "lost"] if order else ["no", "lost"]))
        for order in booked
    ]
    for n in data.draw(st.permutations(range(count))):
        match replies[n]:
            case "right":
                desk.hear(n + 1, f"O{n}")
            case "wrong":
                desk.hear(n + 1, f"OGHOST-{n}")
            case "no":
                desk.hear(n + 1, error=FUNDS)
    desk.desk.on_disconnect("closed", desk.now)
    show(desk, *data.draw(st.lists(st.sampled_from(there), unique=True) if there else st.just([])))
    desk.look(*(at_exchange(txid, **SAME) for txid in there))
    ghosts = [
        str(key.id) for key, track in desk.desk.tracks.items() if (track.txid or "").startswith("OGHOST")
    ]
    void(desk, *ghosts, booked=there)
    again = run_again(desk, *there)
    placed = [track.txid for track in again.desk.tracks.values() if track.state is State.PLACED]
    assert sorted(filter(None, placed)) == sorted(there)
    assert again.states().count(State.NEW) + len(there) == count
