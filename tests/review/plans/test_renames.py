"""Orders that the new version has under another identity, so that they would be placed again."""

from __future__ import annotations

import pytest

from runner.review import PlacedAgain
from tests.review.versions import between, group, text

A, B = "a, price: 100, volume: 1", "b, price: 99, volume: 2"


def again(old: bytes, new: bytes) -> list[tuple[str, str, str, int, int]]:
    """The changes of identity between two files."""
    return [(each.what, each.was, each.now, each.orders, each.line) for each in between(old, new).again]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (text(group("g", A, B)), []),
        (text(group("g", A, B), top="name: c"), [("batch", "b", "c", 2, 1)]),
        (text(group("g", A, B), top="name: b\nrepeat: true"), [("repeat", "false", "true", 2, 1)]),
        (text(group("h", A, B)), [("group", "g", "h", 2, 4)]),
        (text(group("h", "a, price: 101, volume: 1", B)), [("group", "g", "h", 2, 4)]),
        (text(group("g", A.replace("a", "c"), B)), [("order", "g/a", "g/c", 1, 6)]),
        (text(group("g", A), group("h", B)), [("order", "g/b", "h/b", 1, 9)]),
        (text(group("g", A, B, "c, price: 98, volume: 1")), []),
        (text(group("g", A)), []),
        (text(group("g", A, "c, price: 98, volume: 1")), []),
    ],
)
def test_what_counts_as_another_order(new: bytes, expected: list[tuple[str, str, str, int, int]]) -> None:
    """A new name is another order; new content under the old name is not, and what is simply new is not."""
    assert again(text(group("g", A, B)), new) == expected


def test_a_file_that_was_not_there_repeats_nothing() -> None:
    """All of it is new."""
    assert between(None, text(group("g", A))).again == ()


def test_identical_orders_are_paired_one_to_one() -> None:
    """Two that are alike are not found in one."""
    old = text(group("g", A))
    new = text(group("g", A.replace("a", "c"), A.replace("a", "d")))
    (found,) = between(old, new).again
    assert found == PlacedAgain(what="order", was="g/a", now="g/c", orders=1, line=6)


def test_sending_in_another_order_is_a_difference() -> None:
    """Of the orders of a group, and of the groups."""
    (change,) = between(text(group("g", A, B)), text(group("g", B, A))).groups
    assert [(field.name, field.was, field.now) for field in change.fields] == [
        ("order of sending", "a, b", "b, a")
    ]
    first, second = group("g", A, needs="[]"), group("h", B, needs="[]")
    (field,) = between(text(first, second), text(second, first)).fields
    assert (field.name, field.was, field.now) == ("order of groups", "g, h", "h, g")
