"""The intentions of a run, as its journal keeps them."""

from __future__ import annotations

from runner.domain import OrderKey, RunId, derived_cl_ord_id
from runner.execution.run_header import describe_plan
from tests.execution.builders import FIRST, group, plan_of


def test_the_journal_holds_all_that_is_planned() -> None:
    """Names, needs, ids, lines: what the manifest needs for what is never reached."""
    plan = plan_of(group("enter", "a"), group("exit", cancel=f"[{FIRST}]", on_reject="continue"))
    assert describe_plan(plan) == (
        {
            "name": "enter",
            "needs": [],
            "on_reject": "stop",
            "orders": [
                {
                    "id": "a",
                    "line": 6,
                    "column": 10,
                    "cl_ord_id": derived_cl_ord_id(RunId("b"), OrderKey("enter", "a")),
                    "userref": None,
                    "content": next(plan.orders()).content,
                },
            ],
            "cancel": [],
        },
        {
            "name": "exit",
            "needs": ["enter"],
            "on_reject": "continue",
            "orders": [],
            "cancel": [{"ref": FIRST, "line": 8, "column": 14}],
        },
    )
