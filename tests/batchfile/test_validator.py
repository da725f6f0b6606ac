"""The validator behind its gates says what jsonschema says without them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.batchfile.comparing import COMPARISONS
from runner.batchfile.document import YamlMap
from runner.batchfile.gate import Gates
from runner.batchfile.reader import read
from runner.batchfile.schema import inlined
from runner.batchfile.validator import validator_of
from runner.batchfile.words import faults_of
from tests.batchfile.mutants import mutant, text_only

SCHEMA = load_schema("batch")
WHOLE = inlined(SCHEMA)
GATES = Gates()
GATED = validator_of(WHOLE, GATES)
UNGATED = validator_of(WHOLE, None)
OF_NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "uniqueItems"}


def told(error: Any) -> tuple[object, ...]:
    """All that an error says."""
    where = (list(error.absolute_path), list(error.absolute_schema_path))
    return (*where, error.validator, error.validator_value, error.message, error.instance)


def told_by_stock(error: Any) -> tuple[object, ...]:
    """What an error says apart from the schema's cross-references, and from words where we have our own."""
    steps = [step for step in error.absolute_schema_path if step != "$ref"]
    words = "" if error.validator in {*COMPARISONS, "not"} else error.message
    return (list(error.absolute_path), steps, error.validator, words, error.instance)


def told_in_words(errors: list[Any], document: YamlMap) -> list[tuple[object, ...]]:
    """All that is said of errors, the hints among them."""
    faults = faults_of(errors, document)
    return [(fault.at, fault.path, fault.message, fault.instead, fault.subject) for fault in faults]


def same_errors(seeds: range) -> int:
    """Hold mutants against the validator without gates. Gives how many of them were faulty."""
    faulty = 0
    gate = GATES.of(WHOLE)
    assert gate is not None
    for seed in seeds:
        document = mutant(Random(seed))
        ours, stock = list(GATED.iter_errors(document)), list(UNGATED.iter_errors(document))
        assert [told(error) for error in ours] == [told(error) for error in stock], seed
        assert told_in_words(ours, document) == told_in_words(stock, document), seed
        assert gate(document) == (not stock), seed
        faulty += bool(stock)
    return faulty


def same_as_stock(seeds: range) -> None:
    """Hold mutants without numbers against jsonschema as it comes, on the schema as it is published."""
    validator = Draft202012Validator(SCHEMA)
    for seed in seeds:
        document = mutant(Random(seed))
        text_only(document)
        ours = [error for error in GATED.iter_errors(document) if error.validator not in OF_NUMBERS]
        stock = [error for error in validator.iter_errors(document) if error.validator not in OF_NUMBERS]
        assert [told_by_stock(error) for error in ours] == [told_by_stock(error) for error in stock], seed


def test_no_error_is_lost_and_none_is_made_up() -> None:
    """The same errors in the same order with the same words, and a gate that is shut for all of them."""
    assert 1_000 < same_errors(range(1_500)) < 1_500


def test_the_errors_are_those_of_jsonschema_as_it_comes() -> None:
    """On the published schema, which has cross-references, and with no keyword taught anything."""
    same_as_stock(range(500))


def test_items_without_a_gate_are_all_looked_at() -> None:
    """A keyword that the gate does not know slows a schema down and changes nothing else."""
    document = read("[a, ab, a]").root
    validator = validator_of({"items": {"minLength": 2}}, Gates())
    assert [list(error.path) for error in validator.iter_errors(document)] == [[0], [2]]


@pytest.mark.timeout(900)
@pytest.mark.long
def test_no_error_is_lost_among_many_thousands() -> None:
    """As above, with tens of thousands of mutants."""
    assert same_errors(range(1_500, 12_000)) > 7_000
    same_as_stock(range(500, 4_000))
