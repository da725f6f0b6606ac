"""The validator with its predicates finds what jsonschema finds without them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.batchfile.document.broken_rule import Error
from runner.batchfile.schema.compiled_schema import CompiledSchema
from runner.batchfile.schema.schema import inlined
from runner.batchfile.schema.validator import errors_of, validator_of
from runner.batchfile.yaml.reader import read
from tests.batchfile.mutants import mutant, text_only
from tests.batchfile.stock import DOCUMENTS, SCHEMAS, ungated
from tests.support.for_each import for_each

SCHEMA = load_schema("batch")
WHOLE = inlined(SCHEMA)
COMPILED = CompiledSchema()
GATED, UNGATED = validator_of(WHOLE, COMPILED), ungated(WHOLE)
NO_ITEMS = {"items": False}
"""jsonschema reports here that the list is too long, and ours that each item is one too many."""
OF_NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "uniqueItems"}


def same_errors(seeds: range) -> int:
    """Compare the errors of mutants with and without predicates. Return how many mutants were invalid."""
    invalid = 0
    predicate = COMPILED.of(WHOLE)
    for seed in seeds:
        document = mutant(Random(seed))
        ours, stock = list(errors_of(document, GATED)), list(errors_of(document, UNGATED))
        assert ours == stock, seed
        assert predicate(document) == (not stock), seed
        invalid += bool(stock)
    return invalid


def same_as_stock(seeds: range) -> None:
    """Compare mutants without numbers with jsonschema as it comes, on the schema as it is published."""
    stock = Draft202012Validator(SCHEMA)
    for seed in seeds:
        document = mutant(Random(seed))
        text_only(document)
        assert places(errors_of(document, GATED)) == places(errors_of(document, stock)), seed


def places(errors: Iterator[Error]) -> list[tuple[object, ...]]:
    """Return what is said of errors that are not about numbers, whatever references led to a rule."""
    return [(error.steps, error.keyword, error.value) for error in errors if error.keyword not in OF_NUMBERS]


def test_no_error_is_lost_and_none_is_made_up() -> None:
    """The same errors in the same order, and a predicate that is shut for all of them."""
    assert 250 < same_errors(range(400)) < 400


def test_the_errors_are_those_of_jsonschema_as_it_comes() -> None:
    """On the published schema, which has cross-references, and with no keyword taught anything."""
    same_as_stock(range(150))


@for_each([schema for schema in SCHEMAS if schema != NO_ITEMS and "propertyNames" not in schema])
def test_every_keyword_leads_where_jsonschema_leads(schema: dict[str, Any]) -> None:
    """Also a keyword that no schema of ours has in this place: at the top, and inside of something."""
    for whole in (schema, {"properties": {"a": schema}}, {"items": {"allOf": [schema, {"type": "string"}]}}):
        gated, stock = validator_of(whole, CompiledSchema()), ungated(whole)
        for document in DOCUMENTS:
            # jsonschema takes keys that a schema does not name in no order.
            ours = sorted(errors_of(document, gated), key=str)
            assert ours == sorted(errors_of(document, stock), key=str), document


def test_a_key_in_the_wrong_form_is_an_error_at_that_key() -> None:
    """The standard has it at the mapping, where no place of it is known."""
    schema = {"properties": {"a": {"propertyNames": {"pattern": "^b$"}}}}
    (error,) = errors_of(read("a: {b: 1, c: 2}").root, validator_of(schema, CompiledSchema()))
    assert (error.keyword, error.bound, error.steps) == ("propertyNames", {"pattern": "^b$"}, ("a", "c"))


@pytest.mark.parametrize("name", ["batch", "policy", "scenario", "targets"])
def test_every_schema_that_files_are_held_against_has_a_gate(name: str) -> None:
    """None of them has a keyword that is not known here."""
    assert CompiledSchema().of(inlined(load_schema(name)))


@pytest.mark.timeout(900)
@pytest.mark.long
def test_no_error_is_lost_among_many_thousands() -> None:
    """As above, with tens of thousands of mutants."""
    assert same_errors(range(400, 12_000)) > 7_000
    same_as_stock(range(150, 4_000))
