"""YAML's events to plain data with positions."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from runner.batchfile.document.values import UNREADABLE, LineColumn, NumberText, YamlList, YamlMap
from runner.batchfile.yaml.reader import read
from tests.batchfile.files import VALID
from tests.support.for_each import for_each


def test_every_key_and_value_knows_its_place() -> None:
    """In block and in flow style."""
    root = read("a: 1\nb:\n  - {c: d}\n  - e\n").root
    assert isinstance(root, YamlMap)
    assert root == {"a": "1", "b": [{"c": "d"}, "e"]}
    assert (root.key_at("b"), root.value_at("a")) == ((2, 1), (1, 4))
    items = root["b"]
    assert isinstance(items, YamlList)
    assert [items.item_at(0), items.item_at(1)] == [(3, 5), (4, 5)]
    first = items[0]
    assert isinstance(first, YamlMap)
    assert (first.at, first.key_at("c"), first.value_at("c")) == ((3, 5), (3, 6), (3, 9))
    assert type(root["a"]) is NumberText


@pytest.mark.parametrize(
    ("text", "at", "first_key_at"),
    [
        ("a: 1", (1, 1), (1, 1)),
        ("# x\r\n  a: 1", (2, 3), (2, 3)),
        ("{ a: 1}", (1, 1), (1, 3)),
        ("{ }", (1, 1), (1, 1)),
        ("{<<: {}, a: 1}", (1, 1), (1, 2)),
    ],
)
def test_a_mapping_begins_at_its_first_key(text: str, at: LineColumn, first_key_at: LineColumn) -> None:
    """In braces that is behind them; an order is not looked for at a lone brace, unless it is empty."""
    root = read(text).root
    assert isinstance(root, YamlMap)
    assert (root.at, root.first_key_at) == (at, first_key_at)


@for_each(VALID)
def test_the_data_is_what_any_reader_sees(path: Path) -> None:
    """Apart from types, a valid file holds what a plain YAML loader finds in it."""

    def plain(value: object) -> object:
        match value:
            case dict():
                return {key: plain(item) for key, item in value.items()}
            case list():
                return [plain(item) for item in value]
            case bool():
                return "true" if value else "false"
            case _:
                return str(value)

    text = path.read_text("utf-8-sig")
    reading = read(text)
    assert (reading.complete, reading.faults) == (True, [])
    assert plain(reading.root) == yaml.load(text, Loader=yaml.CBaseLoader)


def test_quotes_make_text_of_anything() -> None:
    """A quoted number, boolean or null is text; so is a block."""
    root = read("a: '1'\nb: \"true\"\nc: 'null'\nd: |\n  2\n").root
    assert root == {"a": "1", "b": "true", "c": "null", "d": "2\n"}
    assert all(type(value) is str for value in root.values())  # type: ignore[attr-defined]


def test_what_is_refused_leaves_a_mark_and_the_rest_is_read() -> None:
    """One run reports all errors."""
    reading = read("a: &x 1\nb: *x\nc: !!int 2\nd: 1e5\ne:\nf: fine\n? [g]\n: h\nf: again\n<<: {i: j}\n")
    assert reading.complete
    assert reading.root == {**dict.fromkeys("abcde", UNREADABLE), "f": "fine"}
    assert [fault.at[0] for fault in reading.faults] == [1, 2, 3, 4, 5, 7, 9, 10]


def test_the_first_document_is_read_when_a_second_follows() -> None:
    """The same run reports its problems."""
    reading = read("a: 1\n---\nb: *x\n")
    assert (reading.complete, reading.root) == (True, {"a": "1"})
    assert [fault.message for fault in reading.faults] == ["a second document starts here (`---`)"]


def test_an_empty_text_has_no_root() -> None:
    """Nor has one of comments."""
    assert read("").root is None
    assert read("# only this\n---\n").root is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("price: #5%", '`#` starts a comment in YAML; put it in quotes: "#5%"'),
        ("price: #12.5", '`#` starts a comment in YAML; put it in quotes: "#12.5"'),
        ("price: # later", "write one, or leave the key out"),
        ("price: ~ #5", "write one, or leave the key out"),
        ("price:", "write one, or leave the key out"),
    ],
)
def test_a_price_behind_a_comment_sign_is_noticed(text: str, hint: str) -> None:
    """It is gone for every YAML reader, and its author does not see it."""
    (fault,) = read(text).faults
    assert (fault.at, fault.path, fault.message, fault.hint) == ((1, 1), "price", "there is no value", hint)
