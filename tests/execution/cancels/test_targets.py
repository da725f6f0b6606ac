"""The orders behind the ids of a cancellation, as feed and records together show them."""

from __future__ import annotations

from runner.execution.cancels.targets import CancelTarget, TargetOrders
from tests.execution.builders import NOW, at_exchange
from tests.execution.canceling_office import open_orders

A, REF = CancelTarget("A", "A"), CancelTarget("userref:17", "17", userref=True)


def answered(*found: object, txids: tuple[str, ...] = ("A",), userrefs: tuple[str, ...] = ()) -> TargetOrders:
    """Orders of which the records have said this."""
    orders = TargetOrders()
    orders.records.start(NOW)
    orders.records.on_answer(found, txids, userrefs, NOW)  # type: ignore[arg-type]
    orders.match_records([A, REF], found)  # type: ignore[arg-type]
    return orders


def test_an_order_is_what_either_of_them_shows() -> None:
    """Open in the records alone, and ended in the feed alone."""
    orders = answered(at_exchange("A"))
    assert orders.open_count(A, {}) == 1
    assert orders.is_recorded_open(A, {})
    ended = {"A": at_exchange("A", "canceled", vol="1", vol_exec="0")}
    assert orders.open_count(A, ended) == 0
    assert not orders.is_recorded_open(A, ended)
    assert orders.is_clear("A", ended)


def test_unknown_is_what_was_requested_and_never_shown() -> None:
    """An id that was never requested is not unknown."""
    assert not TargetOrders().is_unknown(A, {})
    assert answered().is_unknown(A, {})
    assert not answered().is_unknown(A, open_orders("A"))
    assert not answered().is_unknown(REF, {})
    assert answered(userrefs=("17",)).is_unknown(REF, {})


def test_a_reference_means_what_feed_and_records_show() -> None:
    """Orders that were open when the message left, and those that the records say have ended since."""
    orders = answered(
        at_exchange("O2", userref=17), at_exchange("O3", "canceled", userref=17), userrefs=("17",)
    )
    feed = open_orders("O1", userref=17) | open_orders("other", userref=18)
    orders.match([REF], feed)
    assert sorted(orders.txids(REF)) == ["O1", "O2", "O3"]
    assert [order.txid for order in orders.to_cancel([A, REF], feed)] == ["O1", "O2"]
    assert orders.possible_count([A, REF], feed) == 3


def test_an_end_without_volumes_is_unclear() -> None:
    """It is known that it has ended, and not how much was executed."""
    feed = {"A": at_exchange("A", "canceled")}
    assert TargetOrders().is_unclear(A, feed)
    assert not answered(at_exchange("A", "canceled", vol="1", vol_exec="0")).is_unclear(A, feed)
