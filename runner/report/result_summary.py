"""The end of a report on a run: the failures, advice on them, and one line of counts.

Unresolved is never called failed: an order that may be at the exchange must not be sent again blindly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import CancelOutcome, OrderOutcome, RunOutcome
from runner.kraken import cure_of

from .alike import merge_alike, more_words
from .diagnostics import Level, Remark, remarks_of_result, settled_by_earlier_run
from .humanize import count, moment, seconds
from .lines import Line, Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

RUN_STYLES: Final = {
    RunOutcome.DONE: Style.GOOD,
    RunOutcome.INCOMPLETE: Style.BAD,
    RunOutcome.REFUSED: Style.BAD,
    RunOutcome.UNREACHABLE: Style.BAD,
    RunOutcome.INTERRUPTED: Style.WARNING,
    RunOutcome.HALTED: Style.DOUBT,
    RunOutcome.UNRESOLVED: Style.DOUBT,
    RunOutcome.UNFINISHED: Style.DOUBT,
}

_ORDER_PARTS: Final = (
    (OrderOutcome.ENDED, "ended by the exchange"),
    (OrderOutcome.VALIDATED, "validated and not placed"),
    (OrderOutcome.REJECTED, "rejected"),
    (OrderOutcome.REFUSED, "refused"),
    (OrderOutcome.SKIPPED, "skipped"),
    (OrderOutcome.UNRESOLVED, "unresolved"),
)

_CANCEL_PARTS: Final = (
    (CancelOutcome.CANCELED, "canceled", "canceled"),
    (CancelOutcome.CLOSED, "filled before it was canceled", "filled before they were canceled"),
    (CancelOutcome.GONE, "gone", "gone"),
    (CancelOutcome.OPEN, "still open", "still open"),
    (CancelOutcome.UNRESOLVED, "cancellation unresolved", "cancellations unresolved"),
    (CancelOutcome.SKIPPED, "cancellation skipped", "cancellations skipped"),
)


# --- failures --------------------------------------------------------------------------------


def failure_lines(manifest: Mapping[str, Any]) -> list[Line]:
    """Return a line for each failed order and cancellation: ``file:line:column: what: outcome: why``.

    Many that are alike are one line, but for those in doubt: each of them has to be looked at.
    """
    return [
        line(
            f"{remark.file}:{remark.line}:{remark.column}: {remark.subject}: ",
            Span(_said(remark), _style(remark)),
            f"; {more_words([other.line for other in more])}" if more else "",
        )
        for remark, more in merge_alike(remarks_of_result(manifest), _likeness)
    ]


def _likeness(remark: Remark) -> tuple[Hashable, str]:
    alone = remark.subject if "unresolved" in remark.rule else ""
    return (remark.level, remark.rule, alone), remark.message


def _said(remark: Remark) -> str:
    return f"warning: {remark.message}" if remark.level is Level.WARNING else remark.message


def _style(remark: Remark) -> Style:
    if remark.rule == "order-unresolved":
        return Style.DOUBT
    return Style.WARNING if remark.level is Level.WARNING else Style.BAD


# --- what to do about it ---------------------------------------------------------------------


def advice_lines(manifest: Mapping[str, Any], width: int) -> list[Line]:
    """Return what to look at, and what not to do, when the fate of something is unknown or a run failed."""
    in_doubt = [
        (f"{group['name']}/{order['id']}", order)
        for group in manifest["groups"]
        for order in group["orders"]
        if order["outcome"] == OrderOutcome.UNRESOLVED
    ]
    advice = _advice(manifest, len(in_doubt))
    lines = hang(line(advice), width, 0) if advice else []
    for name, order in in_doubt:
        lines += hang(line(f"  {name}: {_where_to_look(order)}"), width, 4)
    return lines


_AGAIN: Final = "Run the same command again: it looks up what was under way before it sends anything."


def _advice(manifest: Mapping[str, Any], in_doubt: int) -> str:
    if in_doubt and manifest.get("validate_only"):
        return (
            "These orders were sent to be validated, and nothing says that they were not placed. Look for "
            "them before you apply the batch, among open and closed orders at the exchange:"
        )
    unknown_cancels = _totals(manifest)[1][CancelOutcome.UNRESOLVED]
    if in_doubt:
        they = "this order is" if in_doubt == 1 else f"these {in_doubt} orders are"
        return (
            f"Unresolved does not mean failed: {they} perhaps at the exchange. Do not place anything again "
            f"by hand or under another id before you have looked. {_AGAIN} To look yourself, among open and "
            "closed orders at the exchange:"
        )
    if unknown_cancels:
        check = "check whether the orders are still open at the exchange"
        return f"Unresolved does not mean failed: {check}. {_AGAIN}"
    return _advice_on_end(RunOutcome(manifest["outcome"]), manifest["reason"] or "")


def _advice_on_end(outcome: RunOutcome, reason: str) -> str:
    match outcome:
        case RunOutcome.UNFINISHED:
            return f"The run did not come to its end. {_AGAIN}"
        case RunOutcome.INTERRUPTED:
            return "What was not sent is sent when the same command is run again."
        case RunOutcome.HALTED:
            return (
                "Nothing more was sent. The halt cancels what is open at the exchange, and says in its own "
                "result whether that is shown; `order-batch status` shows each order."
            )
        case RunOutcome.UNREACHABLE:
            return cure_of(reason)
        case _:
            return ""


def _where_to_look(order: Mapping[str, Any]) -> str:
    txids = [f"txid {txid}" for txid in order.get("txids", ())]
    names = ("cl_ord_id", "userref") if txids else ("txid", "cl_ord_id", "userref")
    known = [*txids, *(f"{name} {order[name]}" for name in names if order[name])]
    sent = f", sent {moment(order['sent_at'])}" if order["sent_at"] else ""
    return " or ".join(known) + sent


# --- one line that counts --------------------------------------------------------------------


def summary_line(manifest: Mapping[str, Any], elapsed_s: float) -> Line:
    """``done: 5 placed (2 already), 2 canceled in 0.4 s``."""
    outcome = RunOutcome(manifest["outcome"])
    if outcome is RunOutcome.DONE and not _anything_done(manifest):
        return _nothing_to_do(manifest)
    counted = f"{', '.join(_parts(manifest)) or 'nothing'} in {seconds(elapsed_s)}"
    if outcome in (RunOutcome.UNREACHABLE, RunOutcome.REFUSED):
        counted = "nothing was sent"
    reason = f" ({manifest['reason']})" if manifest["reason"] else ""
    return line(Span(outcome.value, RUN_STYLES[outcome]), f"{reason}: {counted}")


def _nothing_to_do(manifest: Mapping[str, Any]) -> Line:
    orders, cancels = _totals(manifest)
    parts = []
    if orders["already"]:
        parts.append(f"{count(orders['already'], 'order')} already placed")
    if cancels["total"]:
        parts.append(f"{count(cancels['total'], 'cancellation')} already settled")
    return line(Span("nothing to do", Style.GOOD), f": {', '.join(parts)}" if parts else "")


def _anything_done(manifest: Mapping[str, Any]) -> bool:
    orders, _ = _totals(manifest)
    sent_cancels = any(group["cancel"]["reqid"] is not None for group in manifest["groups"])
    return orders["already"] < orders["total"] or sent_cancels


def _parts(manifest: Mapping[str, Any]) -> Iterator[str]:
    orders, cancels = _totals(manifest)
    if orders[OrderOutcome.PLACED]:
        already = f" ({orders['already']} already)" if orders["already"] else ""
        yield f"{orders[OrderOutcome.PLACED]} placed{already}"
    taken_back = sum(
        result["outcome"] == CancelOutcome.CANCELED
        for group in manifest["groups"]
        for result in group.get("unwind", {}).get("results", ())
    )
    if taken_back:
        yield f"{taken_back} of them taken back"
    for outcome, words in _ORDER_PARTS:
        if orders[outcome]:
            yield f"{orders[outcome]} {words}"
    for ended, singular, plural in _CANCEL_PARTS:
        if cancels[ended]:
            before = _settled_by_earlier_run(manifest, ended)
            already = f" ({before} already)" if before else ""
            yield f"{cancels[ended]} {singular if cancels[ended] == 1 else plural}{already}"


def _settled_by_earlier_run(manifest: Mapping[str, Any], outcome: CancelOutcome) -> int:
    return sum(
        result["outcome"] == outcome and settled_by_earlier_run(group["cancel"], result)
        for group in manifest["groups"]
        for result in group["cancel"]["results"]
    )


def _totals(manifest: Mapping[str, Any]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    return manifest["totals"]["orders"], manifest["totals"]["cancellations"]
