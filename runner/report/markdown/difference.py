"""The difference of two versions of a batch as a table in markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.lines import Span
from runner.report.text.plans.diff import (
    MARKS,
    describe_order_change,
    describe_repeat,
    describe_sum,
    diff_summary,
)
from runner.review import ChangeKind

from .escaping import code, html_text, words
from .marks import marked
from .page import OPENED_ROWS, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.review import Diff, FieldChange, GroupChange


def difference_section(diff: Diff) -> Section:
    """Return the fields, groups and orders that differ, and the sums of both."""
    fields = [f"| 🟡 | | {_change(field)} | |" for field in diff.fields]
    fields += [f"| 🟡 | | **{words(describe_repeat(again))}** | {again.line} |" for again in diff.again]
    rows = (*fields, *(row for group in diff.groups for row in _changed_rows(group)))
    title = f"<b>Different from {html_text(diff.against)}</b>: {diff_summary(diff)}"
    sums = tuple(f"- {words(describe_sum(total).replace('->', '→'))}" for total in diff.sums)
    if not rows:
        return Section(title=title, rows=("Both versions ask for the same.",))
    head = ("| | order | change | line |", "|---|---|---|--:|")
    opened = len(rows) <= OPENED_ROWS
    return Section(title=title, opened=opened, head=head, rows=rows, foot=("", *sums[:OPENED_ROWS]))


def _changed_rows(group: GroupChange) -> Iterator[str]:
    changes = (
        "<br>".join(map(_change, group.fields)) if group.kind is ChangeKind.CHANGED else group.kind.value
    )
    yield f"| | **{code(group.name)}** | {changes} | |"
    for order in group.orders:
        said = "<br>".join(map(_change, order.fields))
        what = said if order.kind is ChangeKind.CHANGED else code(describe_order_change(order))
        yield f"| {_kind(order.kind)} | {code(order.id)} | {what} | {_line(order.kind, order.line)} |"
    for cancel in group.cancels:
        line = _line(cancel.kind, cancel.line)
        yield f"| {_kind(cancel.kind)} | | {code(f'cancel {cancel.what}')} | {line} |"


def _kind(kind: ChangeKind) -> str:
    return marked(Span(kind.value, MARKS[kind].style))


def _change(change: FieldChange) -> str:
    was, now = (code(text) if text else "none" for text in (change.was, change.now))
    return f"{change.name} {was} → {now}"


def _line(kind: ChangeKind, line: int) -> str:
    return f"was {line}" if kind is ChangeKind.REMOVED else str(line)
