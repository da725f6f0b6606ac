"""The results manifest: a pure function of the journal, for the run that started last.

Its shape is published in ``schemas/manifest.schema.json``; change both together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import BarrierOutcome, CancelOutcome, GroupOutcome, OrderKey, OrderOutcome, RunOutcome

from .entries import SwitchArmed, SwitchDisarmed
from .execution_object import execution_object
from .ledger import CancelRecord, Ledger
from .order_record import OrderRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST_VERSION = 1


def manifest(ledger: Ledger) -> dict[str, Any]:
    """Return the manifest of the last run as a JSON object. At least one run must have started."""
    started = ledger.runs[-1]
    ended = ledger.ended
    groups = [_group(ledger, planned) for planned in started.groups]
    result = {
        "manifest_version": MANIFEST_VERSION,
        "tool": started.tool,
        "batch": started.batch,
        "run_key": started.run_key,
        "venue": started.venue,
        "file": started.file,
        "digest": started.digest,
        "plan": started.plan,
        "policy": started.policy,
        "policies": list(map(dict, started.policies)),
        "account": started.account,
        "exchange": started.exchange,
        "provenance": dict(started.provenance) if started.provenance else None,
        **({"approvals": list(map(dict, started.approvals))} if started.approvals else {}),
        "outcome": ended.outcome if ended else RunOutcome.UNFINISHED.value,
        "reason": ended.reason if ended else "the process ended before the run did",
        "started_at": started.at,
        "finished_at": ended.at if ended else None,
        "groups": groups,
        "totals": _totals(groups),
    }
    return result if ledger.switch is None else {**result, "dead_man": _switch(*ledger.switch)}


def _switch(armed: SwitchArmed, end: SwitchDisarmed | None) -> dict[str, Any]:
    """Return the dead man's switch of a run; one that was never disarmed may fire at any time."""
    return {
        "timeout_s": armed.timeout_s,
        "armed_at": armed.at,
        "disarmed_at": end.at if end is not None and end.until is None else None,
        "may_fire_until": end.until if end is not None else None,
    }


def _group(ledger: Ledger, planned: Mapping[str, Any]) -> dict[str, Any]:
    name = planned["name"]
    ended = ledger.groups.get(name)
    group: dict[str, Any] = {
        "name": name,
        "outcome": ended.outcome if ended else GroupOutcome.UNFINISHED.value,
        "reason": ended.reason if ended else "",
        "orders": [_order(ledger, name, order) for order in planned["orders"]],
        "cancel": {
            "reqid": ledger.cancel_reqids.get((name, False)),
            "results": [_cancel(ledger, name, cancel) for cancel in planned["cancel"]],
        },
    }
    if barriers := planned.get("barriers"):
        group["barriers"] = [_barrier(ledger, name, barrier) for barrier in barriers]
    unwound = _unwind_results(ledger, name)
    if unwound:
        group["unwind"] = {"reqid": ledger.cancel_reqids.get((name, True)), "results": unwound}
    return group


def _barrier(ledger: Ledger, group: str, planned: Mapping[str, Any]) -> dict[str, Any]:
    """Return one wait of a group until another one is filled."""
    about = (group, planned["group"])
    awaited, ended = ledger.fill_waits.get(about), ledger.fill_ends.get(about)
    outcome = BarrierOutcome.PENDING if awaited is None else BarrierOutcome.WAITING
    if ended is not None:
        outcome = BarrierOutcome.FILLED if ended.filled else BarrierOutcome.UNFILLED
    return {
        "group": planned["group"],
        "within": planned["within"],
        "otherwise": planned["otherwise"],
        "outcome": outcome.value,
        "until": None if awaited is None else awaited.until,
        "reason": "" if ended is None else ended.reason,
        "line": planned["line"] or None,
        "column": planned["column"] or None,
    }


def _unwind_results(ledger: Ledger, group: str) -> list[dict[str, Any]]:
    """Return the cancellations of a group and their outcomes; one without a reply is unresolved."""
    sent = ledger.run_cancel_ids.get((group, True))
    unanswered = _unanswered_unwinds(ledger, group, sent) if sent else {}
    answered = {ref: record for (owner, ref), record in ledger.unwinds.items() if owner == group}
    return [
        {
            "order": ref.removeprefix("order:"),
            "txid": record.txid,
            "outcome": record.outcome.value,
            **_execution_of(record),
        }
        for ref, record in (unanswered | answered).items()
    ]


def _unanswered_unwinds(ledger: Ledger, group: str, sent: tuple[str, ...]) -> dict[str, CancelRecord]:
    return {
        f"order:{key}": CancelRecord(txid=order.txid, outcome=CancelOutcome.UNRESOLVED)
        for key, order in ledger.orders.items()
        if key.group == group and order.txid is not None and order.txid in sent
    }


def _order(ledger: Ledger, group: str, planned: Mapping[str, Any]) -> dict[str, Any]:
    known = _record_of(ledger, OrderKey(planned.get("group", group), planned["id"]))
    outcome = known.outcome or OrderOutcome.UNRESOLVED
    shown = {
        "id": planned["id"],
        "outcome": str(outcome),
        "already": known.sent_run < len(ledger.runs) and outcome is OrderOutcome.PLACED,
        "state": None if known.state is None else str(known.state),
        "vol_exec": known.vol_exec,
        "txid": known.txid,
        "cl_ord_id": planned.get("cl_ord_id"),
        "userref": planned.get("userref"),
        "reqid": known.reqid,
        "request": dict(known.request) if known.request else None,
        "descr": known.descr,
        "error": known.error,
        "line": planned["line"] or None,
        "column": planned.get("column", 1) or None,
        "sent_at": known.sent_at,
        "acked_at": known.acked_at,
        "execution": None if known.executed is None else execution_object(known, known.executed),
    }
    if "group" in planned:
        shown["group"] = planned["group"]
    if len(known.txids) > 1:
        shown["txids"] = list(known.txids)
    return shown


def _record_of(ledger: Ledger, key: OrderKey) -> OrderRecord:
    """Return the record of an order for this run. A rejection by an earlier run does not count."""
    record = ledger.orders.get(key)
    if record is None:
        return _SKIPPED
    current = record.updated_run == len(ledger.runs)
    accepted = record.outcome in (OrderOutcome.PLACED, OrderOutcome.ENDED)
    return record if current or record.in_doubt or accepted else _SKIPPED


def _cancel(ledger: Ledger, group: str, planned: Mapping[str, Any]) -> dict[str, Any]:
    record = ledger.cancels.get((group, planned["ref"]))
    kind, _, target = planned["ref"].partition(":")
    text = _text(ledger, planned["ref"])
    sent = "group" in planned or text in ledger.run_cancel_ids.get((group, False), ())
    unsettled = CancelOutcome.UNRESOLVED if sent else CancelOutcome.SKIPPED
    shown: dict[str, Any] = {
        "txid": record.txid if record else text,
        "outcome": (record.outcome if record else unsettled).value,
        **_execution_of(record),
        "line": planned["line"] or None,
        "column": planned.get("column", 1) or None,
    }
    if "group" in planned:
        shown["group"] = planned["group"]
    if kind in ("order", "userref"):
        shown[kind] = target
    if kind == "userref":
        shown["matched"] = _matched_ids(record)
    return shown


def _execution_of(record: CancelRecord | None) -> dict[str, str | None]:
    """Return the executed volume of an ended order and the reason of its end."""
    if record is None:
        return {"vol": None, "vol_exec": None, "reason": None}
    return {"vol": record.vol, "vol_exec": record.vol_exec, "reason": record.reason}


def _text(ledger: Ledger, ref: str) -> str | None:
    """Return the id that the wire carries for a cancellation; None for an order that was not placed."""
    kind, _, target = ref.partition(":")
    match kind:
        case "userref":
            return target
        case "order":
            record = ledger.orders.get(OrderKey(*target.split("/", 1)))
            return record.txid if record else None
        case _:
            return ref


def _matched_ids(record: CancelRecord | None) -> list[str]:
    return list(record.matched) if record else []


def _totals(groups: list[dict[str, Any]]) -> dict[str, Any]:
    orders = [order for group in groups for order in group["orders"]]
    outcomes = [order["outcome"] for order in orders]
    canceled = [result["outcome"] for group in groups for result in group["cancel"]["results"]]
    return {
        "orders": {
            "total": len(orders),
            "already": [order["already"] for order in orders].count(True),
            **{outcome: outcomes.count(outcome) for outcome in _ORDER_OUTCOMES},
        },
        "cancellations": {
            "total": len(canceled),
            **{outcome: canceled.count(outcome) for outcome in _CANCEL_OUTCOMES},
        },
    }


_SKIPPED = OrderRecord(outcome=OrderOutcome.SKIPPED)
_ORDER_OUTCOMES = tuple(map(str, OrderOutcome))
_CANCEL_OUTCOMES = tuple(map(str, CancelOutcome))
