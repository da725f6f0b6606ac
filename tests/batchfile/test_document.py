"""Plain data that knows its place."""

from __future__ import annotations

import pytest

from runner.batchfile.document import START, NumberText, YamlList, YamlMap, path_text, shorten, show


def test_a_mapping_knows_where_its_entries_stand() -> None:
    """Key and value have a position each; what is not there stands where the mapping starts."""
    node = YamlMap((2, 3))
    assert node.first_key_at == (2, 3)
    node.put("price", "150", (2, 4), (2, 11))
    assert (node.key_at("price"), node.value_at("price")) == ((2, 4), (2, 11))
    assert (node.key_at("other"), node.value_at("other")) == ((2, 3), (2, 3))
    assert node.first_key_at == (2, 4)
    assert node == {"price": "150"}


def test_a_list_knows_where_its_items_stand() -> None:
    """One position for each item."""
    node = YamlList(START)
    node.put("a", (1, 2))
    assert (node, node.places) == (["a"], [(1, 2)])


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([], ""),
        (["name"], "name"),
        (["groups", 0, "orders", 2, "price"], "groups[0].orders[2].price"),
        ([1], "[1]"),
    ],
)
def test_a_path_reads_like_the_document(steps: list[str | int], text: str) -> None:
    """Keys with points, indexes in brackets."""
    assert path_text(steps) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NumberText("0.10"), "0.10"),
        ("0.10", '"0.10"'),
        (True, "true"),
        (False, "false"),
        (YamlList(START), "a list"),
        (YamlMap(START), "a mapping"),
        (None, "nothing"),
    ],
)
def test_a_message_names_a_value_as_it_was_typed(value: object, text: str) -> None:
    """A number bare, text in quotes, a container by its kind."""
    assert show(value) == text


def test_a_message_is_one_short_line() -> None:
    """Whatever a text holds, it does not break a line, move a cursor or fill a screen."""
    assert shorten("a\nb\x1b[31m\u202e") == "a\\u000ab\\u001b[31m\\u202e"
    assert shorten("x" * 41) == "x" * 37 + "..."
    assert shorten("x" * 40) == "x" * 40
