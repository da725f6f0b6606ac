"""The counter of one pair as it is known from here: never less than it can be at the exchange."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution.pacing.pair_counter import ARRIVED_AFTER_S, MARGIN, PairCounter, Sent
from runner.kraken import LIMITS, RateCounter, Tier

NOW = 1_795_000_000.0
STARTER = LIMITS[Tier.STARTER]


def counter(sent: int = 0, *, answered: bool = True) -> PairCounter:
    """A counter of Starter after so many additions, answered at once or not at all."""
    count = PairCounter(STARTER)
    for _ in range(sent):
        message = count.count(1, NOW)
        if answered:
            count.mark_arrived(message, NOW)
    return count


def test_a_message_counts_in_full_until_it_has_arrived() -> None:
    """Any time under way; it may arrive just before the next."""
    count = counter(10, answered=False)
    assert count.bound(NOW + 10) == 10
    assert count.bound(NOW) == counter(10).bound(NOW)
    assert counter(10).bound(NOW + 4) == 6


def test_an_answer_proves_that_all_before_it_has_arrived() -> None:
    """On one ordered connection."""
    count = PairCounter(STARTER)
    first, second, third = (count.count(1, NOW) for _ in range(3))
    count.mark_arrived(second, NOW + 1)
    assert (first.arrived_at, second.arrived_at, third.arrived_at) == (NOW + 1, NOW + 1, None)
    assert count.bound(NOW + 2) == 2


def test_room_is_left_below_the_threshold() -> None:
    """Fifty-nine leave at once, the sixtieth when that is free too."""
    count = counter(59)
    assert counter(58).ready(1, NOW) == NOW
    assert count.ready(1, NOW) == pytest.approx(NOW + MARGIN, abs=1e-4)
    assert count.ready(1, count.ready(1, NOW) or 0) == count.ready(1, NOW)


def test_only_news_can_lower_the_count_when_everything_is_under_way() -> None:
    """Or the time after which a message has arrived or never will."""
    count = counter(59, answered=False)
    assert count.ready(1, NOW + 1) == NOW + ARRIVED_AFTER_S
    assert count.ready(1, NOW + ARRIVED_AFTER_S) == pytest.approx(NOW + ARRIVED_AFTER_S + MARGIN, abs=1e-4)


def test_what_costs_more_than_there_is_waits_for_nothing_else() -> None:
    """No moment can be named."""
    assert counter().ready(61, NOW) is None


def test_the_feed_shows_another_program() -> None:
    """The counter is what it says, and more room is left from then on."""
    count = counter(10)
    own = count.count(1, NOW)
    count.apply_reported_count(Decimal(31), own, NOW)
    assert 31 <= count.bound(NOW) <= 32
    assert count.room() < counter().room()


def test_the_feed_reports_a_lower_count() -> None:
    """To the unit when it is a whole number, which may have been rounded; else to the letter."""
    for reported, bound in ((Decimal(12), 13), (Decimal("12.50"), 12.5)):
        count = counter(40)
        own = count.count(1, NOW)
        count.apply_reported_count(reported, own, NOW)
        assert count.bound(NOW) == bound


def test_what_the_feed_cannot_know_yet_is_added() -> None:
    """Messages that left after the one that it reports."""
    count = PairCounter(STARTER)
    first, second, _ = (count.count(1, NOW) for _ in range(3))
    count.mark_arrived(second, NOW)
    count.apply_reported_count(Decimal("1.00"), first, NOW)
    assert count.bound(NOW) == 3


def test_someone_elses_order_is_believed() -> None:
    """Nothing of ours need be in it."""
    count = counter()
    count.apply_reported_count(Decimal(40), None, NOW)
    assert 40 <= count.bound(NOW) <= 41


def test_each_refusal_waits_longer() -> None:
    """Until something is accepted."""
    count = counter(30)
    waits = []
    for _ in range(4):
        message = count.count(1, NOW)
        count.mark_arrived(message, NOW)
        count.on_refusal(NOW)
        waits.append((count.ready(1, NOW) or 0) - NOW)
    assert waits == sorted(waits)
    assert waits[0] > 2
    assert waits[-1] > waits[0] + 6
    count.consecutive_refusals = 0
    count.on_refusal(NOW + 100)
    assert (count.ready(1, NOW + 100) or 0) - NOW - 100 == pytest.approx(waits[0])


def test_a_pause() -> None:
    """It holds up what has room."""
    count = counter()
    count.pause(NOW + 5)
    assert count.ready(1, NOW) == NOW + 5
    assert count.ready(1, NOW + 5) == NOW + 5


def test_a_new_connection() -> None:
    """The snapshot's number replaces what is known; without one, what was under way has arrived."""
    count = counter(20, answered=False)
    count.start_over(None, NOW)
    assert count.bound(NOW + 5) == 15
    count.start_over(Decimal(3), NOW + 5)
    assert count.bound(NOW + 5) == 4


def test_room_for_what_is_reserved() -> None:
    """An addition now may not take the place of a cancellation later."""
    count = counter(40)
    assert count.leaves_room(1, NOW, reserved=20, at=NOW + 2)
    assert not count.leaves_room(1, NOW, reserved=20, at=NOW + 1)


def test_the_quickest_round_trip_is_forgotten_in_advance() -> None:
    """Once enough have been seen: no answer and the next message together take less."""
    count, now = PairCounter(STARTER), NOW
    for number in range(20):
        assert count.bound(now) == 0 if number == 0 else True
        message = count.count(5, now)
        count.mark_arrived(message, now + 0.5)
        now += 1
    assert count.bound(now) == pytest.approx(20 * 5 - 20 + 1 - 0.5 - 0.4)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3), st.floats(0, 3)), min_size=1, max_size=120))
def test_it_is_never_less_than_the_exchange_counts(steps: list[tuple[float, float, float]]) -> None:
    """Messages and answers take any time, in order; what leaves when it may is never over the limit."""
    count, exchange, now = PairCounter(STARTER), RateCounter(STARTER.decay_per_s), NOW
    up = down = now
    answers: list[tuple[float, Sent]] = []
    for wait, there, back in steps:
        now += wait / 10
        while answers and answers[0][0] <= now:
            count.mark_arrived(answers.pop(0)[1], now)
        moment = count.ready(1, now)
        if moment is None or moment > now:
            continue
        message = count.count(1, now)
        up = max(up, now + there)
        down = max(down, up + back)
        exchange = exchange.charged(1, up)
        assert exchange.at(up) <= message.bound + 1e-6
        assert exchange.at(up) <= STARTER.threshold
        answers.append((down, message))
