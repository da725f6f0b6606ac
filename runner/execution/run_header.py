"""The first journal entry of a run: it names everything in the plan, so that the manifest can do so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import rfc3339
from runner.harmless import printable
from runner.journal import RunStarted

if TYPE_CHECKING:
    from runner.domain import FillBarrier
    from runner.planning import Plan


def run_started(plan: Plan, *, tool: str, now: float) -> RunStarted:
    """Return the first journal entry of a run. ``now`` is Unix seconds."""
    owner = plan.owner
    return RunStarted(
        at=rfc3339(now),
        tool=tool,
        batch=plan.run.batch,
        run_key=plan.run.run_key,
        venue=plan.venue,
        file=printable(plan.file),
        digest=plan.digest,
        groups=describe_plan(plan),
        plan=plan.admission.plan_id if plan.admission else None,
        policy=plan.policy,
        account=owner.account if owner else None,
        key=owner.key if owner else None,
        exchange=owner.exchange if owner else None,
        provenance=plan.provenance.row() if plan.provenance else None,
        policies=tuple({**file.row(), "file": printable(file.file)} for file in plan.policies),
        approvals=tuple(approval.row() for approval in plan.approvals),
    )


def describe_plan(plan: Plan) -> tuple[dict[str, Any], ...]:
    """Return the plan as the journal's ``run-started`` keeps it, from which the manifest names each order."""
    return tuple(
        {
            "name": group.name,
            "needs": list(group.needs),
            "on_reject": group.on_reject.value,
            **({"barriers": [_describe(barrier) for barrier in group.barriers]} if group.barriers else {}),
            "orders": [
                {
                    "id": order.key.id,
                    "line": order.place.line,
                    "column": order.place.column,
                    "cl_ord_id": order.request.cl_ord_id,
                    "userref": order.request.userref,
                    "content": order.content,
                    **({"group": order.key.group} if order.orphaned else {}),
                }
                for order in group.orders
            ],
            "cancel": [
                {
                    "ref": cancel.ref,
                    "line": cancel.place.line,
                    "column": cancel.place.column,
                    **({"group": cancel.left_open.group} if cancel.left_open else {}),
                }
                for cancel in group.cancel
            ],
        }
        for group in plan.groups
    )


def _describe(barrier: FillBarrier) -> dict[str, Any]:
    return {
        "group": barrier.group,
        "within": barrier.within,
        "otherwise": barrier.otherwise.value,
        "line": barrier.place.line,
        "column": barrier.place.column,
    }
