"""The rules that a schema cannot express: names must be unique, and references must lead somewhere.

Each rule is a function from the outline of a document to faults; adding a rule is adding a function to
``_CHECKS``. They also run on a document that the schema found faulty, as far as it can be understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.limits import MAX_FAULTS, MAX_ORDERS
from runner.batchfile.document.outline import GroupSeen, OrderSeen, Outline, outline_of, path_of, written
from runner.batchfile.document.values import Fault, LineColumn, YamlMap, shorten, show
from runner.batchfile.hints.references import groups_by_id, unknown_order_hint
from runner.domain import OWN_ORDERS_HINT, OrderKey, RunId, derived_userref, own_orders_message, parse_rfc3339

from .created import created_faults
from .graph import Upstream, cycle_in
from .needs import filled_groups_have_orders, known_needs, needed_once
from .own_ids import own_id_faults

if TYPE_CHECKING:
    from collections.abc import Hashable

_SHOWN_OF_A_CYCLE: Final = 12

_Check = Callable[[Outline], Iterator[Fault]]


def semantic_faults(document: YamlMap, *, run_key: str = "", now: float | None = None) -> list[Fault]:
    """Return the faults of a document, with ``defaults`` merged in, that the schema cannot find.

    ``run_key``: the run key that it is applied with, empty if not known. ``now``: Unix seconds, None if the
    date does not matter.
    """
    outline = outline_of(document)
    checks = (
        *(check(outline) for check in _CHECKS),
        own_id_faults(outline, repeat=document.get("repeat") is True, run_key=run_key),
        created_faults(document, now),
    )
    return [fault for faults in checks for fault in islice(faults, MAX_FAULTS)]


def _unique_group_names(outline: Outline) -> Iterator[Fault]:
    for group in outline.groups:
        first = group if group.name is None else outline.by_name[group.name]
        if first is not group:
            line = first.node.value_at("name")[0]
            message = f"the group name {show(group.name)} is taken on line {line}"
            at = group.node.value_at("name")
            yield Fault(
                at, f"{group.path}.name", message, "each group has its own name", code="group-name-twice"
            )


def _unique_order_ids(outline: Outline) -> Iterator[Fault]:
    for group in outline.groups:
        first: dict[str, OrderSeen] = {}
        for order in group.orders:
            if order.id is not None and (holder := first.setdefault(order.id, order)) is not order:
                line = holder.node.value_at("id")[0]
                message = f"the order id {show(order.id)} is taken on line {line}"
                at = order.node.value_at("id")
                yield Fault(
                    at,
                    f"{order.path}.id",
                    message,
                    "each order of a group has its own id",
                    code="order-id-twice",
                )


def _no_cycles(outline: Outline) -> Iterator[Fault]:
    """One cycle at a time: taking it apart may take others apart too."""
    cycle = cycle_in(outline)
    if not cycle:
        return
    group = outline.by_name[cycle[0]]
    implied = [name for name in cycle[:-1] if outline.by_name[name].needs is None]
    hint = (
        f"{shorten(implied[0])} has no `needs` and so needs the group before it; `needs: []` starts at once"
        if implied
        else "remove one of these needs"
    )
    at = group.node.key_at("needs") if "needs" in group.node else group.node.first_key_at
    path = f"{group.path}.needs" if "needs" in group.node else group.path
    shown = cycle if len(cycle) <= _SHOWN_OF_A_CYCLE else [*cycle[: _SHOWN_OF_A_CYCLE - 2], "...", cycle[-1]]
    names = " needs ".join(shorten(name) for name in shown)
    yield Fault(at, path, f"the groups wait for each other: {names}", hint, code="needs-circle")


def _canceled_orders_come_earlier(outline: Outline) -> Iterator[Fault]:
    groups_of = groups_by_id(outline)
    orders = {(group, own) for own, groups in groups_of.items() for group in groups}
    upstream: Upstream | None = None
    for group in outline.groups:
        for entry in group.cancel:
            if entry.order is None:
                continue
            key, path = entry.order, f"{entry.path}.order"
            if key not in orders:
                hint = partial(unknown_order_hint, outline, groups_of, key)
                yield Fault(
                    entry.at,
                    path,
                    f"there is no order {show(str(key))} in this batch",
                    hint,
                    code="cancel-unknown-order",
                )
                continue
            upstream = upstream or Upstream(outline)
            if not upstream.holds(group.name, key.group):
                message = f"{show(str(key))} may not be placed yet when this is canceled"
                yield Fault(
                    entry.at, path, message, _order_hint(upstream, group, key), code="cancel-too-early"
                )


def _order_hint(upstream: Upstream, group: GroupSeen, key: OrderKey) -> str:
    if group.name is not None and upstream.holds(key.group, group.name):
        return f"cancel it in a group after {shorten(key.group)}"
    return f"add {shorten(key.group)} to the `needs` of this group"


def _references_spare_own_orders(outline: Outline) -> Iterator[Fault]:
    """Yield a fault for each cancellation by user reference that reaches own orders.

    An order of a group that begins only after the cancellation is over is not open by then.
    """
    entries = [(group, entry) for group in outline.groups for entry in group.cancel]
    cancellations = [(group, entry) for group, entry in entries if entry.kind == "userref"]
    if not cancellations:
        return
    upstream = Upstream(outline)
    carrying: dict[str, list[OrderSeen]] = {}
    for userref, order in _references(outline):
        carrying.setdefault(userref, []).append(order)
    for group, entry in cancellations:
        reached = [key for key in carrying.get(entry.text, ()) if not _comes_after(upstream, key, group)]
        if reached and not entry.including_own:
            names = [f"{order.group}/{order.id}" for order in reached]
            message = own_orders_message(entry.text, names)
            yield Fault(
                entry.at, f"{entry.path}.userref", message, OWN_ORDERS_HINT, code="cancel-reaches-own"
            )


def _comes_after(upstream: Upstream, order: OrderSeen, group: GroupSeen) -> bool:
    if order.group is None or group.name is None or order.group == group.name:
        return False
    return upstream.holds(order.group, group.name)


def _references(outline: Outline) -> Iterator[tuple[str, OrderSeen]]:
    """Yield the orders that carry a user reference, their author's or one that is derived for them."""
    run = RunId(outline.name or "")
    for order in outline.orders():
        own = order.node.get("userref")
        if isinstance(own, str):
            yield str(own), order
        elif "close" in order.node and outline.name and order.group and order.id:
            yield derived_userref(run, OrderKey(order.group, order.id)), order


def _canceled_once(outline: Outline) -> Iterator[Fault]:
    for group in outline.groups:
        first: dict[Hashable, LineColumn] = {}
        for entry in group.cancel:
            if first.setdefault(entry.target, entry.at) != entry.at:
                message = (
                    f"{entry.kind} {shorten(entry.text)} is canceled on line {first[entry.target][0]} already"
                )
                yield Fault(entry.at, entry.path, message, "remove one of the two", code="cancel-twice")


def _groups_do_something(outline: Outline) -> Iterator[Fault]:
    """Yield the groups that do nothing; one with an unknown key may have its orders there."""
    for group in outline.groups:
        if group.is_without("orders") and group.is_without("cancel"):
            message = "the group has neither orders nor anything to cancel"
            yield Fault(
                group.node.first_key_at,
                group.path,
                message,
                "add `orders` or `cancel`",
                "empty",
                code="group-empty",
            )


def _not_too_many_orders(outline: Outline) -> Iterator[Fault]:
    orders = islice(outline.orders(), MAX_ORDERS, None)
    for order in orders:
        count = sum(len(group.orders) for group in outline.groups)
        message = f"a batch has at most {MAX_ORDERS:,} orders; this one has {count:,}"
        yield Fault(
            order.node.first_key_at,
            order.path,
            message,
            "split it into several batches",
            "many",
            code="too-much",
        )
        return


def _times_exist(outline: Outline) -> Iterator[Fault]:
    for key in ("starttm", "expiretm"):
        for text, node, order in written(outline, key):
            if "T" in text and not _is_time(text):
                message = f"there is no such date or time: {show(text)}"
                yield Fault(node.value_at(key), path_of(order, key), message, code="time-unknown")


def _is_time(text: str) -> bool:
    try:
        return parse_rfc3339(text) > 0
    except (ValueError, OverflowError):
        return False


def _flags_once(outline: Outline) -> Iterator[Fault]:
    """Kraken's text with commas; lists are looked through by the schema."""
    for text, node, order in written(outline, "oflags"):
        twice = next((flag for flag, count in Counter(text.split(",")).items() if flag and count > 1), None)
        if twice is not None:
            message = f"duplicate {show(twice)}"
            yield Fault(
                node.value_at("oflags"), path_of(order, "oflags"), message, "keep one", code="value-twice"
            )


def _derived_ids_differ(outline: Outline) -> Iterator[Fault]:
    """Yield orders with ``close`` whose derived ``userref``, of 31 bits, is that of another order."""
    holders: dict[str, OrderSeen] = {}
    derived: list[tuple[str, OrderSeen]] = []
    run = RunId(outline.name or "")
    for order in outline.orders():
        own = order.node.get("userref")
        if isinstance(own, str):
            holders.setdefault(own, order)
        elif "close" in order.node and outline.name and order.group and order.id:
            derived.append((derived_userref(run, OrderKey(order.group, order.id)), order))
    for userref, order in derived:
        holder = holders.setdefault(userref, order)
        if holder is not order:
            line = holder.node.first_key_at[0]
            message = f"the userref derived for this order, {userref}, is taken by the order on line {line}"
            at = order.node.value_at("id")
            yield Fault(
                at,
                f"{order.path}.id",
                message,
                "give this order another id, or its own userref",
                code="derived-id-taken",
            )


_CHECKS: Final[tuple[_Check, ...]] = (
    _unique_group_names,
    _unique_order_ids,
    known_needs,
    needed_once,
    filled_groups_have_orders,
    _no_cycles,
    _canceled_orders_come_earlier,
    _canceled_once,
    _references_spare_own_orders,
    _groups_do_something,
    _not_too_many_orders,
    _times_exist,
    _flags_once,
    _derived_ids_differ,
)
