"""The REST call counter."""

from hypothesis import given
from hypothesis import strategies as st

from runner.protocol import Tier
from runner.protocol.budget import CALL_LIMITS, RECORDS_COST, CallBudget

CALLS_MAX, CALLS_PER_S = CALL_LIMITS[Tier.STARTER]


def test_calls_go_at_once_until_the_counter_is_full() -> None:
    """Seven calls of two fit under fifteen; the eighth waits until one unit has decayed."""
    budget = CallBudget(CALLS_MAX, CALLS_PER_S)
    for _ in range(7):
        assert budget.wait_s(RECORDS_COST, 100.0) == 0
        budget.spend(RECORDS_COST, 100.0)
    assert budget.wait_s(RECORDS_COST, 100.0) == 1 / CALLS_PER_S


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 60)), max_size=60))
def test_whoever_waits_as_told_is_never_over(calls: list[tuple[int, float]]) -> None:
    """The exchange's own counter, kept beside ours, never passes its limit."""
    budget, counter, at, now = CallBudget(CALLS_MAX, CALLS_PER_S), 0.0, 0.0, 0.0
    for cost, pause in calls:
        now += pause
        now += budget.wait_s(cost, now)
        budget.spend(cost, now)
        counter = max(0.0, counter - (now - at) * CALLS_PER_S) + cost
        at = now
        assert counter <= CALLS_MAX + 1e-6
