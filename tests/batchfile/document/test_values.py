"""Plain data that knows its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.document.values import Lines, NumberText, YamlList, YamlMap, path_text, shorten, show

LINES = Lines("# a\n  {price: 150, id: a}\n")


def test_a_mapping_knows_the_positions_of_its_entries() -> None:
    """Key and value have a position each; an absent entry is where the mapping starts."""
    node = YamlMap(LINES, 6, (2, 4))
    assert (node.at, node.first_key_at) == ((2, 3), (2, 4))
    node.put("price", "150", 7, 14)
    node.put("id", "a", 19, 23)
    assert (node.key_at("price"), node.value_at("price")) == ((2, 4), (2, 11))
    assert (node.key_at("id"), node.value_at("id")) == ((2, 16), (2, 20))
    assert (node.key_at("other"), node.value_at("other")) == ((2, 3), (2, 3))
    assert node == {"price": "150", "id": "a"}


def test_a_copy_is_changed_alone() -> None:
    """It has the same places; what is added to it is not in the other."""
    node = YamlMap(LINES, 6, (2, 4))
    node.put("price", "150", 7, 14)
    other = node.copy()
    other.put("id", "a", 19, 23)
    assert (other.key_at("price"), other.key_at("id"), other.first_key_at) == ((2, 4), (2, 16), (2, 4))
    assert (node, node.key_at("id")) == ({"price": "150"}, (2, 3))


def test_a_list_knows_the_positions_of_its_items() -> None:
    """One position for each item, which stays when the items are exchanged for others."""
    node = YamlList(LINES, 6)
    node.put("a", 9)
    assert (node, node.at, node.item_at(0)) == (["a"], (2, 3), (2, 6))
    other = node.with_items(["b"])
    assert (other, other.at, other.item_at(0)) == (["b"], (2, 3), (2, 6))


@given(st.text(alphabet="ab\n\U0001f642", max_size=40))
def test_lines_and_columns_are_counted_in_characters(text: str) -> None:
    """From 1, a line ends behind its line feed, and the end of the text has a place too."""
    lines = Lines(text)
    line, column = 1, 1
    for offset, letter in enumerate(f"{text}."):
        assert lines.at(offset) == (line, column)
        assert lines.rest_of_line(offset) == text[offset:].partition("\n")[0]
        line, column = (line + 1, 1) if letter == "\n" else (line, column + 1)


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
        (YamlList(LINES, 0), "a list"),
        (YamlMap(LINES, 0, (1, 1)), "a mapping"),
        (None, "nothing"),
    ],
)
def test_a_message_names_a_value_as_it_was_typed(value: object, text: str) -> None:
    """A number bare, text in quotes, a container by its kind."""
    assert show(value) == text


def test_a_message_is_one_short_line() -> None:
    """No text can break a line, move a cursor or fill a screen."""
    assert shorten("a\nb\x1b[31m\u202e") == "a\\u000ab\\u001b[31m\\u202e"
    assert shorten("x" * 41) == "x" * 37 + "..."
    assert shorten("x" * 40) == "x" * 40
