"""A halt as markdown: the outcome, each order, and each cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.report.humanize import count, moment
from runner.report.lines import Style
from runner.report.text.runs.halting import end_of, halt_title, headline, resumed_text

from .escaping import code
from .page import Section

if TYPE_CHECKING:
    from collections.abc import Mapping


def halt_page(result: Mapping[str, Any]) -> tuple[list[str], list[Section]]:
    """Return the top of the page, and its sections."""
    word, certain = headline(result)
    mark = "🟢" if word.style is Style.GOOD else "🟣"
    top = ["### Halt", "", code(halt_title(result)), "", f"{mark} **{word.text}**{certain}"]
    top += ["", code(result["reason"])] if result["reason"] else []
    rows = tuple(
        f"| {end_of(order, result)[0]} | {code(order['txid'])} | {code(order['order'] or '')} "
        f"| {'yes' if order['ours'] else 'no'} |"
        for order in result["orders"]
    )
    head = ("| | txid | order | ours |", "|---|---|---|---|")
    orders = Section(title=count(len(rows), "order"), opened=True, head=head, rows=rows, noun="orders")
    passes = tuple(
        f"| {moment(each['at'])} | {each['way']} | {'' if each['count'] is None else each['count']} "
        f"| {code(each['error'])} |"
        for each in result["passes"]
    )
    head = ("| at | way | orders | error |", "|---|---|--:|---|")
    return top, [*([orders] if rows else []), Section(title="Cancellations", head=head, rows=passes)]


def resume_page(result: Mapping[str, Any]) -> list[str]:
    """Return the page of a resumption."""
    return ["### Resume", "", code(resumed_text(result))]
