"""`defaults` under every order."""

from __future__ import annotations

import pytest

from runner.batchfile.document.defaults import defaults_note, from_defaults, merged
from runner.batchfile.document.values import YamlMap
from runner.batchfile.yaml.reader import read
from runner.domain import Place
from tests.batchfile.files import valid_file


def test_defaults_are_merged_under_what_an_order_says() -> None:
    """An order's own entry wins, an empty list too; its place is its own first key."""
    batch = valid_file("defaults")
    plain, price, flags, side = batch.groups[0].orders
    assert (plain.volume, plain.price, plain.oflags, plain.leverage) == ("0.10", "150", ("post",), "3")
    assert plain.place == Place(8, 9)
    assert price.price == "149.90"
    assert flags.oflags == ()
    assert (side.type, side.pair, side.leverage, side.deadline) == ("sell", "XBT/EUR", "2", "10")


def test_merging_leaves_the_document_alone() -> None:
    """The merged document is another one, and an order keeps its first key and its own positions."""
    document = read("defaults: {id: x, type: buy}\ngroups: [{orders: [{pair: p}, 5]}, 6]").root
    assert isinstance(document, YamlMap)
    result = merged(document)
    assert document["groups"] == [{"orders": [{"pair": "p"}, "5"]}, "6"]
    assert result["groups"][1] == "6"  # type: ignore[index]
    order = result["groups"][0]["orders"][0]  # type: ignore[index]
    assert order == {"pair": "p", "type": "buy"}
    assert order.first_key_at == (2, 21)
    assert from_defaults(document["defaults"], order, "type")
    assert not from_defaults(document["defaults"], order, "pair")
    assert defaults_note(document["defaults"], order, "type") == "`type` comes from `defaults`, line 1"
    assert defaults_note(document["defaults"], order, "pair") == ""


@pytest.mark.parametrize(
    "text", ["defaults: 5\ngroups: []", "defaults: {}\ngroups: []", "defaults: {a: b}\ngroups: x"]
)
def test_nothing_is_merged_where_nothing_can_be(text: str) -> None:
    """A document of the wrong shape is handed back as it is."""
    document = read(text).root
    assert isinstance(document, YamlMap)
    assert merged(document) is document


def test_an_own_entry_that_is_the_same_is_still_its_own() -> None:
    """Its place, not its value, decides whether an entry comes from `defaults`."""
    document = read("defaults: {type: buy}\ngroups: [{orders: [{type: buy}]}]").root
    assert isinstance(document, YamlMap)
    order = merged(document)["groups"][0]["orders"][0]  # type: ignore[index]
    assert not from_defaults(document["defaults"], order, "type")
