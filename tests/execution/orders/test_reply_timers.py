"""Moments at which an order is thought of again, as long as its reply is awaited."""

from __future__ import annotations

from runner.execution.orders.reply_timers import Alarms
from runner.execution.orders.states import Fact, OrderTrack
from tests.execution.builders import group, plan_of


def sent(count: int) -> list[OrderTrack]:
    """Orders that have left and await their replies."""
    tracks = [
        OrderTrack.begin(order) for order in plan_of(group("g", *(f"o{i}" for i in range(count)))).orders()
    ]
    for track in tracks:
        track.learn(Fact.SEND)
    return tracks


def test_orders_come_at_their_moment_and_once() -> None:
    """Those of one moment together, the earliest first, nothing before its time."""
    alarms, (first, second, third) = Alarms(), sent(3)
    alarms.set(20.0, first)
    alarms.set(10.0, second)
    alarms.set(20.0, third)
    assert alarms.next() == 10.0
    assert list(alarms.due(9.9)) == []
    assert list(alarms.due(20.0)) == [second, first, third]
    assert list(alarms.due(99.0)) == []
    assert alarms.next() is None


def test_an_order_that_was_answered_has_no_timer() -> None:
    """Its moment passes unseen; one that still waits beside it keeps the moment."""
    alarms, (first, second, third) = Alarms(), sent(3)
    for track, at in ((first, 10.0), (second, 20.0), (third, 20.0)):
        alarms.set(at, track)
    first.learn(Fact.ACCEPT)
    third.learn(Fact.ACCEPT)
    assert alarms.next() == 20.0
    second.learn(Fact.ACCEPT)
    assert alarms.next() is None


def test_an_order_may_have_several_moments() -> None:
    """The one after the feed has shown it, and the one after its deadline."""
    alarms, (first,) = Alarms(), sent(1)
    alarms.set(30.0, first)
    alarms.set(12.0, first)
    assert list(alarms.due(12.0)) == [first]
    assert alarms.next() == 30.0
