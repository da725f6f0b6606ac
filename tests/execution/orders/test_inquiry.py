"""Queries to the records: an answer counts from the time of its query."""

from __future__ import annotations

from runner.execution.orders.inquiry import QUERY_DELAYS_S, Inquiry
from tests.execution.builders import NOW, at_exchange


def test_an_answer_counts_from_the_time_of_its_query() -> None:
    """Changes while it was under way may not be in it."""
    inquiry = Inquiry()
    inquiry.start(NOW)
    assert inquiry.under_way
    inquiry.on_answer([at_exchange("A", "closed")], ("A", "B"), ("17",), NOW + 9)
    assert inquiry.answered_at == NOW
    assert not inquiry.under_way
    assert (inquiry.shows_end("A"), inquiry.is_absent("A"), inquiry.is_absent("B")) == (True, False, True)
    assert not inquiry.is_absent("C")
    assert (inquiry.covers_userref("17"), inquiry.covers_userref("18")) == (True, False)


def test_a_failure_says_nothing_of_any_order() -> None:
    """Neither known nor unknown; it is queried again, after longer and longer pauses."""
    inquiry, now = Inquiry(), NOW
    for pause_s in (*QUERY_DELAYS_S, QUERY_DELAYS_S[-1]):
        inquiry.start(now)
        inquiry.on_failure("HTTP status 502", now)
        assert inquiry.due_at == now + pause_s
        now = inquiry.due_at
    assert inquiry.answered_at is None
    assert not inquiry.is_absent("A")


def test_a_question_that_took_too_long_is_not_the_last() -> None:
    """Nor is one that had to wait for another's; one that began late or ended early enough is."""
    inquiry = Inquiry()
    inquiry.start(NOW)
    inquiry.on_failure("HTTP status 502", NOW + 200)
    assert inquiry.needs_later_query(NOW + 90)
    assert not inquiry.needs_later_query(NOW + 201)
    assert not inquiry.needs_later_query(NOW)
    inquiry.start_over(NOW + 300)
    assert not inquiry.needs_later_query(NOW + 315)


def test_after_a_new_message_only_new_answers_count() -> None:
    """Known orders stay known; an earlier unknown one says nothing now."""
    inquiry = Inquiry()
    inquiry.start(NOW)
    inquiry.on_answer([at_exchange("A")], ("A", "B"), ("17",), NOW)
    inquiry.start_over(NOW + 5)
    assert (inquiry.answered_at, inquiry.due_at) == (None, NOW + 5)
    assert inquiry.order("A") is not None
    assert not inquiry.is_absent("B")
    assert not inquiry.covers_userref("17")


def test_records_that_fall_behind_take_nothing_back() -> None:
    """Of an order that has ended they may show an older state."""
    inquiry = Inquiry()
    for status in ("canceled", "open"):
        inquiry.start(NOW)
        inquiry.on_answer([at_exchange("A", status)], ("A",), (), NOW)
    assert inquiry.shows_end("A")
