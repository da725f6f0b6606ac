"""The JSON that commands print, as plain data in a fixed order of keys; the manifest is its own.

Programs read it: keys are added, never renamed. Nothing is shortened or left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from runner import TOOL
from runner.domain import Batch, MarketRecord, OpeningBalances, Policy, Presence, Scenario, Targets, rfc3339
from runner.kraken import message_of
from runner.planning import CancelDisposition, Disposition, fill_statuses, newest_execution
from runner.report.wording.barriers import fill_status_object
from runner.report.wording.next_steps import next_step_text
from runner.report.wording.policies import policies_of_plan
from runner.report.wording.provenance import provenance_of_plan
from runner.review import errors_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Content, HaltInForce, OrderKey, Problem
    from runner.errors import OrderBatchError
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, Plan, PlannedCancel, PlannedGroup, PlannedOrder
    from runner.report.base import StarterResult
    from runner.review import Diff, FieldChange, Review, Sum

PLAN_VERSION: Final = 1

_HALT: Final = ("place", "by", "host", "reason", "at")

_STARTER_STATUS: Final = {Presence.NEW: "kept", Presence.SAME: "same", Presence.OTHER: "kept"}
"""What is new and was not written has come into being meanwhile, and stays."""


def validated_object(files: Sequence[tuple[str, Content | None, Sequence[Problem]]]) -> dict[str, Any]:
    """Return what was found in each file."""
    return {"files": [_file(*file) for file in files]}


def starter_object(result: StarterResult) -> dict[str, Any]:
    """Return the starter files, each with what became of it, and the steps that are left."""
    files = [
        {
            "path": file.path,
            "purpose": file.purpose,
            "status": "written" if file.path in result.written else _STARTER_STATUS[file.presence],
            **({"advice": file.advice} if file.advice else {}),
        }
        for file in result.files
    ]
    steps = [{"step": step.step.value, "text": next_step_text(step)} for step in result.next_steps]
    return {"folder": result.folder, "files": files, "next_steps": steps}


def plan_object(plan: Plan, review: Review | None = None) -> dict[str, Any]:
    """Return a plan, each order with its message, without token, reqid and deadline.

    With a review each order has its worth, and each cancellation its targets.
    """
    content = _plan(plan, review)
    return _with_review(content, review) if review else content


def _plan(plan: Plan, review: Review | None) -> dict[str, Any]:
    errors = errors_of(plan, review)
    return {
        "plan_version": PLAN_VERSION,
        "tool": TOOL,
        "batch": plan.run.batch,
        "run_key": plan.run.run_key,
        "venue": plan.venue,
        "file": plan.file,
        "digest": plan.digest,
        "changes": plan.changes,
        "groups": [_group(plan, group) for group in plan.groups],
        "totals": _totals(plan),
        "policy": plan.policy,
        "policies": policies_of_plan(plan),
        **({"required_approvals": [rule.row() for rule in plan.required]} if plan.required else {}),
        "provenance": provenance_of_plan(plan),
        "rulings": [ruling.row() for ruling in plan.rulings],
        "refused": errors > 0,
        "errors": errors,
    }


def _with_review(content: dict[str, Any], review: Review) -> dict[str, Any]:
    # A program that shows no plan loads nothing of reviews.
    from runner.review import cancel_object, order_object, review_object  # noqa: PLC0415

    for shown, group in zip(content["groups"], review.groups, strict=True):
        for order, reviewed in zip(shown["orders"], group.orders, strict=True):
            order["review"] = order_object(reviewed, review)
        for cancel, found in zip(shown["cancel"], group.cancel, strict=True):
            cancel["removes"] = cancel_object(found)
    # What a policy denies is an error of the plan as well.
    return {**content, "review": {**review_object(review), "errors": content["errors"]}}


def diff_object(diff: Diff) -> dict[str, Any]:
    """Return what is different from another version of the file; amounts are text, as in the file."""
    return {
        "against": diff.against,
        "fields": list(map(_change, diff.fields)),
        "placed_again": list(map(asdict, diff.again)),
        "groups": [
            {
                "name": group.name,
                "change": group.kind.value,
                "line": group.line,
                "fields": list(map(_change, group.fields)),
                "orders": [
                    {
                        "id": order.id,
                        "change": order.kind.value,
                        "line": order.line,
                        "fields": list(map(_change, order.fields)),
                    }
                    for order in group.orders
                ],
                "cancel": [
                    {"what": cancel.what, "change": cancel.kind.value, "line": cancel.line}
                    for cancel in group.cancels
                ],
            }
            for group in diff.groups
        ],
        "totals": {
            "orders": {kind.value: number for kind, number in diff.counts.items()},
            "sums": [_sum(total) for total in diff.sums],
        },
    }


def _change(change: FieldChange) -> dict[str, Any]:
    return {"name": change.name, "was": change.was, "now": change.now}


def _sum(sum: Sum) -> dict[str, Any]:
    names = ("pair", "type", "what", "unit")
    amounts = {name: f"{getattr(sum, name):f}" for name in ("was", "now", "difference")}
    return {name: getattr(sum, name) for name in names} | amounts


def status_object(
    plan: Plan,
    manifest: Mapping[str, Any] | None,
    shown: Mapping[OrderKey, OpenOrder | None] | None = None,
    denied: Sequence[Contradiction] = (),
    read_at: str = "",
    *,
    halt: HaltInForce | None = None,
) -> dict[str, Any]:
    """Return the journal's state of each order; ``last_run`` is the manifest, None before the first run.

    ``exchange`` is the exchange's record of the order, null if it has none; ``exchange_read`` is true if it
    was read at all. ``execution`` are its newest figures, as in a manifest. ``contradictions`` are the claims
    of the journal that it denies. ``barriers`` are the waits until groups are filled. ``halt`` is one that
    holds. ``schemas/status.schema.json`` describes all of it.
    """
    return {
        "batch": plan.run.batch,
        "run_key": plan.run.run_key,
        "venue": plan.venue,
        "halt": None if halt is None else {name: getattr(halt, name) for name in _HALT},
        "last_run": manifest,
        "exchange_read": shown is not None,
        "orders": [
            _order_status(order, plan.becomes(order), (shown or {}).get(order.key), read_at)
            for order in plan.orders()
        ],
        "barriers": [fill_status_object(status) for status in fill_statuses(plan, manifest, shown, read_at)],
        "contradictions": list(map(_contradiction, denied)),
        "left_open": [
            _cancel(cancel, CancelDisposition.ORPHANED)
            for group in plan.groups
            for cancel in group.cancel
            if cancel.left_open
        ],
    }


def error_object(error: OrderBatchError, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return why a command gave up."""
    return {
        "error": str(error),
        "details": list(error.details),
        "problems": [_problem(problem) for problem in problems],
        "exit_code": int(error.exit_code),
    }


def _file(file: str, content: Content | None, problems: Sequence[Problem]) -> dict[str, Any]:
    batch = content if isinstance(content, Batch) else None
    groups = batch.groups if batch else ()
    return {
        "file": file,
        "valid": content is not None,
        "batch": batch.name if batch else None,
        "orders": sum(len(group.orders) for group in groups) if batch else None,
        "cancellations": sum(len(group.cancel) for group in groups) if batch else None,
        **({"policy": content.name, "rules": len(content.rules)} if isinstance(content, Policy) else {}),
        **({"scenario": content.name} if isinstance(content, Scenario) else {}),
        **({"targets": content.name} if isinstance(content, Targets) else {}),
        **({"pairs": len(content.market.instruments)} if isinstance(content, MarketRecord) else {}),
        **({"currencies": len(content.amounts)} if isinstance(content, OpeningBalances) else {}),
        "problems": [_problem(problem) for problem in problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    names = ("file", "line", "column", "path", "message", "hint")
    return {**{name: getattr(problem, name) for name in names}, "code": problem.rule or "batch-file"}


def _group(plan: Plan, group: PlannedGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "needs": list(group.needs),
        "barriers": [
            {
                "group": barrier.group,
                "within": barrier.within,
                "otherwise": barrier.otherwise.value,
                "until": None if (until := group.fill_by.get(barrier.group)) is None else rfc3339(until),
                "line": barrier.place.line,
            }
            for barrier in group.barriers
        ],
        "on_reject": group.on_reject.value,
        "hold": group.hold,
        "orders": [_order(order, plan) for order in group.orders],
        "cancel": [_cancel(cancel, plan.cancel_becomes(group, cancel)) for cancel in group.cancel],
    }


def _order(order: PlannedOrder, plan: Plan) -> dict[str, Any]:
    return {
        "id": order.key.id,
        "disposition": plan.becomes(order).value,
        "line": order.place.line or None,
        "txid": (order.known.txid if order.known else None) or plan.txid_of(order),
        "message": message_of(order.request),
        # Text, as all numbers of a file: what its author typed.
        "deadline_s": None if order.deadline_s is None else str(order.deadline_s),
    }


def _cancel(cancel: PlannedCancel, becomes: CancelDisposition) -> dict[str, Any]:
    return {
        "ref": cancel.ref,
        "txid": cancel.known.txid if cancel.known else cancel.sent_as,
        "line": cancel.place.line or None,
        "settled": cancel.settled,
        **(_left_open(cancel) if cancel.left_open else {}),
        **({"including_own": True} if cancel.including_own else {}),
        "disposition": becomes.value,
    }


def _left_open(cancel: PlannedCancel) -> dict[str, Any]:
    """Return a group whose cancellation was left open, and the exchange's answer, null without one."""
    return {
        "group": cancel.left_open.group if cancel.left_open else None,
        "exchange": None if cancel.recorded_end is None else structs.asdict(cancel.recorded_end),
    }


def _order_status(
    order: PlannedOrder, becomes: Disposition, shown: OpenOrder | None, read_at: str
) -> dict[str, Any]:
    known = order.known
    return {
        "group": order.key.group,
        "id": order.key.id,
        "disposition": becomes.value,
        "txid": known.txid if known else None,
        "outcome": known.outcome.value if known and known.outcome else None,
        "line": order.place.line or None,
        "exchange": _shown_order(shown) if shown else None,
        "execution": newest_execution(order, shown, read_at),
    }


def _contradiction(contradiction: Contradiction) -> dict[str, Any]:
    claim = contradiction.claim
    named = {"order": None if claim.key is None else str(claim.key), "txid": claim.txid}
    return {**named, "line": claim.place.line or None, "reason": contradiction.why}


def _shown_order(order: OpenOrder) -> dict[str, Any]:
    return {"txid": order.txid, "status": order.status, "vol_exec": str(order.executed)}


def _totals(plan: Plan) -> dict[str, Any]:
    orders = Counter(plan.dispositions.orders.values())
    cancels = Counter(plan.dispositions.cancels.values())
    return {
        "orders": {
            "total": orders.total(),
            **{disposition.value: orders[disposition] for disposition in Disposition},
        },
        "cancellations": {
            "total": cancels.total(),
            "to_send": cancels[CancelDisposition.SEND],
            "settled": cancels[CancelDisposition.SETTLED],
            "orphaned": cancels[CancelDisposition.ORPHANED],
        },
    }
