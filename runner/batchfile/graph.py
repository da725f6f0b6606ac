"""The graph of groups: whether they wait for each other in a circle, and what runs before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .survey import GroupSeen, Survey


def cycle_in(survey: Survey) -> list[str]:
    """The names along one circle, the first of them again at the end; empty if there is none.

    It begins with the group of the circle that stands first in the file.
    """
    done: set[str] = set()
    for start in survey.by_name:
        cycle = _cycle_from(survey, start, done)
        if cycle:
            first = min(range(len(cycle)), key=lambda i: list(survey.by_name).index(cycle[i]))
            turned = cycle[first:] + cycle[:first]
            return [*turned, turned[0]]
    return []


def _cycle_from(survey: Survey, start: str, done: set[str]) -> list[str]:
    """Depth first without recursion; ``done`` collects groups from which no circle is reached."""
    trail: list[str] = []
    on_trail: set[str] = set()
    pending: list[tuple[str, bool]] = [(start, False)]
    while pending:
        name, leaving = pending.pop()
        if leaving:
            done.add(trail.pop())
            on_trail.remove(name)
        elif name in on_trail:
            return trail[trail.index(name) :]
        elif name not in done:
            trail.append(name)
            on_trail.add(name)
            pending.append((name, True))
            pending.extend((need, False) for need in reversed(survey.needs_of(name)))
    return []


def upstream_of(survey: Survey, group: GroupSeen) -> set[str]:
    """The names of a group and of all groups that are over before its cancellations leave."""
    if group.name is None or group.name not in survey.by_name:
        return set(survey.by_name)
    reached = {group.name}
    pending = [group.name]
    while pending:
        for need in survey.needs_of(pending.pop()):
            if need not in reached:
                reached.add(need)
                pending.append(need)
    return reached
