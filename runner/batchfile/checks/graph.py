"""The graph of groups: whether they wait for each other in a circle, and what runs before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.batchfile.document.outline import Outline


def cycle_in(outline: Outline) -> list[str]:
    """Return the names along one cycle, with the first repeated at the end; empty if there is none.

    It begins with the group of the cycle that is first in the file.
    """
    done: set[str] = set()
    for start in outline.by_name:
        cycle = _cycle_from(outline, start, done)
        if cycle:
            order = {name: place for place, name in enumerate(outline.by_name)}
            first = min(range(len(cycle)), key=lambda i: order[cycle[i]])
            turned = cycle[first:] + cycle[:first]
            return [*turned, turned[0]]
    return []


def _cycle_from(outline: Outline, start: str, done: set[str]) -> list[str]:
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
            pending.extend((need, False) for need in reversed(outline.needs_of(name)))
    return []


class Upstream:
    """The groups that are over before a group's cancellations leave: itself, and all that it waits for.

    Each group's answer is a set of bits, put together from the sets of the groups that it needs; so all of
    them take one look at each need. Groups that wait for each other in a circle share one set.
    """

    def __init__(self, outline: Outline) -> None:
        self._bit = {name: 1 << place for place, name in enumerate(outline.by_name)}
        self._reached = _reached(outline, self._bit)

    def holds(self, group: str | None, other: str) -> bool:
        """Return whether ``other`` is over before ``group`` cancels; a nameless group may wait for all."""
        if group is None or group not in self._reached:
            return True
        return bool(self._reached[group] & self._bit.get(other, 0))


def _reached(outline: Outline, bit: dict[str, int]) -> dict[str, int]:
    """Find circles with Tarjan's algorithm, without recursion: a group is done once its needs are."""
    reached: dict[str, int] = {}
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    circle: list[str] = []
    for start in outline.by_name:
        pending = [] if start in number else [(start, iter(outline.needs_of(start)))]
        if pending:
            number[start] = lowest[start] = len(number)
            circle.append(start)
        while pending:
            name, needs = pending[-1]
            need = next(needs, None)
            if need is None:
                pending.pop()
                if pending:
                    parent = pending[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[name])
                if lowest[name] == number[name]:
                    _close(outline, circle, name, bit, reached)
            elif need not in number:
                number[need] = lowest[need] = len(number)
                circle.append(need)
                pending.append((need, iter(outline.needs_of(need))))
            elif need not in reached:
                lowest[name] = min(lowest[name], number[need])
    return reached


def _close(
    outline: Outline, circle: list[str], name: str, bit: dict[str, int], reached: dict[str, int]
) -> None:
    """Take the groups of one circle, mostly a single group, from the stack: they reach the same groups."""
    place = circle.index(name) if circle[-1] != name else len(circle) - 1
    members = circle[place:]
    del circle[place:]
    bits = 0
    for member in members:
        bits |= bit[member]
        for need in outline.needs_of(member):
            bits |= reached.get(need, 0)
    for member in members:
        reached[member] = bits
