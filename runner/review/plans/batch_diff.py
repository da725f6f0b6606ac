"""Two versions of a batch file: what was added, removed and changed, in the order of the file.

It compares the files, not the placed orders. An order is identified by its group and id: under another id it
is another order. Removed entries are listed at their old position. Knows no file and no git.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from runner.domain import (
    Batch,
    Cancellation,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Order,
    describe_needs,
    named_worth,
    parse_price,
    rfc3339,
)

from .renames import PlacedAgain, find_placed_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.domain import Group


_MOST_LISTED: Final = 5


class ChangeKind(StrEnum):
    """The kind of difference between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as text; None where a version does not have it."""

    name: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One order. ``line`` is that of the new file, or of the old one for an order that was removed.

    ``fields`` are all fields of what was added or removed, and those that differ of what changed.
    """

    kind: ChangeKind
    id: str
    line: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelChange:
    """One cancellation, in words such as ``userref 17``; it can only be added or removed."""

    kind: ChangeKind
    what: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChange:
    """One group that is not the same; ``fields`` are ``needs`` and ``on_reject`` where they differ."""

    kind: ChangeKind
    name: str
    line: int
    fields: tuple[FieldChange, ...]
    orders: tuple[OrderChange, ...]
    cancels: tuple[CancelChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The total of the orders on one side of one pair, in one unit, before and after.

    ``what`` is ``volume`` (in the base currency, or in the quote currency for orders with oflag ``viqc``) or
    ``worth`` (volume times limit price; orders whose price the market decides have none).
    """

    pair: str
    type: str
    what: str
    unit: str
    was: Decimal
    now: Decimal

    @property
    def difference(self) -> Decimal:
        """The increase; negative if the sum is smaller now."""
        return self.now - self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All differences of two versions.

    ``against`` names the old one. ``fields`` are changes of the batch's own fields, such as its name.
    ``counts`` says how many orders are of each kind; ``sums`` are those that differ. ``again``: orders that
    differ in their identity alone.
    """

    against: str
    fields: tuple[FieldChange, ...]
    groups: tuple[GroupChange, ...]
    counts: Mapping[ChangeKind, int]
    sums: tuple[Sum, ...]
    again: tuple[PlacedAgain, ...] = ()

    @property
    def empty(self) -> bool:
        """True if both versions ask for the same."""
        return not (self.fields or self.groups)


def diff(old: Batch | None, new: Batch, against: str) -> Diff:
    """Return what is different in ``new``; everything, if there was no file before. ``against`` names it."""
    old_groups = {group.name: group for group in old.groups} if old else {}
    new_groups = {group.name: group for group in new.groups}
    changes = [_group(old_groups.get(name), new_groups.get(name)) for name in merged(old_groups, new_groups)]
    counts = dict.fromkeys(ChangeKind, 0)
    for change in changes:
        for order in change.orders:
            counts[order.kind] += 1
    return Diff(
        against=against,
        fields=(*_differences(_batch_fields(old), _batch_fields(new)), *_groups_moved(old, new)),
        groups=tuple(_without_the_same(change) for change in changes if change.kind is not ChangeKind.SAME),
        counts=counts,
        sums=_sums(old, new),
        again=find_placed_again(old, new) if old else (),
    )


def merged(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Return the names of both, in the order of ``new``.

    What is only in ``old`` follows whom it followed there.
    """
    new = list(new)
    kept = set(new)
    followers: defaultdict[str | None, list[str]] = defaultdict(list)
    last: str | None = None
    for name in old:
        if name in kept:
            last = name
        else:
            followers[last].append(name)
    return followers[None] + [each for name in new for each in (name, *followers[name])]


def _groups_moved(old: Batch | None, new: Batch) -> Iterator[FieldChange]:
    if old is not None:
        before, after = ([group.name for group in batch.groups] for batch in (old, new))
        yield from _reordered_ids("order of groups", before, after)


# --- groups and orders -----------------------------------------------------------------------


def _group(old: Group | None, new: Group | None) -> GroupChange:
    shown = new or old
    assert shown is not None, "a group is in one version at least"
    orders = tuple(_orders(old, new))
    cancels = tuple(_cancels(old, new))
    changed = (*_differences(_group_fields(old), _group_fields(new)), *_moved_group(old, new))
    kind = _kind(
        old, new, bool(changed or cancels or any(order.kind is not ChangeKind.SAME for order in orders))
    )
    return GroupChange(
        kind=kind, name=shown.name, line=shown.place.line, fields=changed, orders=orders, cancels=cancels
    )


def _moved_group(old: Group | None, new: Group | None) -> Iterator[FieldChange]:
    """Yield the order of sending, where both versions have the same orders and send them in another one."""
    if old is not None and new is not None:
        yield from _reordered_ids("order of sending", [o.id for o in old.orders], [o.id for o in new.orders])


def _reordered_ids(name: str, old: list[str], new: list[str]) -> Iterator[FieldChange]:
    """Yield the ids that both versions have, from the first place on where their order differs."""
    both = set(old) & set(new)
    was, now = ([id for id in ids if id in both] for ids in (old, new))
    if was != now:
        first = next(at for at, (before, other) in enumerate(zip(was, now, strict=True)) if before != other)
        yield FieldChange(name, _join_ids(was[first:]), _join_ids(now[first:]))


def _join_ids(ids: list[str]) -> str:
    return ", ".join(ids[:_MOST_LISTED]) + (", ..." if len(ids) > _MOST_LISTED else "")


def _kind(old: object, new: object, differs: bool) -> ChangeKind:
    if old is None or new is None:
        return ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    return ChangeKind.CHANGED if differs else ChangeKind.SAME


def _orders(old: Group | None, new: Group | None) -> Iterator[OrderChange]:
    before = {order.id: order for order in old.orders} if old else {}
    after = {order.id: order for order in new.orders} if new else {}
    for id in merged(before, after):
        was, now = before.get(id), after.get(id)
        shown = now or was
        assert shown is not None, "an order is in one version at least"
        changes = tuple(_differences(_order_fields(was), _order_fields(now)))
        yield OrderChange(kind=_kind(was, now, bool(changes)), id=id, line=shown.place.line, fields=changes)


def _cancels(old: Group | None, new: Group | None) -> Iterator[CancelChange]:
    before = {_target(item): item for item in old.cancel} if old else {}
    after = {_target(item): item for item in new.cancel} if new else {}
    for what in merged(before, after):
        if (what in before) != (what in after):
            kind, item = (
                (ChangeKind.ADDED, after[what]) if what in after else (ChangeKind.REMOVED, before[what])
            )
            yield CancelChange(kind=kind, what=what, line=item.place.line)


def _without_the_same(change: GroupChange) -> GroupChange:
    orders = tuple(order for order in change.orders if order.kind is not ChangeKind.SAME)
    return GroupChange(
        kind=change.kind,
        name=change.name,
        line=change.line,
        fields=change.fields,
        orders=orders,
        cancels=change.cancels,
    )


# --- fields as text --------------------------------------------------------------------------


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldChange]:
    for name in {**new, **old}:
        if old.get(name) != new.get(name):
            yield FieldChange(name, old.get(name), new.get(name))


def _batch_fields(batch: Batch | None) -> dict[str, str]:
    if batch is None:
        return {}
    named = {
        "name": batch.name,
        "description": batch.description,
        "repeat": "true" if batch.repeat else "",
        "created": "" if batch.created is None else rfc3339(batch.created)[: len("2026-11-29")],
    }
    return {name: text for name, text in named.items() if text}


def _group_fields(group: Group | None) -> dict[str, str]:
    if group is None:
        return {}
    needs = describe_needs(group.needs, group.barriers) or "nothing"
    fields = {"needs": needs, "on_reject": group.on_reject.value}
    return {**fields, "hold": "true"} if group.hold else fields


_PLACE: Final = frozenset({"id", "place", "close"})


def _order_fields(order: Order | None) -> dict[str, str]:
    """Return an order's fields, with the names and in the order of the file format."""
    if order is None:
        return {}
    values = {name: value for name, value in order._asdict().items() if name not in _PLACE}
    if order.close is not None:
        close = order.close
        parts = {"ordertype": close.ordertype, "price": close.price, "price2": close.price2}
        values |= {f"close.{name}": value for name, value in parts.items()}
    return {name: _text(value) for name, value in values.items() if value}


def _text(value: Any) -> str:
    match value:
        case True:
            return "true"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


def _target(item: Cancellation) -> str:
    match item:
        case CancelTxid(txid=txid):
            return txid
        case CancelUserref(userref=userref, including_own=own):
            return f"userref {userref}, including own orders" if own else f"userref {userref}"
        case CancelPlaced(order=key):
            return str(key)


# --- totals ----------------------------------------------------------------------------------


def _sums(old: Batch | None, new: Batch) -> tuple[Sum, ...]:
    before, after = _totals(old), _totals(new)
    sums = [
        Sum(pair=pair, type=type, what=what, unit=unit, was=before[key], now=after[key])
        for key in {**after, **before}
        for pair, type, what, unit in (key,)
    ]
    return tuple(total for total in sums if total.difference)


def _totals(batch: Batch | None) -> defaultdict[tuple[str, str, str, str], Decimal]:
    totals: defaultdict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    orders = (order for group in batch.groups for order in group.orders) if batch else ()
    for order in orders:
        base, _, quote = order.pair.partition("/")
        volume = Decimal(order.volume)
        totals[order.pair, order.type, "volume", quote if order.in_quote else base] += volume
        prices = (parse_price(text) for text in (order.price, order.price2) if text)
        worth = named_worth(volume, prices, in_quote=order.in_quote)
        if worth is not None:
            totals[order.pair, order.type, "worth", quote] += worth
    return totals
