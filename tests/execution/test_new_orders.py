"""Orders of an edited file that an unfinished run has never listed."""

from __future__ import annotations

from runner.domain import OrderKey
from runner.execution import find_new_orders, without
from runner.execution.run_header import run_started
from runner.journal import fold
from tests.execution.builders import group, order, plan_of

LISTED = run_started(plan_of(group("one", order("a"), order("b"))), tool="t", now=1_795_000_000.0)
A, B, C = (OrderKey("one", id) for id in "abc")


def test_what_is_new_or_changed_is_a_new_order() -> None:
    """An order that is listed with the same content is none, whatever is beside it."""
    found = plan_of(group("one", order("a"), order("b", price="90"), order("c")), ledger=fold([LISTED]))
    assert find_new_orders(found, fold([LISTED]), since=0) == (B, C)


def test_a_run_that_came_to_its_end_lists_nothing_that_counts() -> None:
    """Only what was begun since is brought to its end."""
    found = plan_of(group("one", order("a")), ledger=fold([LISTED]))
    assert find_new_orders(found, fold([LISTED]), since=1) == (A,)


def test_a_plan_without_them_has_all_else() -> None:
    """Its groups stay."""
    rest = without(plan_of(group("one", order("a"), order("b")), group("two", order("c"))), (A, B))
    assert [(group.name, [str(o.key) for o in group.orders]) for group in rest.groups] == [
        ("one", []),
        ("two", ["two/c"]),
    ]
