"""The place of a fault, in the names of the file."""

from __future__ import annotations

from runner.batchfile.checks.naming import named_path
from runner.batchfile.yaml.reader import read
from tests.support.for_each import for_each

ROOT = read(
    "groups:\n"
    "  - {name: ladder, orders: [{id: rung-1}, {id: a b}, {pair: x}], cancel: [x]}\n"
    "  - {name: a b}\n"
).root


@for_each(
    [
        ("groups[0].orders[0].price", "ladder/rung-1: price"),
        ("groups[0].orders[0].close.price", "ladder/rung-1: close.price"),
        ("groups[0].orders[0]", "ladder/rung-1"),
        ("groups[0].orders[1].id", "ladder: orders[1].id"),
        ("groups[0].orders[2]", "ladder: orders[2]"),
        ("groups[0].cancel[0].order", "ladder: cancel[0].order"),
        ("groups[0]", "ladder"),
        ("groups[1].orders", "groups[1].orders"),
        ("groups[7].orders[1].id", "groups[7].orders[1].id"),
        ("groups[0].orders[9].id", "ladder: orders[9].id"),
        ("defaults.price", "defaults.price"),
        ("", ""),
    ]
)
def test_names_take_the_place_of_numbers(path: str, named: str) -> None:
    """As far as there are names that can be read."""
    assert named_path(path, ROOT) == named


def test_without_a_document_there_are_numbers() -> None:
    """A list without its end gets no names."""
    assert named_path("groups[0].orders[0].price", None) == "groups[0].orders[0].price"
