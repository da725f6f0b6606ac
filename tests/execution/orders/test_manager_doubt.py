"""Orders whose fate is unknown: found, proven absent, or given up, and never sent twice on a guess."""

from __future__ import annotations

import pytest

from runner.execution import OrdersQueried
from runner.execution.orders.states import MAX_SENDS, State
from runner.journal import Entry, OrderIntent, OrderPlaced, OrderUnresolved, RunStarted
from runner.kraken import AddOrder, fields_of
from tests.execution.builders import NOW, at_exchange, group, order, plan_of
from tests.execution.order_office import (
    BUSY,
    DEADLINE_S,
    FUNDS,
    MARGIN_S,
    SAME,
    SETTLE_S,
    TOKEN,
    OrderManagerHarness,
    office,
)

# --- doubt -----------------------------------------------------------------------------------


def test_no_reply_is_doubt_and_a_late_reply_ends_it() -> None:
    """Silence after the deadline is no rejection."""
    desk = office()
    request = desk.send()
    desk.wait(DEADLINE_S + MARGIN_S - 0.001)
    assert desk.states() == [State.SENT]
    desk.wait(0.001)
    assert desk.states() == [State.DOUBT]
    desk.hear(request.reqid or 0, "O1")
    assert desk.states() == [State.PLACED]


def test_what_the_feed_has_shown_before_is_looked_at_again_when_something_has_changed() -> None:
    """A twin whose reply may still come keeps an order from being taken; when it is over, nothing does."""
    desk = office(*(order(id, userref="17") for id in "ab"))
    first, second = desk.send("a"), desk.send("b")
    desk.desk.on_request_dropped(first.reqid or 0, "dropped", desk.now)
    shown = [at_exchange("O1", **SAME)]
    desk.desk.finder.rematch(shown, desk.now)
    assert desk.states() == [State.DOUBT, State.SENT]
    desk.hear(second.reqid or 0, error=FUNDS)
    desk.desk.finder.rematch(shown, desk.now)
    assert desk.states() == [State.PLACED, State.REJECTED]


def test_doubt_ends_by_finding() -> None:
    """In the feed or in the records; open or long closed."""
    for source in ("feed", "lookup"):
        desk = office()
        desk.send()
        desk.desk.on_disconnect("closed", desk.now)
        if source == "feed":
            desk.see(status="closed")
        else:
            look = desk.look(desk.shown(status="closed"), at_exchange("O9"))
            assert look is not None
            assert look.cl_ord_ids == (desk.track().planned.request.cl_ord_id,)
        assert desk.states() == [State.PLACED]
        assert [e.source for e in desk.entries if isinstance(e, OrderPlaced)] == [source]


def test_doubt_ends_by_any_record_that_shows_the_order() -> None:
    """A query was about other orders, whose trades are unexplained; it names ours by its client id."""
    desk = office()
    desk.send()
    desk.desk.on_disconnect("closed", desk.now)
    answer = OrdersQueried((at_exchange("O9"), desk.shown(status="closed", vol_exec="0.25")), ("O1", "O9"))
    desk.desk.on_records(answer, desk.now)
    assert (desk.states(), desk.track().txid) == ([State.PLACED], "O1")


def test_absence_is_proven_late_and_only_where_one_can_see() -> None:
    """Not by a look before the window is over, and not while there is no connection."""
    desk = office()
    desk.send()
    desk.wait(DEADLINE_S + MARGIN_S)
    assert desk.look() is not None
    assert desk.look() is None
    desk.wait(DEADLINE_S + SETTLE_S - DEADLINE_S - MARGIN_S)
    assert desk.look(can_send=False) is not None
    assert desk.states() == [State.DOUBT]
    desk.wait(15)
    desk.look()
    assert desk.states() == [State.NEW]
    assert list(desk.desk.queues["g"]) == [desk.track()]
    assert desk.kinds() == ["intent", "absent"]
    assert desk.send().reqid == 2


def test_a_look_that_began_too_early_proves_nothing() -> None:
    """Its answer may be older than the end of the window; the next look begins at once."""
    desk = office()
    desk.send()
    desk.wait(DEADLINE_S + SETTLE_S - 0.5)
    assert desk.desk.next_lookup(desk.now, connected=False) is not None
    assert desk.desk.next_lookup(desk.now, connected=False) is None
    desk.wait(1)
    desk.desk.on_lookup((), desk.now, can_send=True)
    assert desk.states() == [State.DOUBT]
    desk.look()
    assert desk.states() == [State.NEW]


def test_patience_ends() -> None:
    """Records that cannot be read prove nothing: the order stays unresolved."""
    desk = office()
    desk.send()
    desk.wait(DEADLINE_S + MARGIN_S)
    while desk.states() == [State.DOUBT]:
        if desk.desk.next_lookup(desk.now, connected=False) is not None:
            desk.desk.on_lookup_failed("HTTP status 502", desk.now)
        due = desk.desk.timer(connected=False)
        assert due is not None
        assert due > desk.now
        desk.wait(due - desk.now)
    assert desk.states() == [State.UNRESOLVED]
    assert desk.now - NOW == DEADLINE_S + SETTLE_S + 30
    (fate,) = [entry for entry in desk.entries if isinstance(entry, OrderUnresolved)]
    assert fate.reason.startswith("HTTP status 502; ")
    desk.hear(1, "O1")
    assert desk.states() == [State.PLACED]


@pytest.mark.parametrize("settles", [True, False])
def test_no_order_is_given_up_while_a_look_is_under_way(settles: bool) -> None:
    """A slow look that was not for this order changes nothing: that one is looked for next."""
    desk = office("a", "b")
    desk.send("a")
    desk.wait(DEADLINE_S + MARGIN_S)
    assert desk.desk.next_lookup(desk.now, connected=True) is not None
    desk.send("b")
    for _ in range(10):
        assert desk.desk.timer(connected=True) is None or desk.now < NOW + 100
        desk.wait(100)
    desk.desk.on_lookup((), desk.now, can_send=True)
    desk.wait(0)
    assert desk.states() == [State.DOUBT, State.DOUBT]
    assert desk.desk.timer(connected=True) == desk.now
    look = desk.desk.next_lookup(desk.now, connected=True)
    assert look is not None
    assert len(look.cl_ord_ids) == 2
    if settles:
        desk.desk.on_lookup([desk.shown("O1", "a"), desk.shown("O2", "b")], desk.now, can_send=True)
    else:
        desk.desk.on_lookup_failed("HTTP status 502", desk.now)
        desk.wait(30)
    assert set(desk.states()) == {State.PLACED if settles else State.UNRESOLVED}


@pytest.mark.parametrize(("news", "state"), [(FUNDS, State.REJECTED), (BUSY, State.UNRESOLVED)])
def test_news_after_giving_up(news: str, state: State) -> None:
    """A definite answer still counts, an indefinite one changes nothing."""
    desk = office()
    request = desk.send()
    desk.desk.give_up_all("stopped", desk.now)
    assert desk.states() == [State.UNRESOLVED]
    desk.hear(request.reqid or 0, error=news)
    assert desk.states() == [state]


@pytest.mark.parametrize("error", [BUSY, "EOrder:Duplicate cl_ord_id", "Exceeded msg rate", "what is this"])
def test_an_indefinite_refusal_is_doubt(error: str) -> None:
    """It says nothing of what the exchange holds, so it is looked for."""
    desk = office()
    desk.hear(desk.send().reqid or 0, error=error)
    assert desk.states() == [State.DOUBT]
    assert desk.track().why == error


def test_a_dropped_request_is_doubt() -> None:
    """An error with its number is doubt; another one, or an answered one, is let pass."""
    desk = office("a", "b")
    first, second = desk.send("a"), desk.send("b")
    desk.hear(second.reqid or 0, "O2")
    for reqid in (first.reqid or 0, second.reqid or 0, 99):
        desk.desk.on_request_dropped(reqid, "Exceeded msg rate", desk.now)
    assert desk.states() == [State.DOUBT, State.PLACED]


def absent_once(desk: OrderManagerHarness) -> AddOrder:
    """Send an order, prove its absence, and send it again; gives the first request."""
    first = desk.send()
    desk.wait(DEADLINE_S + SETTLE_S)
    desk.look()
    assert desk.states()[0] is State.NEW
    desk.send()
    return first


@pytest.mark.parametrize("error", ["EService:Deadline elapsed", FUNDS, BUSY, TOKEN])
def test_a_late_refusal_of_the_first_sending_says_nothing_of_the_second(error: str) -> None:
    """The second is under way: that the first was refused is what we believed already."""
    desk = office()
    first = absent_once(desk)
    desk.hear(first.reqid or 0, error=error)
    desk.desk.on_request_dropped(first.reqid or 0, "Exceeded msg rate", desk.now)
    assert desk.states() == [State.SENT]
    assert not desk.desk.token_refused


def test_an_order_that_is_there_twice_is_never_passed_over() -> None:
    """Both sendings were accepted: it must not happen, and if it does, it is said."""
    desk = office()
    first = absent_once(desk)
    desk.hear(first.reqid or 0, "O1")
    assert desk.states() == [State.PLACED]
    desk.hear(2, "O2")
    assert desk.states() == [State.UNRESOLVED]
    assert "placed twice, as O1 and as O2" in desk.track().why


def test_an_order_that_never_arrives_is_given_up() -> None:
    """After so many sendings that vanished it is not tried any more."""
    desk = office()
    for _ in range(MAX_SENDS):
        desk.send()
        desk.wait(DEADLINE_S + SETTLE_S)
        desk.look()
    assert desk.states() == [State.SKIPPED]
    assert desk.desk.sent == MAX_SENDS
    assert not desk.desk.queues["g"]


def test_a_refused_token_is_no_reject() -> None:
    """The order itself was not looked at; it goes back into the queue, but not for ever."""
    desk = office()
    for _ in range(MAX_SENDS - 1):
        desk.hear(desk.send().reqid or 0, error=TOKEN)
        assert desk.states() == [State.NEW]
        assert desk.desk.token_refused
    desk.hear(desk.send().reqid or 0, error=TOKEN)
    assert desk.states() == [State.REJECTED]
    desk = office()
    request = desk.send()
    desk.desk.give_up_all("stopped", desk.now)
    desk.hear(request.reqid or 0, error=TOKEN)
    assert desk.states() == [State.UNRESOLVED]


# --- user references that several orders share -----------------------------------------------


def twins() -> OrderManagerHarness:
    """Two orders that ask for the same under the same reference."""
    return office(order("a", userref="17"), order("b", userref="17"))


def test_twins_in_doubt_take_one_order_each() -> None:
    """Each order at the exchange is one of them, never both."""
    desk = twins()
    desk.send("a")
    desk.send("b")
    desk.desk.on_disconnect("closed", desk.now)
    desk.desk.finder.on_order(at_exchange("O1", **SAME), desk.now)
    desk.desk.finder.on_order(at_exchange("O1", **SAME), desk.now)
    assert desk.states() == [State.PLACED, State.DOUBT]
    desk.look(at_exchange("O1", **SAME), at_exchange("O2", **SAME))
    assert desk.states() == [State.PLACED, State.PLACED]
    assert [track.txid for track in desk.desk.tracks.values()] == ["O1", "O2"]


def test_a_twin_whose_reply_is_awaited_may_own_what_is_shown() -> None:
    """One in doubt does not take what the other's reply will name, and is not called absent either."""
    desk = twins()
    first = desk.send("a")
    desk.wait(80)
    desk.hear(first.reqid or 0, error=BUSY)
    second = desk.send("b")
    desk.desk.finder.on_order(at_exchange("O2", **SAME), desk.now)
    desk.wait(5)
    desk.look(at_exchange("O2", **SAME))
    assert desk.states() == [State.DOUBT, State.SENT]
    desk.hear(second.reqid or 0, "O2")
    assert desk.states() == [State.DOUBT, State.PLACED]
    desk.wait(15)
    desk.look(at_exchange("O2", **SAME))
    assert desk.states() == [State.NEW, State.PLACED]


# --- what an earlier run left ----------------------------------------------------------------


def left_in_doubt(*, unresolved: bool = False) -> list[Entry]:
    """The journal of a run that ended without its order's reply, a day ago."""
    day_ago = {"at": "2026-11-17T11:06:40.000000Z"}
    planned = next(plan_of(group("g", "a")).orders())
    request = {**fields_of(planned.request), "deadline": "2026-11-17T11:06:50.000Z"}
    about = {**day_ago, "group": "g", "id": "a"}
    entries: list[Entry] = [
        RunStarted(**day_ago, tool="t", batch="b", run_key="", venue="paper", file="f", digest="", groups=()),
        OrderIntent(**about, reqid=3, content=planned.content, request=request),
    ]
    return [*entries, OrderUnresolved(**about, reason="unknown")] if unresolved else entries


@pytest.mark.parametrize("unresolved", [False, True])
def test_old_doubt_is_looked_up_at_once(unresolved: bool) -> None:
    """Its window is long over, so the first look from which one can see settles it."""
    desk = office(earlier=left_in_doubt(unresolved=unresolved))
    assert desk.desk.timer(connected=False) == NOW
    look = desk.look(can_send=False)
    assert look is not None
    assert look.since is not None
    assert look.since < NOW - 86_400
    assert desk.states() == [State.DOUBT]
    desk.wait(2)
    desk.look()
    assert desk.states() == [State.NEW]
    assert desk.send().reqid == 1


def test_old_doubt_ends_by_finding() -> None:
    """The entry carries no content: the intent before it has that."""
    desk = office(earlier=left_in_doubt())
    desk.see("O1", status="open")
    (placed,) = desk.entries
    assert isinstance(placed, OrderPlaced)
    assert (placed.txid, placed.content, placed.request) == ("O1", None, None)
