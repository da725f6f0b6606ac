"""Pings while no message comes, and silence that is reported once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import ClientSession, Reqids, Silent
from runner.kraken.session.liveness import PING_AFTER_S, SILENCE_S, Liveness
from runner.kraken.wire.messages import Heartbeat
from tests.kraken.builders import NOW, add, ready, receive_all


def test_a_ping_follows_when_nothing_is_said():
    """Both sending and receiving put it off; no reqid is spent on it."""
    session = ready()
    session.send(add(5), NOW + 10)
    session.outgoing()
    assert session.timer() == NOW + 10 + PING_AFTER_S
    receive_all(session, Heartbeat(), now=NOW + 15)
    due = NOW + 15 + PING_AFTER_S
    assert session.timer() == due
    assert session.handle_timer(due - 0.01) == []
    assert session.outgoing() == []
    assert session.handle_timer(due) == []
    assert session.outgoing() == ['{"event":"ping"}']
    assert session.timer() == due + PING_AFTER_S


def test_a_dead_connection_is_merge_alike():
    """Pings go out, nothing comes back, and then there is no more to wait for until something comes."""
    session = ready()
    pings = 0
    while not (events := session.handle_timer(session.timer())):
        pings += session.outgoing() == ['{"event":"ping"}']
    assert events == [Silent(SILENCE_S)]
    assert pings == 2
    assert session.timer() is None
    assert session.handle_timer(NOW + 500) == []
    assert session.outgoing() == []
    receive_all(session, Heartbeat(), now=NOW + 600)
    assert session.timer() == NOW + 600 + PING_AFTER_S


def test_sending_does_not_hide_silence():
    """A connection on which only we speak is dead all the same."""
    session = ready()
    for at in range(0, int(SILENCE_S), 5):
        session.send(add(100 + at), NOW + at)
    assert session.timer() == NOW + SILENCE_S
    assert session.handle_timer(NOW + SILENCE_S + 1) == [Silent(SILENCE_S + 1)]


def test_an_exchange_that_never_speaks_is_silent():
    """Silence counts from the start; before it nothing is due."""
    session = ClientSession(Secret("T"), Reqids())
    assert session.timer() is None
    assert session.handle_timer(NOW) == []
    session.start(NOW)
    assert session.handle_timer(NOW + SILENCE_S) == [Silent(SILENCE_S)]


@given(st.lists(st.tuples(st.sampled_from(["received", "sent", "timer"]), st.floats(0, 30))))
def test_due_is_when_something_is_due(steps):
    """Just before the time that it names nothing is said, and at that time something is."""
    liveness, now = Liveness(), NOW
    liveness.received(now)
    for what, later in steps:
        now += later
        due = liveness.due
        if what == "timer" and due is not None:
            now = max(now, due)
            assert not liveness.idle(due - 0.001)
            assert liveness.silence(due - 0.001) is None
            assert liveness.silence(now) is not None or liveness.idle(now)
            liveness.sent(now)
        elif what == "received":
            liveness.received(now)
        else:
            liveness.sent(now)
