"""The REST call counter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import Tier
from runner.kraken.limits.budget import CALL_LIMITS, RECORDS_COST, CallBudget, calls_of_look, records_wait_s

CALLS_MAX, CALLS_PER_S = CALL_LIMITS[Tier.STARTER]


def test_calls_go_at_once_until_the_counter_is_full() -> None:
    """Seven calls of two fit under fifteen; the eighth waits until one unit has decayed."""
    budget = CallBudget(CALLS_MAX, CALLS_PER_S)
    for _ in range(7):
        assert budget.wait_s(RECORDS_COST, 100.0) == 0
        budget.spend(RECORDS_COST, 100.0)
    assert budget.wait_s(RECORDS_COST, 100.0) == 1 / CALLS_PER_S


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 60)), max_size=60))
def test_waiting_as_calculated_never_exceeds_the_limit(calls: list[tuple[int, float]]) -> None:
    """The exchange's own counter, kept beside ours, never passes its limit."""
    budget, counter, at, now = CallBudget(CALLS_MAX, CALLS_PER_S), 0.0, 0.0, 0.0
    for cost, pause in calls:
        now += pause
        now += budget.wait_s(cost, now)
        budget.spend(cost, now)
        counter = max(0.0, counter - (now - at) * CALLS_PER_S) + cost
        at = now
        assert counter <= CALLS_MAX + 1e-6


@pytest.mark.parametrize(
    ("ids", "closed", "calls"),
    [(20, 0, 1), (20, 50, 1), (20, 51, 2), (300, 10_000, 200), (20, 10_000, 21), (20, None, 21), (1, 101, 2)],
)
def test_a_look_reads_pages_or_ids_whichever_is_cheaper(ids: int, closed: int | None, calls: int) -> None:
    """The number of orders may be unknown: by id is then the most that it costs."""
    assert calls_of_look(ids, closed) == calls


def test_the_wait_of_many_calls_is_that_of_each_after_the_other() -> None:
    """A forecast equals the sum of the calls."""
    budget, now = CallBudget(CALLS_MAX, CALLS_PER_S), 0.0
    for _ in range(40):
        now += budget.wait_s(RECORDS_COST, now)
        budget.spend(RECORDS_COST, now)
    assert records_wait_s(40, Tier.STARTER) == pytest.approx(now)
    assert records_wait_s(7, Tier.STARTER) == 0
