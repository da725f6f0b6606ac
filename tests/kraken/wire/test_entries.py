"""A list that is read entry by entry while it arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import FrameError
from runner.kraken.wire.entries import MAX_ENTRY_BYTES, EntryCutter

TEXTS = st.text(st.sampled_from('ab"\\{}[]:,é'), max_size=8)
FIELDS = st.dictionaries(TEXTS, st.recursive(TEXTS | st.integers() | st.none(), st.lists, max_leaves=4))
ORDERS = st.dictionaries(TEXTS, FIELDS | st.fixed_dictionaries({"descr": FIELDS}), max_size=5)


def read(content: Any, cuts: list[int]) -> tuple[str, list[tuple[str, Any]]]:
    """Return what is left of a document that comes in pieces of these sizes, and its entries."""
    found: list[tuple[str, Any]] = []
    cutter = EntryCutter(lambda name, text: found.append((json.loads(f'"{name}"'), json.loads(text))))
    data, left, at = json.dumps(content, ensure_ascii=False).encode(), b"", 0
    for size in [*cuts, len(data)]:
        left += cutter.feed(data[at : at + size])
        at += size
    assert cutter.count == len(found)
    return (left + cutter.end()).decode(), found


@given(ORDERS, st.lists(st.integers(0, 9), max_size=40))
def test_every_entry_comes_out_whole_wherever_the_pieces_end(orders: Any, cuts: list[int]) -> None:
    """Its name and its fields are those of the document, in its order; a number is at its place."""
    left, found = read({"error": [], "result": {"open": orders}}, cuts)
    assert found == list(orders.items())
    numbers = {name: number for number, name in enumerate(orders)}
    assert json.loads(left) == {"error": [], "result": {"open": numbers}}


@pytest.mark.parametrize(
    "content", [{"error": ["EAPI:Invalid key"]}, {"result": None}, [], "a", 1, {"a": {}}]
)
def test_an_answer_without_entries_is_left_as_it_is(content: Any) -> None:
    """It is parsed like any other."""
    left, found = read(content, [1, 1, 2])
    assert (json.loads(left), found) == (content, [])


@pytest.mark.parametrize("data", [b'{"result":{"open":{"O1":{"vol":"1"', b'{"result":{"open', b'{"a":"\\'])
def test_an_answer_that_ends_too_early_is_no_json(data: bytes) -> None:
    """An incomplete entry is not lost: the rest cannot be parsed."""
    cutter = EntryCutter(lambda *_: None)
    left = cutter.feed(data) + cutter.end()
    with pytest.raises(ValueError, match=r"."):
        json.loads(left)


@pytest.mark.parametrize("begin", ['{"result":{"open":{"O1":{"vol":1,"a":[', '{"error":["'])
def test_an_entry_without_an_end_is_not_collected(begin: str) -> None:
    """Neither is a text."""
    cutter = EntryCutter(lambda *_: None)
    cutter.feed(begin.encode() + b"1" * (MAX_ENTRY_BYTES - len(begin)))
    with pytest.raises(FrameError, match="an entry longer than 1 MiB"):
        cutter.feed(b"1" * len(begin))


def test_an_entry_that_is_not_utf8() -> None:
    """It is no text."""
    with pytest.raises(FrameError, match="not UTF-8"):
        EntryCutter(lambda *_: None).feed(b'{"result":{"open":{"O1":{"vol":"\xff"}}}}')
