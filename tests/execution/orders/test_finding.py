"""Our orders among those that the feed and the records show."""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.execution import LookUp
from runner.execution.orders.doubt import SEARCH_MARGIN_S, first_look
from runner.execution.orders.states import State
from runner.journal import fold
from runner.planning import Admission, Plan
from tests.execution.builders import NOW, at_exchange, group, order, plan_of
from tests.execution.order_office import FUNDS, SAME, OrderManagerHarness, office

OWN = order("a", userref="17")


def refused_before(elsewhere: frozenset[str] = frozenset()) -> OrderManagerHarness:
    """A desk whose only order was refused in an earlier run, a minute ago."""
    earlier = office(OWN)
    earlier.send()
    earlier.hear(1, error=FUNDS)
    plan: Plan = plan_of(group("g", OWN), ledger=fold(earlier.entries))
    return OrderManagerHarness(structs.replace(plan, elsewhere=elsewhere), now=earlier.now + 60)


def look_before_sending(desk: OrderManagerHarness, *txids: str) -> None:
    """The look that comes before the first sending finds these."""
    look = desk.desk.next_lookup(desk.now, connected=True)
    assert look is not None
    assert (look.userrefs, look.since, look.until) == (("17",), desk.now - 60 - SEARCH_MARGIN_S, None)
    desk.desk.on_lookup([at_exchange(txid, **SAME) for txid in txids], desk.now, can_send=True)


@pytest.mark.parametrize("source", ["feed", "records"])
def test_what_was_refused_in_an_earlier_run_and_is_there_is_placed(source: str) -> None:
    """It has the same terms under the same reference, and is no older than its sending."""
    desk = refused_before()
    if source == "feed":
        desk.desk.finder.on_order(at_exchange("O1", **SAME), desk.now)
    else:
        look_before_sending(desk, "O1")
    assert (desk.states(), desk.track().txid) == ([State.PLACED], "O1")


@pytest.mark.parametrize("source", ["feed", "records"])
def test_what_another_run_has_placed_is_none_of_ours(source: str) -> None:
    """Two batches may use one reference, and ask for the same."""
    desk = refused_before(elsewhere=frozenset({"O1"}))
    if source == "feed":
        desk.desk.finder.on_order(at_exchange("O1", **SAME), desk.now)
    else:
        look_before_sending(desk, "O1")
    assert desk.states() == [State.NEW]


def test_an_older_order_is_none_of_ours() -> None:
    """Nor is one with other terms."""
    desk = refused_before()
    for fields in ({"opentm": f"{desk.now - 120:.6f}"}, {"vol": "0.26"}):
        desk.desk.finder.on_order(at_exchange("O9", **{**SAME, **fields}), desk.now)
    assert desk.states() == [State.NEW]


def test_a_saved_plan_is_looked_for_up_to_now() -> None:
    """No deadline of a sending bounds the look: whatever is younger than the plan is a use of it."""
    plan = structs.replace(plan_of(group("g", OWN)), admission=Admission("p", NOW))
    assert first_look(plan) == LookUp((), ("17",), NOW - SEARCH_MARGIN_S)


def test_a_look_at_what_this_run_was_refused_contradicts_and_places_nothing() -> None:
    """The exchange has said both: a person has to look."""
    desk = office(OWN)
    desk.send()
    desk.hear(1, error=FUNDS)
    assert not desk.desk.has_looked_up_rejected("g")
    desk.look(at_exchange("O1", **SAME))
    assert (desk.states(), desk.track().txids) == ([State.UNRESOLVED], ("O1",))
    assert "and yet it is at the exchange, as O1" in desk.track().why
    assert desk.desk.has_looked_up_rejected("g")


def test_a_record_that_may_be_ours_is_not_forgotten_before_the_run_ends() -> None:
    """Two are alike; the records show one more than is known, and a txid that was named is shown nowhere."""
    desk = office(OWN, order("b", userref="17"))
    desk.send("a")
    desk.send("b")
    desk.hear(1, "OGHOST")
    desk.desk.on_disconnect("closed", desk.now)
    other = at_exchange("O9", **{**SAME, "vol": "0.26"})
    desk.look(at_exchange("O1", **SAME), at_exchange("O2", **SAME), other)
    assert (desk.track("a").txid, desk.track("b").txid) == ("OGHOST", "O1")
    assert list(desk.desk.finder.unclaimed) == ["O2"]
    desk.desk.match_unseen(desk.now)
    assert (desk.states(), desk.track("a").txids) == ([State.UNRESOLVED, State.PLACED], ("OGHOST", "O2"))


def test_an_order_takes_what_it_was_shown_as_before_and_leaves_another_to_its_twin() -> None:
    """Else one is found that is not its own, and the other one lacks what it was shown as."""
    earlier = office(OWN, order("b", userref="17"))
    for id in "ab":
        earlier.send(id)
    earlier.hear(1, "OGHOST")
    earlier.hear(2, error=FUNDS)
    earlier.desk.finder.on_order(at_exchange("O2", **SAME), earlier.now)
    earlier.desk.on_unknown_txid(earlier.track("a"))
    earlier.desk.finder.on_order(at_exchange("O1", **SAME), earlier.now)
    assert [track.txids for track in earlier.desk.tracks.values()] == [("OGHOST", "O1"), ("O2",)]
    desk = office(OWN, order("b", userref="17"), earlier=earlier.entries)
    for txid in ("O2", "O1"):
        desk.desk.finder.on_order(at_exchange(txid, **SAME), desk.now)
    assert [track.txid for track in desk.desk.tracks.values()] == ["O1", "O2"]
