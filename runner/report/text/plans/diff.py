"""The difference of two versions of a batch, as lines with their place in the file.

``+`` marks what was added, ``-`` what was removed, ``~`` what was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.report.humanize import count
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.table import Block, Row, block_lines
from runner.review import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.review import CancelChange, Diff, FieldChange, GroupChange, OrderChange, PlacedAgain, Sum

MARKS: Final = {
    ChangeKind.ADDED: Span("+", Style.GOOD),
    ChangeKind.REMOVED: Span("-", Style.BAD),
    ChangeKind.CHANGED: Span("~", Style.WARNING),
}


def diff_lines(diff: Diff, width: int) -> list[Line]:
    """Return the difference as lines of at most ``width`` columns, except for long words."""
    title = line("against ", Span(diff.against, Style.NAME), ": ", diff_summary(diff))
    lines = hang(title, width, 2)
    changes = [line(f"  {describe_change(change)}") for change in diff.fields]
    lines += [piece for change in changes for piece in hang(change, width, 4)]
    warnings = [line("  ", Span(describe_repeat(again), Style.WARNING)) for again in diff.again]
    lines += [piece for warning in warnings for piece in hang(warning, width, 4)]
    lines += block_lines(diff_blocks(diff), width)
    if diff.sums:
        lines += [
            (),
            *(piece for total in diff.sums for piece in hang(line(f"  {describe_sum(total)}"), width, 4)),
        ]
    return lines


def diff_blocks(diff: Diff) -> list[Block]:
    """Return the groups that are not the same, with their rows."""
    return [Block(_heading(group), tuple(_rows(group))) for group in diff.groups]


def diff_summary(diff: Diff) -> str:
    """``2 orders added, 1 changed, 1 removed``."""
    if diff.empty:
        return "no difference"
    parts = [
        f"{diff.counts[kind]} {kind.value}"
        for kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED)
        if diff.counts[kind]
    ]
    cancels = [cancel.kind for group in diff.groups for cancel in group.cancels]
    orders = f"orders: {', '.join(parts)}" if parts else "no order is another"
    changed = [
        f"{count(cancels.count(kind), 'cancellation')} {kind.value}" for kind in ChangeKind if kind in cancels
    ]
    return "; ".join([orders, *changed])


def describe_change(change: FieldChange) -> str:
    """``price 145 -> 146``."""
    match change:
        case _ if change.was is None:
            return f"{change.name} {change.now}"
        case _ if change.now is None:
            return f"{change.name} {change.was} -> none"
        case _:
            return f"{change.name} {change.was} -> {change.now}"


def describe_repeat(again: PlacedAgain) -> str:
    """Describe the effect of a new identity: ``batch one is now two: its 3 orders would be placed again``."""
    if again.what == "order":
        return f"order {again.was} is now {again.now}: it would be placed again (line {again.line})"
    its = "its order" if again.orders == 1 else f"its {again.orders} orders"
    verb = "is now" if again.what != "repeat" else "was changed to"
    was = f"{again.what} {again.was}" if again.what != "repeat" else f"repeat: {again.was}"
    return f"{was} {verb} {again.now}: {its} would be placed again"


def describe_order_change(order: OrderChange) -> str:
    """Describe the differences of an order, or a new order, field by field."""
    if order.kind is ChangeKind.REMOVED:
        return ", ".join(f"{change.name} {change.was}" for change in order.fields)
    return ", ".join(map(describe_change, order.fields))


def describe_sum(sum: Sum) -> str:
    """``ETH/EUR buy volume: 0.25 -> 0.5 ETH (+0.25)``."""
    was, now, more = (f"{amount.normalize():f}" for amount in (sum.was, sum.now, sum.difference))
    sign = "" if more.startswith("-") else "+"
    return f"{sum.pair} {sum.type} {sum.what}: {was} -> {now} {sum.unit} ({sign}{more})"


def describe_group_change(group: GroupChange) -> str:
    """Describe what is different about a group itself."""
    if group.kind is ChangeKind.CHANGED:
        return ", ".join(map(describe_change, group.fields))
    return group.kind.value


def _heading(group: GroupChange) -> Line:
    words = describe_group_change(group)
    return line(Span(group.name, Style.NAME), Span(f"  {words}" if words else "", Style.QUIET))


def _rows(group: GroupChange) -> Iterator[Row]:
    for order in group.orders:
        yield _row(order.kind, order.id, describe_order_change(order), order.line)
    for cancel in group.cancels:
        yield _cancel_row(cancel)


def _row(kind: ChangeKind, id: str, words: str, number: int) -> Row:
    return Row(
        cells=(MARKS[kind], Span(id)), body=line(words), line=number, was_line=kind is ChangeKind.REMOVED
    )


def _cancel_row(cancel: CancelChange) -> Row:
    return Row(
        cells=(MARKS[cancel.kind],),
        body=line(f"cancel {cancel.what}"),
        line=cancel.line,
        was_line=cancel.kind is ChangeKind.REMOVED,
    )
