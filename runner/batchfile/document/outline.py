"""The readable parts of a document that may be faulty: its groups, orders, needs and cancellations.

Parts that do not have the right shape are left out, since the schema has reported them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from runner.domain import OrderKey

from .defaults import from_defaults
from .limits import MAX_GROUPS
from .values import LineColumn, YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Iterator


_GROUP_KEYS: Final = frozenset({"name", "description", "needs", "on_reject", "hold", "orders", "cancel"})


class OrderSeen(NamedTuple):
    """One order with ``defaults`` merged in; ``id`` and ``group`` are ``None`` if unreadable."""

    group_path: str
    number: int
    node: YamlMap
    id: str | None
    group: str | None

    @property
    def path(self) -> str:
        """Its path, made only for orders that are reported."""
        return f"{self.group_path}.orders[{self.number}]"


class CancelSeen(NamedTuple):
    """One entry of ``cancel``.

    ``target`` is equal for entries that cancel the same. ``including_own``: the author says that orders of
    the batch are meant too.
    """

    path: str
    at: LineColumn
    target: tuple[str, str]
    order: OrderKey | None = None
    including_own: bool = False

    @property
    def kind(self) -> str:
        """The kind of name by which it is canceled: ``txid``, ``userref`` or ``order``."""
        return self.target[0]

    @property
    def text(self) -> str:
        """The id, user reference or name by which it is canceled."""
        return self.target[1]


class NeedSeen(NamedTuple):
    """One entry of ``needs``. ``filled``: the orders of the group must be filled."""

    path: str
    at: LineColumn
    group: str
    filled: bool = False


class GroupSeen(NamedTuple):
    """One group. ``needs`` is ``None`` if absent. ``ids`` are those of its orders that can be read."""

    path: str
    node: YamlMap
    name: str | None
    needs: tuple[NeedSeen, ...] | None
    orders: tuple[OrderSeen, ...]
    ids: tuple[str, ...]
    cancel: tuple[CancelSeen, ...]

    def is_without(self, key: str) -> bool:
        """Return whether it surely has nothing under a key: an unknown key may be that one, misspelled."""
        return self.node.keys() <= _GROUP_KEYS and not self.node.get(key)


class Outline(NamedTuple):
    """A whole document. ``by_name`` holds the first group of each name, ``before`` the groups above it."""

    name: str | None
    defaults: YamlMap | None
    groups: tuple[GroupSeen, ...]
    by_name: dict[str, GroupSeen]
    before: dict[str, str]

    def orders(self) -> Iterator[OrderSeen]:
        """All orders in the file's order."""
        for group in self.groups:
            yield from group.orders

    def needs_of(self, name: str) -> tuple[str, ...]:
        """Return the groups that a group waits for, as far as they exist.

        Absent ``needs`` is the one before.
        """
        group = self.by_name[name]
        if group.needs is None:
            return (self.before[name],) if name in self.before else ()
        needed = (need.group for need in group.needs)
        return tuple(need for need in needed if need in self.by_name and need != name)


def written(outline: Outline, key: str) -> Iterator[tuple[str, YamlMap, OrderSeen | None]]:
    """Yield a field's text wherever an author wrote it: in an order, or under ``defaults`` (no order)."""
    if outline.defaults is not None and isinstance(text := outline.defaults.get(key), str):
        yield text, outline.defaults, None
    for order in outline.orders():
        text = order.node.get(key)
        if isinstance(text, str) and not from_defaults(outline.defaults, order.node, key):
            yield text, order.node, order


def path_of(order: OrderSeen | None, key: str) -> str:
    """Return the path of a field of an order, or of one under ``defaults`` (no order)."""
    return f"{order.path if order else 'defaults'}.{key}"


def outline_of(document: YamlMap) -> Outline:
    """Return the readable parts of a document."""
    nodes = _maps(document.get("groups"))
    groups = tuple(_group(index, node) for index, node in nodes if index < MAX_GROUPS)
    by_name: dict[str, GroupSeen] = {}
    before: dict[str, str] = {}
    for above, group in zip((None, *groups), groups, strict=False):
        if group.name is not None and group.name not in by_name:
            by_name[group.name] = group
            if above is not None and above.name is not None and above.name != group.name:
                before[group.name] = above.name
    defaults = document.get("defaults")
    return Outline(
        _text(document, "name"), defaults if isinstance(defaults, YamlMap) else None, groups, by_name, before
    )


def _group(index: int, node: YamlMap) -> GroupSeen:
    path, name = f"groups[{index}]", _text(node, "name")
    orders = tuple(
        OrderSeen(path, position, order, _text(order, "id"), name)
        for position, order in _maps(node.get("orders"))
    )
    ids = tuple(order.id for order in orders if order.id is not None)
    needs = tuple(_needs(path, node["needs"])) if "needs" in node else None
    return GroupSeen(path, node, name, needs, orders, ids, tuple(_cancel(path, node.get("cancel"))))


def _needs(path: str, entries: object) -> Iterator[NeedSeen]:
    if not isinstance(entries, YamlList):
        return
    for index, entry in enumerate(entries):
        where = f"{path}.needs[{index}]"
        match entry:
            case str():
                yield NeedSeen(where, entries.item_at(index), str(entry))
            case YamlMap() if isinstance(group := entry.get("group"), str):
                yield NeedSeen(f"{where}.group", entry.value_at("group"), str(group), filled=True)


def _cancel(path: str, entries: object) -> Iterator[CancelSeen]:
    if not isinstance(entries, YamlList):
        return
    for index, entry in enumerate(entries):
        where, at = f"{path}.cancel[{index}]", entries.item_at(index)
        match entry:
            case str():
                yield CancelSeen(where, at, ("txid", str(entry)))
            case YamlMap() if isinstance(userref := entry.get("userref"), str):
                meant = entry.get("including_own") is True
                yield CancelSeen(where, at, ("userref", str(userref)), including_own=meant)
            case YamlMap() if isinstance(order := entry.get("order"), str) and order.count("/") == 1:
                group, _, own = order.partition("/")
                yield CancelSeen(where, entry.value_at("order"), ("order", str(order)), OrderKey(group, own))


def _maps(nodes: object) -> Iterator[tuple[int, YamlMap]]:
    if isinstance(nodes, YamlList):
        for index, node in enumerate(nodes):
            if isinstance(node, YamlMap):
                yield index, node


def _text(node: YamlMap, key: str) -> str | None:
    value = node.get(key)
    return str(value) if isinstance(value, str) else None
