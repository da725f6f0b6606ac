"""A plan of which some groups and orders are left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.planning import Plan, fill_statuses, names_in, narrowed
from tests.report.cases import quickstart, rebalance

QUICKSTART, WAITING = quickstart().plan(), rebalance().plan()


def left(plan: Plan, *names: str) -> list[str]:
    """The names that are left of a plan."""
    return list(names_in(narrowed(plan, names)))


def test_a_group_is_left_with_all_that_it_holds() -> None:
    """Its cancellations too; of an order's group only that order."""
    group, order, *_ = names_in(QUICKSTART)
    assert order.startswith(f"{group}/")
    assert left(QUICKSTART, group) == [name for name in names_in(QUICKSTART) if name.split("/")[0] == group]
    assert left(QUICKSTART, order) == [group, order]
    assert narrowed(QUICKSTART, [group]).groups[0] == QUICKSTART.groups[0]
    with_both = next(group for group in QUICKSTART.groups if group.orders and group.cancel)
    (part,) = narrowed(QUICKSTART, [str(with_both.orders[0].key)]).groups
    assert (part.cancel, len(part.orders)) == ((), 1)
    assert left(QUICKSTART, "unknown") == []


def test_a_group_comes_with_those_that_it_waits_for() -> None:
    """So that how much of them is filled can be said."""
    assert left(WAITING, "buy")[0] == "sell"
    (status,) = fill_statuses(narrowed(WAITING, ["buy"]), None, None, "")
    assert (status.group, status.barrier.group) == ("buy", "sell")
    assert list(fill_statuses(narrowed(WAITING, ["sell"]), None, None, "")) == []


@given(st.sets(st.sampled_from(names_in(QUICKSTART) + names_in(WAITING))))
def test_what_is_left_was_there_in_its_order(names: set[str]) -> None:
    """And everything that is named is left."""
    for plan in (QUICKSTART, WAITING):
        found = left(plan, *names)
        assert found == [name for name in names_in(plan) if name in found]
        assert names & set(names_in(plan)) <= set(found)
        assert len(list(fill_statuses(narrowed(plan, names), None, None, ""))) <= 1
