"""Running sums: each owner counts once, and what cannot be priced makes a sum unknown."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.policy.prices import NoPrice
from runner.policy.tallies import Tallies

UNKNOWN = NoPrice("no price of ETH/EUR is known")


def test_an_order_that_is_sent_again_counts_once() -> None:
    """Its amount is replaced, and it is not in its own way."""
    tallies = Tallies()
    for amount in (3, 5):
        tallies.put("day", "a", Decimal(amount))
    tallies.put("day", "b", Decimal(1))
    assert tallies.before("day", "a") == 1
    assert tallies.before("day", "b") == 5
    assert tallies.before("day", "c") == 6
    assert tallies.before("another", "c") == 0


def test_what_cannot_be_priced_makes_the_sum_unknown() -> None:
    """For everybody but its owner, and in its own bucket only."""
    tallies = Tallies()
    tallies.put("day", "a", UNKNOWN)
    assert tallies.before("day", "b") == UNKNOWN
    assert tallies.before("day", "a") == 0
    assert tallies.before("batch", "b") == 0


@given(st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("abc"), st.integers(0, 99)), max_size=30))
def test_a_sum_is_that_of_the_last_amounts(puts: list[tuple[str, str, int]]) -> None:
    """Of every other owner in the bucket, whatever came before."""
    tallies = Tallies()
    last: dict[tuple[str, str], int] = {}
    for bucket, owner, amount in puts:
        tallies.put(bucket, owner, Decimal(amount))
        last[bucket, owner] = amount
    for bucket in "xy":
        for owner in "abc":
            others = sum(amount for (b, o), amount in last.items() if b == bucket and o != owner)
            assert tallies.before(bucket, owner) == others
