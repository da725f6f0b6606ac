"""The rules for ``needs`` that a schema cannot express: groups exist, are needed once, and can be filled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.batchfile.document.values import Fault, shorten, show
from runner.batchfile.hints.similarity import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.batchfile.document.outline import NeedSeen, Outline


def known_needs(outline: Outline) -> Iterator[Fault]:
    """Yield a fault for each need of a group that does not exist, or of the group itself."""
    names = [group.name for group in outline.groups if group.name is not None]
    known = set(names)
    for group in outline.groups:
        for need in group.needs or ():
            if need.group == group.name:
                yield Fault(
                    need.at, need.path, "a group cannot need itself", "remove it", code="needs-itself"
                )
            elif need.group not in known:
                hint = partial(_group_hint, need.group, names, group.name)
                yield Fault(
                    need.at,
                    need.path,
                    f"there is no group {show(need.group)}",
                    hint,
                    code="needs-unknown-group",
                )


def _group_hint(name: str, names: list[str], own: str | None) -> str:
    return did_you_mean(name, [other for other in names if other != own])


def needed_once(outline: Outline) -> Iterator[Fault]:
    """Yield a fault for each second need of a group, where one is a mapping: the schema compares names."""
    for group in outline.groups:
        first: dict[str, NeedSeen] = {}
        for need in group.needs or ():
            other = first.setdefault(need.group, need)
            if other is not need and (need.filled or other.filled):
                message = f"the group {show(need.group)} is needed on line {other.at[0]} already"
                yield Fault(need.at, need.path, message, "remove one of the two", code="needs-twice")


def filled_groups_have_orders(outline: Outline) -> Iterator[Fault]:
    """Yield a fault for each group that has to be filled and has no orders."""
    for group in outline.groups:
        for need in group.needs or ():
            needed = outline.by_name.get(need.group)
            if need.filled and needed is not None and needed is not group and needed.is_without("orders"):
                message = f"the group {show(need.group)} has no orders that could be filled"
                hint = f"write its name alone, {shorten(need.group)}, to wait for its cancellations"
                yield Fault(need.at, need.path, message, hint, code="needs-filled-without-orders")
