"""The look-ups of an order in doubt, and those that prove anything."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution import ConnectFailed, LookUp, Timing
from runner.execution.orders import doubt
from runner.execution.orders.states import OrderTrack, State
from tests.execution.builders import NOW, batch, group, order, plan_of
from tests.simulation.world import World

TIMING = Timing(deadline_s=Decimal(10), settle_s=75.0)


def doubts(*orders: str) -> list[OrderTrack]:
    """Orders in doubt since now, sent ten seconds ago."""
    tracks = [OrderTrack(planned, State.DOUBT) for planned in plan_of(group("enter", *orders)).orders()]
    for track in tracks:
        track.sent_at, track.deadline_at = NOW - 10, NOW
        doubt.begin(track, NOW)
    return tracks


def looks_of(track: OrderTrack, *, answer_s: float) -> list[float]:
    """The times at which it is looked for until absence is proven, each look taking so long."""
    moments, now = [], NOW
    while not moments or moments[-1] < doubt.absence_proven_at(track, TIMING):
        now = max(now, track.look_at)
        look = next_look([track], now)
        assert look is not None
        moments.append(now)
        now += answer_s
        doubt.schedule_lookup(track, now, TIMING)
    return moments


@given(st.floats(0.001, 40))
def test_a_last_look_begins_when_the_window_is_over(answer_s: float) -> None:
    """Looks are few, and the one that proves absence begins at the end of the window, not long after."""
    (track,) = doubts("a")
    moments = looks_of(track, answer_s=answer_s)
    assert moments[0] == NOW
    assert all(before < after for before, after in pairwise(moments))
    assert moments[-2] < NOW + TIMING.settle_s <= moments[-1] <= NOW + TIMING.settle_s + answer_s
    assert len(moments) <= 10


def next_look(tracks: list[OrderTrack], now: float) -> LookUp | None:
    """The look that is due."""
    due = doubt.due(tracks, now)
    return doubt.lookup_for(due) if due else None


def test_the_waits_grow() -> None:
    """Each is twice the last: a look costs calls from a small budget."""
    (track,) = doubts("a")
    assert [moment - NOW for moment in looks_of(track, answer_s=0.25)] == [
        0,
        2.25,
        6.5,
        14.75,
        31.0,
        63.25,
        75.0,
    ]


def test_after_the_window_looks_that_fail_are_soon_repeated() -> None:
    """Patience is shorter than the last wait before: whoever waited so long again would not look any more."""
    (track,) = doubts("a")
    looks_of(track, answer_s=0.25)
    now, moments = NOW + 75.25, []
    while (now := max(now, track.look_at)) < (doubt.unresolved_at(track, TIMING) or 0.0):
        assert doubt.due([track], now) == [track]
        moments.append(now - NOW)
        doubt.schedule_lookup(track, now, TIMING)
    assert moments == [90.25]


def test_one_look_is_for_all_that_are_due() -> None:
    """By client id, and by each user reference once; from a little before the first of them was sent."""
    tracks = doubts("a", order("b", userref="17"), order("c", userref="17"), "d")
    tracks[2].sent_at = NOW - 20
    tracks[3].look_at = NOW + 1
    look = next_look(tracks, NOW)
    assert look is not None
    assert look.cl_ord_ids == (tracks[0].planned.request.cl_ord_id,)
    assert look.userrefs == ("17",)
    assert look.since == NOW - 20 - doubt.SEARCH_MARGIN_S
    assert [track.looked_at for track in tracks] == [NOW, NOW, NOW, 0.0]


@pytest.mark.parametrize("state", [state for state in State if state is not State.DOUBT])
def test_nothing_but_doubt_is_looked_for(state: State) -> None:
    """A settled order costs no call."""
    (track,) = doubts("a")
    track.state = state
    assert next_look([track], NOW) is None


def test_absence_has_its_time() -> None:
    """It is proven after deadline and window, for an old doubt as for a new."""
    (track,) = doubts("a")
    assert doubt.absence_proven_at(track, TIMING) == NOW + 75
    track.deadline_at = NOW - 86_400
    assert doubt.absence_proven_at(track, TIMING) < NOW


@pytest.mark.parametrize("deadline_at", [NOW, NOW - 86_400])
@pytest.mark.parametrize("answer_s", [0.25, 50.0, 500.0])
def test_patience_begins_when_the_first_look_after_the_window_has_ended(
    deadline_at: float, answer_s: float
) -> None:
    """Slow looks change nothing, for an old doubt as for a new: one of them has to prove something first."""
    (track,) = doubts("a")
    track.deadline_at = deadline_at
    settled, now = doubt.absence_proven_at(track, TIMING), NOW
    while now < settled or track.looks == 0:
        assert doubt.unresolved_at(track, TIMING) is None
        assert doubt.overdue([track], now + 1e6, TIMING) == []
        now = max(now, track.look_at)
        assert doubt.due([track], now) == [track]
        now += answer_s
        doubt.schedule_lookup(track, now, TIMING)
    assert doubt.unresolved_at(track, TIMING) == now + doubt.PATIENCE_S
    assert doubt.overdue([track], now, TIMING) == []
    assert doubt.overdue([track], now + doubt.PATIENCE_S, TIMING) == [track]
    assert (doubt.timer([track], TIMING) or 0.0) <= now + doubt.PATIENCE_S


def test_the_window_counts_from_when_the_feed_is_seen_again() -> None:
    """An order that the feed lacks may have ended just before, and the records do not know it yet."""
    (track,) = doubts("a")
    track.deadline_at = NOW + 1
    doubt.feed_lost([track], NOW)
    assert doubt.absence_proven_at(track, TIMING) == NOW + 1 + 75
    doubt.feed_restored([track], NOW + 200)
    assert doubt.absence_proven_at(track, TIMING) == NOW + 200 + 75
    doubt.feed_lost([track], NOW + 210)
    doubt.feed_restored([track], NOW + 300)
    assert doubt.absence_proven_at(track, TIMING) == NOW + 200 + 75


def test_a_look_goes_back_to_the_day_of_the_batch() -> None:
    """An order that nothing says was sent cannot be older; one that was sent is no older than that."""
    new, sent = (OrderTrack.begin(planned) for planned in plan_of(group("g", "a", "b")).orders())
    sent.sent_at = NOW - 60.0
    assert doubt.lookup_for([new]).since is None
    assert doubt.lookup_for([new], NOW - 3600.0).since == NOW - 3600.0
    assert doubt.lookup_for([new, sent], NOW - 3600.0).since == NOW - 3600.0
    assert doubt.lookup_for([sent], NOW - 3600.0).since == NOW - 60.0 - doubt.SEARCH_MARGIN_S


def test_the_reason_does_not_grow_from_run_to_run() -> None:
    """The connection is lost after sending and does not come back: each run counts its own look-ups."""
    world = World()

    def cut(world: World) -> None:
        if world.frames("addOrder") and world.connections:
            world.disconnect("reset")
            world.connections = 0

    world.on_step = cut
    world.to_exchange = lambda frame: [] if frame["event"] == "addOrder" else [0.01]
    world.refuse = lambda: ConnectFailed("no way there") if world.frames("addOrder") else None
    reasons = [_error(world.apply(batch(group("g", "a")))) for _ in range(4)]
    assert reasons[1] == reasons[2] == reasons[3]
    assert reasons[3].count("looks at the exchange's records") == 1
    assert reasons[3].startswith("reset; ")


def _error(manifest: dict[str, Any]) -> str:
    error = manifest["groups"][0]["orders"][0]["error"]
    assert isinstance(error, str)
    return error
