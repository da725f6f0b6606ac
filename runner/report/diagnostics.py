"""Remarks on problems, in one form for annotations, SARIF, JUnit and markdown.

Problems of a file, refusals of a plan and rejections by the exchange all point at a line and column of the
file. This module decides the level of each, not its formatting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from runner.domain import BarrierOutcome, CancelOutcome, GroupOutcome, OrderOutcome
from runner.planning import RESTORE, Disposition

from .wording.barriers import describe_end, describe_need, passed_unfilled, still_waits
from .wording.cancels import how_much, is_partly_filled, left_fate
from .wording.orphans import describe_orphan
from .wording.refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.planning import Contradiction, Plan, PlannedCancel, PlannedOrder
    from runner.review import Finding, KeyWarning, Review


class Level(StrEnum):
    """The level of a remark."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is wrong.

    ``rule`` is one of ``RULES``, ``subject`` is what it is about (``group/id``), and ``hint`` is the remedy;
    both may be empty. ``line`` and ``column`` start at 1.
    """

    file: str
    line: int
    column: int
    level: Level
    rule: str
    subject: str
    message: str
    hint: str = ""

    @property
    def text(self) -> str:
        """All of it but the place, in one line."""
        subject = f"{self.subject}: " if self.subject else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{subject}{self.message}{hint}"


SETTLED_CANCELS: Final = {CancelOutcome.CANCELED, CancelOutcome.CLOSED, CancelOutcome.GONE}

_FAILED_ORDERS: Final = {
    OrderOutcome.ENDED,
    OrderOutcome.REJECTED,
    OrderOutcome.REFUSED,
    OrderOutcome.UNRESOLVED,
}

_ENDS: Final = (".", ":", ";", ",", "!", "?", "…")

_WARNINGS: Final = {"barrier-passed", "barrier-waiting", "cancel-gone", "cancel-partial", "order-unfilled"}

_CANCEL_COMPLAINTS: Final = {
    CancelOutcome.GONE: "gone: it is not open, and the exchange's records do not know it",
    CancelOutcome.OPEN: "open: the exchange refused the cancellation, and the order is still open",
    CancelOutcome.UNRESOLVED: "unresolved: whether the order is still open is unknown",
}


def remarks_of_problems(problems: Iterable[Problem]) -> list[Remark]:
    """Return what is wrong with batch files."""
    return [
        Remark(
            file=problem.file,
            line=problem.line,
            column=problem.column,
            level=Level.WARNING if problem.warning else Level.ERROR,
            rule=problem.rule or "batch-file",
            subject=problem.path,
            message=problem.message,
            hint=problem.hint,
        )
        for problem in problems
    ]


def remarks_of_error(error: OrderBatchError, file: str) -> Remark:
    """Return why a command gave up."""
    rule = f"command-{error.exit_code.name.lower()}"
    return _whole_file(file, Level.ERROR, rule, "", sentences([str(error), *error.details]))


def _whole_file(file: str, level: Level, rule: str, subject: str, message: str) -> Remark:
    """Return a remark that is about no line."""
    return Remark(file=file, line=1, column=1, level=level, rule=rule, subject=subject, message=message)


def sentences(parts: Iterable[str]) -> str:
    """Join parts to one line; each is ended with a full stop unless it has other punctuation."""
    *before, last = filter(None, (part.strip() for part in parts))
    return " ".join([*(part if part.endswith(_ENDS) else f"{part}." for part in before), last])


def rooted(remarks: Sequence[Remark], rooted_path: Callable[[str], str]) -> list[Remark]:
    """Remarks whose files are named from another folder; ``rooted_path`` says how."""
    return [replace(remark, file=rooted_path(remark.file)) if remark.file else remark for remark in remarks]


def remarks_of_plan(plan: Plan, review: Review | None = None) -> list[Remark]:
    """Return what a plan cannot do, what a review found and what a policy says, in the file's order."""
    found = [_finding(finding) for finding in (review.findings if review else ())]
    keys = [_key_remark(warning, plan.file) for warning in (review.key.warnings if review else ())]
    ruled = remarks_of_problems(ruling.problem(plan.file) for ruling in plan.rulings)
    return sorted(
        [*keys, *remarks_of_orphans(plan), *_changed_remarks(plan), *found, *ruled],
        key=lambda remark: (remark.line, remark.column),
    )


def _key_remark(warning: KeyWarning, file: str) -> Remark:
    return _whole_file(file, Level.WARNING, warning.code.value, "", warning.message)


def remarks_of_looks(review: Review | None, file: str) -> list[Remark]:
    """Return the second looks, the money at stake first; those that a policy denies are in its rulings."""
    return [
        Remark(
            file=file,
            line=look.place.line,
            column=look.place.column,
            level=Level.WARNING,
            rule=look.code.value,
            subject=str(look.order),
            message=f"worth a second look: {look.message}",
        )
        for look in (review.second_looks if review else ())
        if not look.denies
    ]


def remarks_of_refusal(plan: Plan, review: Review | None = None) -> list[Remark]:
    """Return a remark on a plan that is refused as a whole, for formats without a headline; else none."""
    why = refusals(plan, review)
    message = f"refused: {', '.join(why)}; nothing would be sent"
    return [_whole_file(plan.file, Level.ERROR, "plan-refused", "plan", message)] if why else []


def remarks_of_contradictions(denied: Iterable[Contradiction], file: str) -> list[Remark]:
    """Return what the exchange denies of a journal, at the line of the order or cancellation."""
    return [
        Remark(
            file=file,
            line=contradiction.claim.place.line or 1,
            column=contradiction.claim.place.column or 1,
            level=Level.ERROR,
            rule="journal-contradicted",
            subject=str(contradiction.claim.key or f"cancel {contradiction.claim.txid}"),
            message=str(contradiction),
        )
        for contradiction in denied
    ]


def _finding(finding: Finding) -> Remark:
    return Remark(
        file=finding.file,
        line=finding.place.line,
        column=finding.place.column,
        level=Level(finding.severity.value),
        rule=finding.rule.value,
        subject=finding.subject,
        message=finding.message,
        hint=finding.hint,
    )


def remarks_of_orphans(plan: Plan) -> list[Remark]:
    """Return what an earlier run left open and the file has no more."""
    orders = [
        _left(plan, "order-orphaned", str(order.key), _whereabouts(order), listed=order.listed)
        for order in plan.orders()
        if plan.becomes(order) is Disposition.ORPHANED
    ]
    cancels = [
        _left(plan, "cancel-orphaned", f"cancel {cancel.ref}", _left_open(cancel))
        for group in plan.groups
        for cancel in group.cancel
        if cancel.left_open
    ]
    return orders + cancels


def _left(plan: Plan, rule: str, subject: str, what: str, *, listed: bool = False) -> Remark:
    rest = ", as an earlier run has reported" if listed else ": that is settled before all else"
    message = f"no longer in the file, and {what}{rest}"
    return _whole_file(plan.file, Level.WARNING, rule, subject, message)


def _left_open(cancel: PlannedCancel) -> str:
    return f"left open by an earlier run ({describe_orphan(cancel)})"


def _whereabouts(order: PlannedOrder) -> str:
    txid = order.known_txid
    if txid:
        return f"at the exchange as {txid}"
    refused = order.known is not None and not order.known.in_doubt
    return "refused, which no look-up has confirmed" if refused else "left in doubt by an earlier run"


def _changed_remarks(plan: Plan) -> list[Remark]:
    return [
        Remark(
            file=plan.file,
            line=order.place.line,
            column=order.place.column,
            level=Level.ERROR,
            rule="order-changed",
            subject=str(order.key),
            message="the journal lacks the request of an earlier run: it is refused"
            if order.unrecorded
            else f"differs from what was placed as {_txid(order.known)}: it is refused",
            hint=RESTORE if order.unrecorded else "give the order a new id",
        )
        for order in plan.orders()
        if plan.becomes(order) is Disposition.CHANGED
    ]


def _txid(known: Any) -> str:
    return known.txid if known and known.txid else "an order in doubt"


# --- what a run left -------------------------------------------------------------------------


def remarks_of_result(manifest: Mapping[str, Any]) -> list[Remark]:
    """Return a remark for each failed order and cancellation of a run."""
    return [remark for group in manifest["groups"] for remark in _group(group, manifest["file"])]


def settled_by_earlier_run(request: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Return True if an earlier run settled this cancellation, so that this run sent none for its group.

    ``request`` is the ``cancel`` or ``unwind`` object that holds the result.
    """
    settled = request["reqid"] is None and CancelOutcome(result["outcome"]) in SETTLED_CANCELS
    return settled and "group" not in result  # What an earlier run left open is settled by asking.


def _waits(group: Mapping[str, Any], file: str) -> Iterator[Remark]:
    """Yield the waits of a group that did not end with all orders filled."""
    for barrier in group.get("barriers", ()):
        outcome = barrier["outcome"]
        if outcome == BarrierOutcome.UNFILLED or still_waits(group, barrier):
            rule = "barrier-passed" if passed_unfilled(group, barrier) else f"barrier-{outcome}"
            name = f"{group['name']} {describe_need(barrier)}"
            yield _remark(file, barrier, rule, name, f"{outcome}: {describe_end(group, barrier)}")


def _group(group: Mapping[str, Any], file: str) -> Iterator[Remark]:
    yield from _waits(group, file)
    for order in group["orders"]:
        outcome = OrderOutcome(order["outcome"])
        name = f"{order.get('group', group['name'])}/{order['id']}"
        if outcome is OrderOutcome.PLACED and "group" in order:
            message = f"no longer in the file, and at the exchange as {order['txid']}"
            yield _remark(file, order, "order-orphaned", name, message)
        elif outcome is OrderOutcome.PLACED:
            if order["error"] and group["outcome"] != GroupOutcome.DONE:
                message = f"not filled: {order['error']}{_execution_text(order)}"
                yield _remark(file, order, "order-unfilled", name, message)
        elif outcome in _FAILED_ORDERS or order["error"]:
            message = (
                f"{outcome.value}: {order['error'] or 'no answer to it is known'}{_execution_text(order)}"
            )
            yield _remark(file, order, f"order-{outcome.value}", name, message)
    yield from _unwound(group, file)
    yield from _canceled(group, file)


def _canceled(group: Mapping[str, Any], file: str) -> Iterator[Remark]:
    for result in group["cancel"]["results"]:
        ended = CancelOutcome(result["outcome"])
        if settled_by_earlier_run(group["cancel"], result):
            continue
        subject = f"cancel {_subject(result)}"
        if "group" in result:
            rule = "cancel-unresolved" if ended is CancelOutcome.UNRESOLVED else "cancel-orphaned"
            message = f"no longer in the file, and {result['group']} had requested it: {left_fate(result)}"
            yield _remark(file, result, rule, subject, message)
        elif is_partly_filled(result):
            yield _remark(file, result, "cancel-partial", subject, _partly(result))
        elif ended in _CANCEL_COMPLAINTS:
            yield _remark(file, result, f"cancel-{ended.value}", subject, _CANCEL_COMPLAINTS[ended])


def _execution_text(order: Mapping[str, Any]) -> str:
    return f" ({order['vol_exec']} executed)" if order["vol_exec"] else ""


def _unwound(group: Mapping[str, Any], file: str) -> Iterator[Remark]:
    places = {f"{group['name']}/{order['id']}": order for order in group["orders"]}
    unwind = group.get("unwind", {"results": ()})
    for result in unwind["results"]:
        outcome = CancelOutcome(result["outcome"])
        if settled_by_earlier_run(unwind, result):
            continue
        what = f"taking back {result['order']}, {result['txid']}"
        # An order that was removed from the file has no line any more.
        place = places.get(result["order"], {"line": 1, "column": 1})
        if is_partly_filled(result):
            yield _remark(file, place, "cancel-partial", what, _partly(result))
        elif outcome is not CancelOutcome.CANCELED:
            yield _remark(file, place, f"cancel-{outcome.value}", what, _unwind_message(outcome, result))


def _partly(result: Mapping[str, Any]) -> str:
    return f"canceled: it was partly filled before, {how_much(result)}"


def _unwind_message(outcome: CancelOutcome, result: Mapping[str, Any]) -> str:
    if outcome is CancelOutcome.SKIPPED:
        return f"{outcome.value}: its cancellation was not sent, and the order is still open"
    much = f", {how_much(result)}" if how_much(result) else ""
    filled = f"{outcome.value}: it was filled before it could be taken back{much}"
    return _CANCEL_COMPLAINTS.get(outcome, filled)


def _subject(result: Mapping[str, Any]) -> str:
    if "userref" in result:
        return f"userref {result['userref']}"
    return ", ".join(filter(None, (result.get("order"), result["txid"])))


def _remark(file: str, place: Mapping[str, Any], rule: str, subject: str, message: str) -> Remark:
    return Remark(
        file=file,
        line=place["line"] or 1,
        column=place["column"] or 1,
        level=Level.WARNING if rule in _WARNINGS else Level.ERROR,
        rule=rule,
        subject=subject,
        message=message,
    )
