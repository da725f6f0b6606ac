"""The parts of a document that can be understood although it may be faulty."""

from __future__ import annotations

from runner.batchfile.document.outline import Outline, outline_of
from runner.batchfile.document.values import YamlMap
from runner.batchfile.yaml.reader import read
from runner.domain import OrderKey


def outline(text: str) -> Outline:
    """The outline of a text that is YAML."""
    root = read(text).root
    assert isinstance(root, YamlMap)
    return outline_of(root)


def test_groups_orders_and_cancellations_are_found() -> None:
    """Each with its path; entries that cancel the same have the same target."""
    seen = outline(
        "name: n\n"
        "groups: [{name: g, orders: [{id: a}], cancel: [T, {userref: 5}, {order: g/a}, {userref: '5'}]}]"
    )
    (group,) = seen.groups
    assert (seen.name, group.name, group.needs, group.path) == ("n", "g", None, "groups[0]")
    assert [(order.path, order.id, order.group) for order in seen.orders()] == [
        ("groups[0].orders[0]", "a", "g")
    ]
    assert [entry.target for entry in group.cancel] == [
        ("txid", "T"),
        ("userref", "5"),
        ("order", "g/a"),
        ("userref", "5"),
    ]
    assert group.cancel[2].order == OrderKey("g", "a")
    assert (group.cancel[2].kind, group.cancel[2].text) == ("order", "g/a")


def test_what_has_another_shape_is_left_out() -> None:
    """The schema complains about it; the rest is still seen."""
    seen = outline(
        "name: [n]\ndefaults: 5\n"
        "groups: [5, {name: [x], needs: y, orders: [6, {id: {}}], cancel: [[], {order: a/b/c}]}]"
    )
    (group,) = seen.groups
    assert (seen.name, seen.defaults, group.path) == (None, None, "groups[1]")
    assert (group.name, group.needs, group.cancel) == (None, (), ())
    assert [(order.path, order.id) for order in group.orders] == [("groups[1].orders[1]", None)]


def test_nothing_is_seen_of_nothing() -> None:
    """A document without groups has none."""
    assert outline("groups: x").groups == ()
    assert outline("a: {}").groups == ()


def test_absent_needs_are_the_group_before() -> None:
    """For a name that occurs twice, the first group counts."""
    seen = outline("groups: [{name: a}, {name: b}, {name: a}, {name: c, needs: [b, b, c, x]}]")
    assert [seen.needs_of(name) for name in ("a", "b", "c")] == [(), ("a",), ("b", "b")]


def test_a_need_may_be_a_mapping() -> None:
    """Each is seen with the place of the name; what has no name is left out."""
    (group,) = outline(
        "groups: [{name: a, needs: [b, {group: c, until: filled}, {until: filled}, 5]}]"
    ).groups
    assert [(need.path, need.at, need.group, need.filled) for need in group.needs or ()] == [
        ("groups[0].needs[0]", (1, 28), "b", False),
        ("groups[0].needs[1].group", (1, 39), "c", True),
        ("groups[0].needs[3]", (1, 75), "5", False),
    ]
