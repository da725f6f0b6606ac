"""The result of a run as text: every order and cancellation, then the failures.

It is read from the manifest alone. Failures are repeated at the end, one line each in the form
``file:line: what: outcome: why``, so that they are easy to find and editors can jump there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import CancelOutcome, GroupOutcome, OrderOutcome
from runner.report.diagnostics import settled_by_earlier_run
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.result_summary import advice_lines, failure_lines, summary_line
from runner.report.text.layout.table import Block, Row, block_lines
from runner.report.text.plans.plan import heading_of
from runner.report.wording.approvals import approval_lines, approvals_of_run
from runner.report.wording.barriers import describe_end, describe_need, end_span
from runner.report.wording.cancels import meaning
from runner.report.wording.executions import describe_execution, describe_total
from runner.report.wording.orders import describe_sent_order
from runner.report.wording.policies import policies_of_run, policy_line
from runner.report.wording.provenance import provenance_line
from runner.report.wording.rejects import reject_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ORDER_STYLES: Final = {
    OrderOutcome.PLACED: Style.GOOD,
    OrderOutcome.ENDED: Style.BAD,
    OrderOutcome.VALIDATED: Style.GOOD,
    OrderOutcome.REJECTED: Style.BAD,
    OrderOutcome.REFUSED: Style.BAD,
    OrderOutcome.SKIPPED: Style.WARNING,
    OrderOutcome.UNRESOLVED: Style.DOUBT,
}

_CANCEL_STYLES: Final = {
    CancelOutcome.CANCELED: Style.GOOD,
    CancelOutcome.CLOSED: Style.KNOWN,
    CancelOutcome.GONE: Style.WARNING,
    CancelOutcome.OPEN: Style.BAD,
    CancelOutcome.UNRESOLVED: Style.DOUBT,
    CancelOutcome.SKIPPED: Style.WARNING,
}

_ALREADY: Final = Span("already", Style.KNOWN)

_GROUP_STYLES: Final = {
    GroupOutcome.DONE: Style.GOOD,
    GroupOutcome.UNRESOLVED: Style.DOUBT,
    GroupOutcome.UNFINISHED: Style.DOUBT,
    GroupOutcome.SKIPPED: Style.WARNING,
}


def result_lines(manifest: Mapping[str, Any], *, path: str, elapsed_s: float, width: int) -> list[Line]:
    """Return the result of a run as lines of at most ``width`` columns.

    Only the lines to jump to may be longer.
    """
    lines = [*hang(result_title(manifest), width, 2), *policy_line(policies_of_run(manifest), width)]
    lines += approval_lines(approvals_of_run(manifest), width)
    lines += provenance_line(manifest.get("provenance"), width)
    lines += block_lines(result_blocks(manifest), width)
    for block in (failure_lines(manifest), reject_lines(manifest, width), advice_lines(manifest, width)):
        lines += [(), *block] if block else []
    lines += [(), *hang(summary_line(manifest, elapsed_s), width, 2), *_paid_lines(manifest, width)]
    kept = f"manifest: {path}" if path else _why_without_manifest(manifest)
    return [*lines, line(Span(kept, Style.QUIET))]


def _why_without_manifest(manifest: Mapping[str, Any]) -> str:
    if manifest.get("validate_only"):
        return "no journal was written: what was validated is not kept"
    if manifest.get("rehearsal"):
        return "nothing of a rehearsal is kept: no order of it is at an exchange any more"
    return "the manifest could not be written"


def result_blocks(manifest: Mapping[str, Any]) -> list[Block]:
    """Return the groups with their rows."""
    return [Block(_heading(group), tuple(_rows(group))) for group in manifest["groups"]]


def cancel_row(result: Mapping[str, Any], subject: Line) -> Row:
    """Return the row of one cancellation: its outcome, what it was about, and what that outcome means."""
    outcome = CancelOutcome(result["outcome"])
    if outcome is CancelOutcome.SKIPPED:
        subject = (Span("cancel "), *subject)
    means = meaning(result)
    body = (*subject, Span(f"  {means}")) if means else subject
    return Row(cells=(Span(outcome.value, _CANCEL_STYLES[outcome]),), body=body)


def outcome_word(outcome: OrderOutcome) -> Span:
    """Return an order's outcome in its style."""
    return Span(outcome.value, _ORDER_STYLES[outcome])


def result_title(manifest: Mapping[str, Any]) -> Line:
    """Return a line that names the batch, and where it went."""
    names = (manifest[name] for name in ("batch", "run_key", "venue", "file"))
    return heading_of(f"{result_word(manifest).lower()} of ", *names)


def result_word(manifest: Mapping[str, Any]) -> str:
    """Return what the result of a run is called."""
    if manifest.get("validate_only"):
        return "Validation"
    return "Rehearsal" if manifest.get("rehearsal") else "Result"


def _paid_lines(manifest: Mapping[str, Any], width: int) -> list[Line]:
    paid = paid_line(manifest)
    return hang(paid, width, 2) if paid else []


def paid_line(manifest: Mapping[str, Any]) -> Line:
    """Return a line with what was executed in all, which is empty if nothing was."""
    orders = (order for group in manifest["groups"] for order in group["orders"])
    total = describe_total(orders)
    return line(Span("executed", Style.NAME), f": {total}") if total else ()


def _heading(group: Mapping[str, Any]) -> Line:
    outcome = GroupOutcome(group["outcome"])
    word = Span(outcome.value, _GROUP_STYLES.get(outcome, Style.BAD))
    reason = f": {group['reason']}" if group["reason"] else ""
    return line(Span(group["name"], Style.NAME), "  ", word, reason)


def _rows(group: Mapping[str, Any]) -> Iterator[Row]:
    for barrier in group.get("barriers", ()):
        yield _barrier_row(group, barrier)
    yield from map(_order_row, group["orders"])
    for part in ("unwind", "cancel"):
        requested = group.get(part, {"results": ()})
        for result in requested["results"]:
            yield _cancel_row(result, part, before=settled_by_earlier_run(requested, result))


def _barrier_row(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> Row:
    """Return the row of a wait until another group is filled, without what the heading says already."""
    end = describe_end(group, barrier)
    notes = (line(Span(end, Style.QUIET)),) if end and end not in group["reason"] else ()
    return Row(cells=(end_span(group, barrier),), body=line(describe_need(barrier)), notes=notes)


def _order_row(order: Mapping[str, Any]) -> Row:
    outcome = OrderOutcome(order["outcome"])
    word = _ALREADY if order["already"] else outcome_word(outcome)
    request = describe_sent_order(order["request"], order["descr"])
    name = Span(f"{order['group']}/{order['id']}" if "group" in order else order["id"])
    paid = describe_execution(order.get("execution"))
    executed = (line(Span(paid, Style.QUIET)),) if paid else ()
    if order["txid"] and not order["error"]:
        return Row(cells=(word, name, Span(order["txid"])), body=line(request), notes=executed)
    if not order["error"]:
        return Row(cells=(word, name), body=line(request))
    named = _known_as(order)
    notes = (*(line(Span(text, Style.QUIET)) for text in (request, named) if text), *executed)
    why = Span(order["error"], _ORDER_STYLES[outcome])
    return Row(cells=(word, name), body=line(why), notes=notes)


def _known_as(order: Mapping[str, Any]) -> str:
    txids = order.get("txids") or ([order["txid"]] if order["txid"] else [])
    is_shown = order.get("execution") or not order["vol_exec"]
    executed = "" if is_shown else f", {order['vol_exec']} executed"
    return f"known as {' and '.join(txids)}{executed}" if txids else ""


def _cancel_row(result: Mapping[str, Any], part: str, *, before: bool) -> Row:
    outcome = CancelOutcome(result["outcome"])
    if before:
        how = "taken back" if part == "unwind" else outcome.value
        return Row(cells=(_ALREADY,), body=(*_subject(result), Span(f", {how}")))
    if part == "unwind" and outcome is CancelOutcome.CANCELED:
        return cancel_row(result, (*_subject(result), Span(", taken back")))
    return cancel_row(result, _subject(result))


def _subject(result: Mapping[str, Any]) -> Line:
    if "userref" in result:
        return _name_line(f"userref {result['userref']}", result["matched"])
    if "order" in result:
        return _name_line(result["order"], [result["txid"]])
    return line(result["txid"])


def _name_line(name: str, txids: list[str | None]) -> Line:
    known = ", ".join(txid for txid in txids if txid)
    return line(f"{name}  {known}") if known else line(name)
