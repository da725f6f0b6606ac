"""A plan for its reviewer: each order with its disposition, its terms and its line.

The exact messages are in the JSON form. Nothing is sent, and the last line says so.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from runner.domain import OnReject, describe_needs, rfc3339
from runner.kraken import fields_of
from runner.planning import MAY_SEND, CancelDisposition, Disposition, JournalState
from runner.report.humanize import moment
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.columns import aligned
from runner.report.text.layout.table import Block, Row, block_lines
from runner.report.wording.approvals import approval_lines, required_of_plan
from runner.report.wording.orders import OrderFields, describe_order, order_fields
from runner.report.wording.orphans import orphan_notes
from runner.report.wording.policies import policies_of_plan, policy_line
from runner.report.wording.provenance import provenance_line, provenance_of_plan
from runner.report.wording.refusals import counted_findings, refusals

from .review import ReviewColumns, finding_lines, market_lines, seen_line, sum_lines
from .samples import samples_of
from .second_looks import look_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.domain import OrderKey
    from runner.planning import FoundOrder, Plan, PlannedCancel, PlannedGroup, PlannedOrder
    from runner.review import Review

_ORDER_WORDS: Final = {
    Disposition.SEND: Span("send", Style.GOOD),
    Disposition.LOOK_UP: Span("look up", Style.DOUBT),
    Disposition.PLACED: Span("already", Style.KNOWN),
    Disposition.ENDED: Span("ended", Style.BAD),
    Disposition.OPEN_AT_EXCHANGE: Span("open", Style.KNOWN),
    Disposition.CHANGED: Span("changed", Style.BAD),
    Disposition.ORPHANED: Span("orphaned", Style.BAD),
    Disposition.UNREACHABLE: Span("skip", Style.WARNING),
    Disposition.DENIED: Span("denied", Style.BAD),
}
MOST_ROWS: Final = 60
"""With more orders those that need a look are shown, and samples of the others."""

_LEFT: Final = Span("left", Style.WARNING)
_NOT_SENT: Final = Span("not sent", Style.QUIET)
_REFUSED: Final = Span("refused", Style.BAD)

_CANCEL_WORDS: Final = {
    CancelDisposition.SEND: Span("cancel", Style.WARNING),
    CancelDisposition.SETTLED: Span("already", Style.KNOWN),
    CancelDisposition.UNREACHABLE: Span("skip", Style.WARNING),
    CancelDisposition.DENIED: Span("denied", Style.BAD),
    CancelDisposition.ORPHANED: Span("orphaned", Style.BAD),
}


def plan_lines(plan: Plan, width: int, review: Review | None = None) -> list[Line]:
    """Return the plan as lines of at most ``width`` columns (except for long words), with review columns."""
    lines = hang(title("plan of ", plan), width, 2)
    lines += hang(seen_line(review), width, 2) if review else []
    lines += policy_line(policies_of_plan(plan), width)
    lines += approval_lines(required_of_plan(plan), width)
    lines += provenance_line(provenance_of_plan(plan), width)
    if refusals(plan, review):
        lines += hang(plan_summary(plan, review), width, 2)
    if looks := look_lines(review, width):
        lines += [(), *looks]
    lines += market_lines(review, width)
    lines += block_lines(plan_blocks(plan, review, most=MOST_ROWS), width)
    if review is not None:
        lines += [*sum_lines(review, width), *finding_lines(review, width)]
    return [*lines, (), *hang(plan_summary(plan, review), width, 2)]


def plan_blocks(plan: Plan, review: Review | None = None, *, most: int) -> list[Block]:
    """Return the groups with their rows; with more than ``most`` orders, those to look at, and samples."""
    columns, refused = ReviewColumns(review, plan), bool(refusals(plan, review))
    samples = samples_of(plan, review, most)
    shown = [order for order in plan.orders() if samples.has(order.key)]
    terms = dict(zip((order.key for order in shown), aligned(list(map(fields_of_order, shown))), strict=True))
    blocks = [
        Block(
            _heading(group, plan, first=group is plan.groups[0]),
            (
                *_order_rows(group, plan, columns, terms, samples.like, refused=refused),
                *_cancel_rows(group, plan, columns, refused=refused),
            ),
        )
        for group in plan.groups
    ]
    left = line(Span(f"and {samples.left}, which --format json shows", Style.WARNING))
    return [*blocks, Block(left, ())] if samples.left else blocks


def title(begin: str, plan: Plan) -> Line:
    """Return a line that names the batch, and where it goes."""
    return heading_of(begin, plan.run.batch, plan.run.run_key, plan.venue, plan.file)


def heading_of(begin: str, batch: str, run_key: str, venue: str, file: str) -> Line:
    """``plan of quickstart at paper, from batches/quickstart.yaml``."""
    key = (" with run key ", Span(run_key, Style.NAME)) if run_key else ()
    return line(begin, Span(batch, Style.NAME), *key, " at ", Span(venue, Style.NAME), f", from {file}")


def what(order: PlannedOrder) -> str:
    """Describe a planned order."""
    words = describe_order(fields_of(order.request), own_id=order.own_id)
    return words if order.deadline_s is None else f"{words}, deadline {order.deadline_s} s"


def fields_of_order(order: PlannedOrder) -> OrderFields:
    """Return the terms of a planned order apart, with its own deadline behind the others."""
    fields = order_fields(fields_of(order.request), own_id=order.own_id)
    if order.deadline_s is None:
        return fields
    return fields._replace(more=", ".join(filter(None, [fields.more, f"deadline {order.deadline_s} s"])))


def target(cancel: PlannedCancel) -> str:
    """Return what a cancellation is about: a txid, an order of this batch, or a user reference."""
    if cancel.userref:
        return f"userref {cancel.sent_as}"
    return str(cancel.order or cancel.ref)


def _heading(group: PlannedGroup, plan: Plan, *, first: bool) -> Line:
    skipped = plan.dispositions.unreachable
    terms = []
    if needs := describe_needs(group.needs, group.barriers):
        terms.append(f"needs {needs}")
    elif not first:
        terms.append("needs nothing")
    if group.fill_by and any(plan.becomes(order) in MAY_SEND for order in group.orders):
        until = moment(rfc3339(min(group.fill_by.values())))
        terms.append(f"until {until}, by an earlier run")
    if group.on_reject is not OnReject.STOP:
        terms.append(f"on_reject {group.on_reject.value}")
    if group.hold:
        terms.append("hold: each waits until its pair has room")
    if group.name in skipped:
        terms.append(f"skipped, because {skipped[group.name]} cannot be completed")
    return line(Span(group.name, Style.NAME), Span("".join(f"  {term}" for term in terms), Style.QUIET))


def _order_rows(
    group: PlannedGroup,
    plan: Plan,
    columns: ReviewColumns,
    terms: Mapping[OrderKey, Line],
    likes: Mapping[OrderKey, str],
    *,
    refused: bool,
) -> Iterator[Row]:
    """Yield a row for each order whose ``terms`` are given, and one for those that are like it."""
    for order in group.orders:
        if order.key not in terms:
            continue
        word = _order_word(order, group, plan, columns, refused=refused)
        odd = columns.is_odd(order.key)
        known = (*_order_notes(order, group, plan), *columns.notes(order.key))
        notes = [Span(note, Style.PLAIN if odd else Style.QUIET) for note in known]
        notes += [Span(note, Style.WARNING) for note in columns.trades(order.key)]
        yield Row(
            cells=(
                Span(word.text, Style.WARNING) if odd and word.style is Style.GOOD else word,
                Span(str(order.key) if order.orphaned else order.key.id, Style.NAME if odd else Style.PLAIN),
            ),
            body=terms[order.key],
            fields=fields_of_order(order),
            odd=odd,
            worth=columns.worth(order.key),
            distance=columns.distance(order.key),
            line=order.place.line,
            notes=tuple(map(line, notes)),
        )
        if like := likes.get(order.key):
            yield Row(cells=(Span(""), Span("")), body=line(Span(like, Style.KNOWN)))


def _cancel_rows(group: PlannedGroup, plan: Plan, columns: ReviewColumns, *, refused: bool) -> Iterator[Row]:
    placed = {order.key: order for order in plan.orders()} if group.cancel else {}
    for cancel in group.cancel:
        own = placed.get(cancel.order) if cancel.order else None
        txid = plan.txid_of(own) if own else None
        yield Row(
            cells=(_cancel_word(plan.cancel_becomes(group, cancel), refused=refused),),
            body=line(_describe_cancel(cancel, txid)),
            line=cancel.place.line,
            notes=tuple(
                line(Span(note, Style.QUIET))
                for note in (*orphan_notes(cancel), *columns.cancel_targets(cancel))
            ),
        )


def _order_word(
    order: PlannedOrder, group: PlannedGroup, plan: Plan, columns: ReviewColumns, *, refused: bool
) -> Span:
    """Return the disposition of an order in a word; if the plan is refused, nothing is sent."""
    becomes = plan.becomes(order)
    if becomes is Disposition.UNREACHABLE and plan.is_over(group):
        return _LEFT
    if refused and becomes is Disposition.SEND:
        return _REFUSED if columns.is_wrong(order.key) else _NOT_SENT
    return _ORDER_WORDS[becomes]


def _cancel_word(becomes: CancelDisposition, *, refused: bool) -> Span:
    return _NOT_SENT if refused and becomes is CancelDisposition.SEND else _CANCEL_WORDS[becomes]


def _order_notes(order: PlannedOrder, group: PlannedGroup, plan: Plan) -> Iterator[str]:
    txid = order.known.txid if order.known else None
    found = plan.dispositions.found.get(order.key)
    if found is not None:
        yield _found_note(found)
        return
    match order.journal_state:
        case JournalState.PLACED:
            since = "; an earlier run has taken this group back" if group.unwound else ""
            yield f"placed as {txid}{since}"
        case JournalState.ENDED:
            why = (order.known.error if order.known else None) or "no reason is known"
            yield f"placed as {txid}, and ended by the exchange: {why}; to try again, give it a new id"
        case JournalState.UNKNOWN:
            yield "an earlier run may have placed it, so it is looked up before anything is sent"
        case JournalState.CHANGED if order.unrecorded:
            yield "an earlier run knew of it, and the journal lacks its request: it is refused"
        case JournalState.CHANGED:
            yield f"differs from what was placed as {txid or 'an order in doubt'}: it is refused"
        case JournalState.ABANDONED:
            over = "has taken this group back" if group.unwound else "was stopped by an order that ended"
            yield f"not tried again: an earlier run {over}"
        case _ if plan.becomes(order) is Disposition.UNREACHABLE and plan.is_over(group):
            yield "not tried again: the group was stopped by an order that ended"


def _found_note(order: FoundOrder) -> str:
    where = f"the account has it, as {order.txid}, though the journal does not know it"
    match order.disposition:
        case Disposition.ENDED:
            why = order.why or "no reason is known"
            return f"{where}; ended by the exchange: {why}; to try again, give it a new id"
        case Disposition.LOOK_UP:
            return f"{where}: {order.why}"
        case _:
            return where


def _describe_cancel(cancel: PlannedCancel, txid: str | None) -> str:
    if cancel.known and cancel.settled:
        return f"{target(cancel)}, {cancel.known.outcome.value}"
    if cancel.left_open:
        return f"cancel {target(cancel)}"
    if cancel.userref:
        return f"every open order with {target(cancel)}"
    if cancel.order is None:
        return target(cancel)
    return f"{target(cancel)}, {txid or 'once it is placed'}"


def plan_summary(plan: Plan, review: Review | None = None) -> Line:
    """Count the orders and cancellations by disposition, in one line."""
    counted = ", ".join(_count_parts(plan))
    if why := refusals(plan, review):
        rest = f"; nothing would be sent of {counted}" if counted else "; nothing would be sent"
        if plan.changed and len(why) == 1:
            rest = f", {counted}; nothing would be sent" if counted else "; nothing would be sent"
        return line(Span("refused: ", Style.BAD), f"{', '.join(why)}{rest}")
    if not plan.changes:
        over = any(map(plan.is_over, plan.groups))
        begin = "nothing would be sent" if over else "nothing to do"
        return line(Span(begin, Style.NAME), f": {counted}" if counted else "")
    warned = f", {counted_findings(review)}" if review and review.findings else ""
    return line(Span(counted, Style.NAME), f"{warned}; this is a plan, nothing was sent")


def _count_parts(plan: Plan) -> Iterator[str]:
    orders = Counter(plan.dispositions.orders.values())
    left = sum(
        plan.becomes(order) is Disposition.UNREACHABLE
        for group in plan.groups
        if plan.is_over(group)
        for order in group.orders
    )
    cancels = Counter(plan.dispositions.cancels.values())
    skipped, orphaned = cancels[CancelDisposition.UNREACHABLE], cancels[CancelDisposition.ORPHANED]
    parts = [
        (orders[Disposition.LOOK_UP], "to look up first"),
        (orders[Disposition.SEND], "to send"),
        (orders[Disposition.PLACED], "already placed"),
        (orders[Disposition.ENDED], "ended by the exchange"),
        (orders[Disposition.OPEN_AT_EXCHANGE], "open at the exchange"),
        (orders[Disposition.ORPHANED], "no longer in the file"),
        (left, "not tried again"),
        (orders[Disposition.UNREACHABLE] - left, "skipped"),
        (cancels[CancelDisposition.SEND], "to cancel"),
        (orphaned, f"{'cancellation' if orphaned == 1 else 'cancellations'} no longer in the file"),
        (cancels[CancelDisposition.SETTLED], "already canceled"),
        (skipped, "cancellation skipped" if skipped == 1 else "cancellations skipped"),
    ]
    return (f"{number} {words}" for number, words in parts if number)
