"""Two versions of a batch file: what was added, removed and changed, in the order of the file."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.review import ChangeKind, Diff, FieldChange
from runner.review.plans.batch_diff import merged
from tests.review.versions import between, group, text

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True)
PRICES = st.sampled_from(["1", "1.0", "2"])
ORDERS = st.dictionaries(st.sampled_from("abcde"), PRICES, min_size=1)


def shown(found: Diff) -> list[str]:
    """Each change of an order or a cancellation: its kind's first letter, and what it is about."""
    return [
        f"{item.kind.value[0]} {name}"
        for group in found.groups
        for item, name in [
            *((order, f"{group.name}/{order.id}") for order in group.orders),
            *((cancel, cancel.what) for cancel in group.cancels),
        ]
    ]


def test_fields_are_compared_as_their_author_typed_them() -> None:
    """``0.10`` and ``0.1`` leave as different texts, so they are different."""
    old = text(group("g", "a, price: 100, volume: 0.1", "b, price: 99, volume: 1"))
    new = text(group("g", "a, price: 101.5, volume: 0.10, oflags: post", "b, price: 99, volume: 1"))
    (change,) = between(old, new).groups
    (order,) = change.orders
    assert (order.kind, order.id, order.line) == (ChangeKind.CHANGED, "a", 6)
    assert order.fields == (
        FieldChange("volume", "0.1", "0.10"),
        FieldChange("price", "100", "101.5"),
        FieldChange("oflags", None, "post"),
    )


def test_a_barrier_is_part_of_the_needs() -> None:
    """Its time and what follows are compared as they are written in words."""
    fields = "a, price: 1, volume: 1"
    old = text(group("x", fields), group("y", fields, needs="[x]"))
    needs = [
        f"[{{group: x, until: filled, within: {within}, otherwise: cancel}}]"
        for within in ("15m", "900s", "1h")
    ]
    new, same, longer = (text(group("x", fields), group("y", fields, needs=need)) for need in needs)
    (change,) = between(old, new).groups
    assert change.fields == (FieldChange("needs", "x", "x filled within 15m, otherwise cancel"),)
    assert between(new, same).groups == ()
    (change,) = between(new, longer).groups
    assert change.fields[0].now == "x filled within 1h, otherwise cancel"


def test_changes_come_in_the_order_of_the_file() -> None:
    """A removed order keeps its place among its neighbours."""
    same = ", price: 1, volume: 1"
    old = text(group("x", f"a{same}"), group("g", *(f"{id}{same}" for id in "abcd")), group("y", f"b{same}"))
    new = text(group("g", *(f"{id}{same}" for id in "aeb"), f"d{same}1"), group("z", f"c{same}"))
    found = between(old, new)
    assert shown(found) == ["r x/a", "a g/e", "r g/c", "c g/d", "r y/b", "a z/c"]
    assert found.counts == {
        ChangeKind.ADDED: 2,
        ChangeKind.REMOVED: 3,
        ChangeKind.CHANGED: 1,
        ChangeKind.SAME: 2,
    }


def test_cancellations_and_groups_are_compared() -> None:
    """Each id is added or removed, and what a group says of itself is a field."""
    first, second = "OQCLML-BW3P3-BUCMWZ", "OUEMWD-CUO73-YYCBEK"
    buy = "a, price: 1, volume: 1"
    old = text(group("g", buy, cancel=f"[{first}, {{userref: 17}}]"), group("h", cancel=f"[{second}]"))
    new = text(
        group("g", buy, cancel=f"[{{order: g/a}}, {first}]", on_reject="unwind"),
        group("h", cancel=f"[{second}]", needs="[]"),
    )
    found = between(old, new)
    assert shown(found) == ["r userref 17", "a g/a"] or shown(found) == ["a g/a", "r userref 17"]
    assert [(change.name, change.kind, change.fields) for change in found.groups] == [
        ("g", ChangeKind.CHANGED, (FieldChange("on_reject", "stop", "unwind"),)),
        ("h", ChangeKind.CHANGED, (FieldChange("needs", "g", "nothing"),)),
    ]


def test_a_new_name_is_a_field_of_the_batch() -> None:
    """It makes every order another one, so it is never passed over."""
    same = group("g", "a, price: 1, volume: 1")
    top = "name: c\ndescription: more\nrepeat: true\ncreated: 2026-11-29"
    found = between(text(same), text(same, top=top))
    assert found.fields == (
        FieldChange("name", "b", "c"),
        FieldChange("description", None, "more"),
        FieldChange("repeat", None, "true"),
        FieldChange("created", None, "2026-11-29"),
    )
    assert (found.groups, found.empty) == ((), False)


def test_a_file_that_was_not_there_is_all_new() -> None:
    """Each order with all of its fields, those of its close among them."""
    close = "{ordertype: limit, price: 160}"
    found = between(None, text(group("g", f"a, price: 1, volume: 1, margin: true, close: {close}")))
    (order,) = found.groups[0].orders
    assert all(change.was is None for change in order.fields)
    assert {change.name: change.now for change in order.fields} == {
        **{"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "volume": "1", "price": "1"},
        **{"margin": "true", "close.ordertype": "limit", "close.price": "160"},
    }


def test_sums_are_by_pair_side_and_unit() -> None:
    """Volume in its own currency, worth where a price is named; what did not change is not listed."""
    old = text(group("g", "a, price: 100, volume: 0.5", "b, price: 10, volume: 1"))
    new = text(
        group(
            "g",
            "a, price: 100, volume: 0.75",
            "b, price: 10, volume: 1",
            'm, volume: 2, type: sell, price: "+1%"',
            "q, volume: 30, oflags: viqc, type: buy, ordertype: market",
        )
        .replace("type: buy, ordertype: limit, id: m", "ordertype: limit, id: m")
        .replace("type: buy, ordertype: limit, id: q", "id: q")
    )
    found = between(old, new)
    assert [(s.type, s.what, s.unit, s.was, s.now, s.difference) for s in found.sums] == [
        ("buy", "volume", "ETH", Decimal("1.5"), Decimal("1.75"), Decimal("0.25")),
        ("buy", "worth", "EUR", Decimal(60), Decimal(115), Decimal(55)),
        ("sell", "volume", "ETH", Decimal(0), Decimal(2), Decimal(2)),
        ("buy", "volume", "EUR", Decimal(0), Decimal(30), Decimal(30)),
    ]


@given(NAMES, NAMES)
def test_merged_names_keep_both_orders(old: list[str], new: list[str]) -> None:
    """Everybody is there once; the new file's order holds, and what was removed follows whom it followed."""
    names = merged(old, new)
    assert sorted(names) == sorted({*old, *new})
    assert [name for name in names if name in new] == new
    gone = [name for name in old if name not in new]
    for name in gone:
        before = [other for other in old[: old.index(name)] if other in new]
        at = names.index(name)
        assert not before or names.index(before[-1]) < at
        assert [other for other in names[:at] if other in new][-1:] == before[-1:]


@given(ORDERS, ORDERS)
def test_the_differences_turn_one_into_the_other(old: dict[str, str], new: dict[str, str]) -> None:
    """Applied to the old prices, the changes give the new ones; nothing else is reported."""
    files = [
        text(group("g", *(f"{id}, price: {p}, volume: 1" for id, p in item.items()))) for item in (old, new)
    ]
    found = between(*files)
    prices = dict(old)
    for change in (order for part in found.groups for order in part.orders):
        if change.kind is ChangeKind.REMOVED:
            del prices[change.id]
        else:
            prices[change.id] = next(field.now or "" for field in change.fields if field.name == "price")
    assert prices == new
    assert found.empty is (list(old.items()) == list(new.items()))
    assert sum(found.counts.values()) == len({*old, *new})
