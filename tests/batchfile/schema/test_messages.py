"""The schema's errors in words."""

from __future__ import annotations

from runner.batchfile import parse
from tests.batchfile.files import INVALID, batch_text
from tests.support.for_each import for_each

OF_THE_MACHINERY = ("schema", "instance", "additionalProperties", "NumberText", "UNREADABLE", "{'", "match")
MARKET = "{id: %s, pair: ETH/EUR, type: buy, ordertype: market, volume: 1}"


@for_each(INVALID)
def test_no_message_has_the_words_of_the_machinery(path: object) -> None:
    """No message dumps an order, names a keyword of JSON Schema or speaks of schemas at all."""
    for problem in parse(path.read_bytes(), "f").problems:  # type: ignore[attr-defined]
        for word in (
            "schema",
            "instance",
            "additionalProperties",
            "NumberText",
            "UNREADABLE",
            "{'",
            "does not match",
        ):
            assert word not in problem.message
        assert len(problem.message) < 250


def test_one_mistake_is_said_once() -> None:
    """A price that is neither a number nor wanted, and a key that is misspelled and therefore missing."""
    (problem,) = parse(batch_text(MARKET.replace("}", ", price: abc}") % "a"), "f").problems
    assert problem.message == "a market order has no `price`"
    (problem,) = parse(batch_text(MARKET.replace("volume", "volumne") % "a"), "f").problems
    assert problem.path == "g/a: volumne"


def test_a_wrong_default_is_said_once_at_its_place() -> None:
    """Not again for every order that takes it over."""
    content = batch_text(MARKET % "a", MARKET % "b", head="defaults: {stp_type: none, close: {}}\n")
    assert [problem.path for problem in parse(content, "f").problems] == [
        "defaults.stp_type",
        "defaults.close",
        "defaults.close",
    ]


def test_a_default_that_breaks_a_rule_of_an_order_is_named() -> None:
    """The message points at the order, and gives the line of the default."""
    (problem,) = parse(batch_text(MARKET % "a", head="defaults: {price: 5}\n"), "f").problems
    assert (problem.line, problem.path) == (7, "g/a: price")
    assert problem.hint == "`price` comes from `defaults`, line 3"
