"""A plan for the person who reviews it: each order with where it stands, what it asks, and its line.

What would leave word by word is in the JSON form. Nothing here is sent, and the last line says so.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from runner.domain import OnReject
from runner.engine import Standing
from runner.protocol import fields_of

from .lines import Line, Span, Style, hang, line
from .table import Row, layout_of, table
from .words import asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.engine import Plan, PlannedCancel, PlannedGroup, PlannedOrder

_ORDER_WORDS: Final = {
    Standing.NEW: Span("send", Style.GOOD),
    Standing.ALREADY: Span("already", Style.KNOWN),
    Standing.DOUBT: Span("look up", Style.DOUBT),
    Standing.CHANGED: Span("changed", Style.BAD),
    Standing.SPENT: Span("left", Style.WARNING),
}

_CANCEL: Final = Span("cancel", Style.WARNING)
_ALREADY: Final = Span("already", Style.KNOWN)
_LEFT: Final = Span("left", Style.WARNING)


def plan_lines(plan: Plan, width: int) -> list[Line]:
    """The plan as lines of at most ``width`` columns, long words aside."""
    rows = {group.name: list(_rows(group, plan)) for group in plan.groups}
    layout = layout_of([row for group in rows.values() for row in group], width)
    lines = hang(title("plan", plan), width, 2)
    for group in plan.groups:
        first = group is plan.groups[0]
        lines += [(), *hang(_heading(group, first=first), width, 4), *table(rows[group.name], layout)]
    return [*lines, (), *hang(_summary(plan), width, 2)]


def title(word: str, plan: Plan) -> Line:
    """Which batch this is about, and where it goes."""
    return heading_of(word, plan.run.batch, plan.run.run_key, plan.venue, plan.file)


def heading_of(word: str, batch: str, run_key: str, venue: str, file: str) -> Line:
    """``plan of quickstart at paper, from batches/quickstart.yaml``."""
    key = (", run key ", Span(run_key, Style.NAME)) if run_key else ()
    return line(
        f"{word} of ", Span(batch, Style.NAME), *key, " at ", Span(venue, Style.NAME), f", from {file}"
    )


def what(order: PlannedOrder) -> str:
    """What a planned order asks for, in words."""
    words = asked(fields_of(order.request), own_id=order.own_id)
    return words if order.deadline_s is None else f"{words}, deadline {order.deadline_s} s"


def target(cancel: PlannedCancel) -> str:
    """What a cancellation is about: a txid, an order of this batch, or a user reference."""
    if cancel.userref:
        return f"userref {cancel.sent_as}"
    return str(cancel.order or cancel.ref)


def _heading(group: PlannedGroup, *, first: bool) -> Line:
    terms = []
    if group.needs:
        terms.append(f"needs {', '.join(group.needs)}")
    elif not first:
        terms.append("needs nothing")
    if group.on_reject is not OnReject.STOP:
        terms.append(f"on_reject {group.on_reject.value}")
    return line(Span(group.name, Style.NAME), Span("".join(f"  {term}" for term in terms), Style.QUIET))


def _rows(group: PlannedGroup, plan: Plan) -> Iterator[Row]:
    for order in group.orders:
        yield Row(
            cells=(_ORDER_WORDS[order.standing], Span(order.key.id)),
            body=line(what(order)),
            tail=f"line {order.place.line}",
            notes=_order_notes(order),
        )
    txids = {order.key: order.already_txid for order in plan.orders()}
    for cancel in group.cancel:
        txid = txids.get(cancel.order) if cancel.order else None
        yield Row(
            cells=(_cancel_word(cancel, group),),
            body=line(_cancel_words(cancel, txid)),
            tail=f"line {cancel.place.line}",
            notes=(line(Span(cancel.known.outcome.value, Style.QUIET)),)
            if cancel.known and cancel.settled
            else (),
        )


def _order_notes(order: PlannedOrder) -> tuple[Line, ...]:
    txid = order.known.txid if order.known else None
    match order.standing:
        case Standing.ALREADY:
            return (line(Span(f"placed as {txid}", Style.QUIET)),)
        case Standing.DOUBT:
            return (line("an earlier run may have placed it, so it is looked up before anything is sent"),)
        case Standing.CHANGED:
            return (line(f"differs from what was placed as {txid or 'an order in doubt'}: it is refused"),)
        case Standing.SPENT:
            return (line("not tried again: an earlier run took back what this group had placed"),)
        case _:
            return ()


def _cancel_word(cancel: PlannedCancel, group: PlannedGroup) -> Span:
    if cancel.settled:
        return _ALREADY
    return _LEFT if group.unwound else _CANCEL


def _cancel_words(cancel: PlannedCancel, txid: str | None) -> str:
    if cancel.userref:
        return f"every open order with {target(cancel)}"
    if cancel.order is None:
        return target(cancel)
    return f"{target(cancel)}, {txid or 'once it is placed'}"


def _summary(plan: Plan) -> Line:
    orders = Counter(order.standing for order in plan.orders())
    cancels = Counter(_cancel_word(cancel, group).text for group in plan.groups for cancel in group.cancel)
    parts = [
        (orders[Standing.CHANGED], "changed after it was placed"),
        (orders[Standing.DOUBT], "to look up first"),
        (orders[Standing.NEW], "to send"),
        (orders[Standing.ALREADY], "already placed"),
        (orders[Standing.SPENT], "not tried again"),
        (cancels["cancel"], "to cancel"),
        (cancels["already"], "already canceled"),
    ]
    counted = ", ".join(f"{number} {words}" for number, words in parts if number)
    if plan.changed:
        return line(Span("refused: ", Style.BAD), f"{counted}; nothing would be sent")
    if not plan.changes:
        return line(Span("nothing to do", Style.NAME), f": {counted}" if counted else "")
    return line(Span(counted, Style.NAME), "; this is a plan, nothing was sent")
