"""Orders that two versions of a batch have under different identities: the new one places them again.

An order is known by the name of its batch, its run key, its group and its id, and by nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.domain import OrderKey, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.domain import Batch, Order

    Orders = dict[OrderKey, Order]

_ANYWHERE: Final = Place(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAgain:
    """Orders of the old version that the new one has under another identity, so that they are placed again.

    ``what`` has another name: ``batch``, ``group`` or ``order``; ``repeat`` where that key was changed.
    ``line`` is that of the new file.
    """

    what: str
    was: str
    now: str
    orders: int
    line: int


def find_placed_again(old: Batch, new: Batch) -> tuple[PlacedAgain, ...]:
    """Return the changes of identity, the widest first: a renamed batch covers those of its orders."""
    before, after = _orders(old), _orders(new)
    return tuple(_batch(old, new, len(before.keys() & after.keys()))) or tuple(
        _renamed_orders(old, new, before, after)
    )


def _batch(old: Batch, new: Batch, common: int) -> Iterator[PlacedAgain]:
    if common and old.name != new.name:
        yield PlacedAgain(what="batch", was=old.name, now=new.name, orders=common, line=1)
    if common and old.repeat != new.repeat:
        was, now = (str(batch.repeat).lower() for batch in (old, new))
        yield PlacedAgain(what="repeat", was=was, now=now, orders=common, line=1)


def _renamed_orders(old: Batch, new: Batch, before: Orders, after: Orders) -> Iterator[PlacedAgain]:
    pairs = _pairs(before, after)
    lines = {group.name: group.place.line for group in new.groups}
    kept = {group.name for group in old.groups} & lines.keys()
    whole = Counter(
        (was.group, now.group)
        for now, was in pairs.items()
        if was.id == now.id and was.group not in kept and now.group not in kept
    )
    for (was_group, now_group), orders in whole.items():
        yield PlacedAgain(what="group", was=was_group, now=now_group, orders=orders, line=lines[now_group])
    for now, was in pairs.items():
        if was.id != now.id or (was.group, now.group) not in whole:
            line = after[now].place.line
            yield PlacedAgain(what="order", was=str(was), now=str(now), orders=1, line=line)


def _pairs(before: Orders, after: Orders) -> Mapping[OrderKey, OrderKey]:
    """Return new keys, each with the key that the same order had before.

    It is the same under another name, else another of the same id, pair and side whose group is gone.
    """
    gone = {key: order for key, order in before.items() if key not in after}
    come = {key: order for key, order in after.items() if key not in before}
    groups = {key.group for key in after}
    pairs = _match_orders(come, gone, lambda key, order: order._replace(place=_ANYWHERE))
    pairs |= _match_orders(
        _left(come, pairs), _unmatched_orders(gone, pairs), lambda key, order: _content(order)
    )
    lost = {key: order for key, order in _unmatched_orders(gone, pairs).items() if key.group not in groups}
    pairs |= _match_orders(_left(come, pairs), lost, lambda key, order: (key.id, order.pair, order.type))
    return {key: pairs[key] for key in come if key in pairs}


def _match_orders(
    come: Orders, gone: Orders, same: Callable[[OrderKey, Order], object]
) -> dict[OrderKey, OrderKey]:
    waiting: defaultdict[object, list[OrderKey]] = defaultdict(list)
    for key, order in reversed(gone.items()):
        waiting[same(key, order)].append(key)
    matches = {}
    for key, order in come.items():
        if found := waiting.get(same(key, order)):
            matches[key] = found.pop()
    return matches


def _left(come: Orders, pairs: Mapping[OrderKey, OrderKey]) -> Orders:
    return {key: order for key, order in come.items() if key not in pairs}


def _unmatched_orders(gone: Orders, pairs: Mapping[OrderKey, OrderKey]) -> Orders:
    used = set(pairs.values())
    return {key: order for key, order in gone.items() if key not in used}


def _content(order: Order) -> Order:
    return order._replace(id="", place=_ANYWHERE)


def _orders(batch: Batch) -> Orders:
    return {OrderKey(group.name, order.id): order for group in batch.groups for order in group.orders}
