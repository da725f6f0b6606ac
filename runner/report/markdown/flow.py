"""The groups of a batch as a Mermaid flowchart, which GitHub draws in a comment: what waits for what.

Source of the form: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import describe_barrier
from runner.report.humanize import count

from .page import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import FillBarrier
    from runner.planning import Plan, PlannedGroup

MOST_GROUPS: Final = 40
"""A drawing of more groups is not readable; the table has them."""


def flow_sections(plan: Plan) -> list[Section]:
    """Return a drawing of a batch in which a group waits until another one is filled; none of others."""
    drawn = any(group.barriers for group in plan.groups) and len(plan.groups) <= MOST_GROUPS
    return [Section(head=tuple(_chart(plan)))] if drawn else []


def _chart(plan: Plan) -> Iterator[str]:
    groups = [group for group in plan.groups if not group.orphaned]
    ids = {group.name: f"g{number}" for number, group in enumerate(groups, 1)}
    yield from ("```mermaid", "flowchart LR")
    for group in groups:
        yield f'  {ids[group.name]}["{_label(group)}"]'
    for group in groups:
        barriers = {barrier.group: barrier for barrier in group.barriers}
        for name in filter(ids.__contains__, group.needs):
            arrow = f"==>|{_terms(barriers[name])}|" if name in barriers else "-->"
            yield f"  {ids[name]} {arrow} {ids[group.name]}"
    yield "```"


def _terms(barrier: FillBarrier) -> str:
    return f'"{describe_barrier(barrier.group, barrier.within, barrier.otherwise.value)}"'


def _label(group: PlannedGroup) -> str:
    """Return a name, which has no character that Mermaid would interpret, and what is in the group."""
    cancels = len(group.cancel)
    parts = [count(len(group.orders), "order")] if group.orders else []
    parts += [count(cancels, "cancellation")] if cancels else []
    return f"{group.name}: {', '.join(parts)}"
