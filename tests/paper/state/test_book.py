"""The book: who is found by what, who is served first, and what is forgotten."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.paper.state.book import OrderBook
from runner.paper.state.orders import BookedOrder, Status
from tests.paper.builders import booked


def book(*orders: BookedOrder, ended_max: int = 10) -> OrderBook:
    """A book with these orders, entered one after the other."""
    made = OrderBook(ended_max)
    for order in orders:
        made.put(order, keep_since=0.0)
    return made


def test_an_ended_order_is_in_the_other_half() -> None:
    """It is under no reference any more, and in one version."""
    made = book(booked(userref=7, status=Status.PENDING), booked(userref=7))
    assert made.with_userref(7) == ["A"]
    ended = booked(userref=7).stepped(Status.CANCELED, 9.0, "why")
    made.put(ended, keep_since=9.0)

    assert (made.live, made.ended, made.with_userref(7), made.count("ETH/EUR")) == ({}, {"A": ended}, [], 0)
    assert made.as_of(9.0) == [ended]
    assert made.as_of(8.0) == []


def test_of_one_moment_the_last_version_counts() -> None:
    """Versions are kept as far back as they are needed, one for each moment."""
    made = book(booked(status=Status.PENDING), booked())
    made.put(booked().stepped(Status.CANCELED, 20.0), keep_since=-10.0)

    assert [item.status for item in made.as_of(0.0)] == ["open"]
    assert [item.status for item in made.as_of(20.0)] == ["canceled"]


def test_ended_orders_are_forgotten_in_the_order_of_their_end() -> None:
    """So memory has an end, however long the exchange runs."""
    made = book(ended_max=2)
    for txid in "ABC":
        made.put(booked(txid), keep_since=0.0)
        made.put(booked(txid).stepped(Status.CANCELED, 1.0), keep_since=1.0)

    assert list(made.ended) == ["B", "C"]
    assert [item.txid for item in made.as_of(1.0)] == ["B", "C"]


@pytest.mark.parametrize(("type", "served"), [("buy", "CABD"), ("sell", "DABC")])
def test_the_best_price_is_served_first_and_then_the_older_order(type: str, served: str) -> None:
    """Each side of a pair has its own queue."""
    made = book(
        booked("A", type=type),
        booked("B", type=type),
        booked("C", type=type, limit=Decimal(101)),
        booked("D", type=type, limit=Decimal(99)),
        booked("E", pair="XBT/EUR", type=type, limit=Decimal(100)),
    )

    assert "".join(item.txid for item in made.by_priority("ETH/EUR", type)) == served
    assert made.best("ETH/EUR", type) == made.live[served[0]]
    assert made.best("XBT/USD", type) is None


def test_what_does_not_rest_is_not_served() -> None:
    """Orders that are pending, or wait for a trigger, are in no queue until that is over."""
    waiting = booked("B", ordertype="stop-loss-limit", stop=Decimal(90))
    made = book(booked("A", status=Status.PENDING), waiting)

    assert made.best("ETH/EUR", "buy") is None
    assert (made.waits("ETH/EUR"), made.waiting("ETH/EUR")) == (True, [waiting])
    made.put(waiting.fired(), keep_since=0.0)
    made.put(booked("A"), keep_since=0.0)
    assert [item.txid for item in made.by_priority("ETH/EUR", "buy")] == ["A", "B"]
    assert not made.waits("ETH/EUR")


def test_a_changed_price_is_a_changed_place() -> None:
    """The old place is given up."""
    made = book(booked("A"), booked("B"))
    made.put(booked("A", limit=Decimal(99)), keep_since=0.0)

    assert [item.txid for item in made.by_priority("ETH/EUR", "buy")] == ["B", "A"]
