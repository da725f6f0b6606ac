"""The validator says what jsonschema says, on documents of every kind."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.batchfile.document.broken_rule import Error
from runner.batchfile.schema.gate import CompiledSchema
from runner.batchfile.schema.schema import inlined
from runner.batchfile.schema.validator import errors_of
from tests.batchfile.mutants import mutant, text_only
from tests.batchfile.stock import DOCUMENTS, SCHEMAS, taught_validator

SCHEMA = load_schema("batch")
WHOLE = inlined(SCHEMA)
COMPILED = CompiledSchema()
TAUGHT = taught_validator(WHOLE)
NO_ITEMS = {"items": False}
"""Of this jsonschema says that the list is too long, and ours that each item is too many."""
OF_NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "uniqueItems"}


def by_ours(errors: list[Error]) -> list[tuple[object, ...]]:
    """All that errors say."""
    return [(error.steps, error.keyword, error.bound, error.value) for error in errors]


def by_stock(errors: list[Any]) -> list[tuple[object, ...]]:
    """The same of what jsonschema says; it has an error for each key that is missing, where ours has one."""
    first = [error for before, error in pairwise([None, *errors]) if not _is_one_more_key(error, before)]
    return [
        (tuple(error.absolute_path), error.validator, error.validator_value, error.instance)
        for error in first
    ]


def _is_one_more_key(error: Any, before: Any) -> bool:
    if before is None or {error.validator, before.validator} != {"required"}:
        return False
    return error.schema is before.schema and error.instance is before.instance


def same_errors(seeds: range) -> int:
    """Hold mutants against jsonschema, taught our kinds of values. Gives how many of them were faulty."""
    faulty = 0
    predicate = COMPILED.of(WHOLE)
    for seed in seeds:
        document = mutant(Random(seed))
        ours, stock = list(errors_of(document, WHOLE, COMPILED)), list(TAUGHT.iter_errors(document))
        assert by_ours(ours) == by_stock(stock), seed
        assert predicate(document) == (not stock), seed
        faulty += bool(stock)
    return faulty


def same_as_stock(seeds: range) -> None:
    """Hold mutants without numbers against jsonschema as it comes, on the schema as it is published."""
    validator = Draft202012Validator(SCHEMA)
    for seed in seeds:
        document = mutant(Random(seed))
        text_only(document)
        ours = [error for error in errors_of(document, WHOLE, COMPILED) if error.keyword not in OF_NUMBERS]
        stock = [error for error in validator.iter_errors(document) if error.validator not in OF_NUMBERS]
        places = [(place, keyword, value) for place, keyword, _, value in by_ours(ours)]
        assert places == [(place, keyword, value) for place, keyword, _, value in by_stock(stock)], seed


def test_no_error_is_lost_and_none_is_made_up() -> None:
    """The same errors in the same order, and a predicate that is shut for all of them."""
    assert 250 < same_errors(range(400)) < 400


def test_the_errors_are_those_of_jsonschema_as_it_comes() -> None:
    """On the published schema, which has cross-references, and with no keyword taught anything."""
    same_as_stock(range(150))


@pytest.mark.parametrize("schema", [schema for schema in SCHEMAS if schema != NO_ITEMS], ids=str)
def test_every_keyword_leads_where_jsonschema_leads(schema: dict[str, Any]) -> None:
    """Also a keyword that no schema of ours has in this place: at the top, and inside of something."""
    for whole in (schema, {"properties": {"a": schema}}, {"items": {"allOf": [schema, {"type": "string"}]}}):
        compiled, taught = CompiledSchema(), taught_validator(whole)
        for document in DOCUMENTS:
            ours = by_ours(list(errors_of(document, whole, compiled)))
            stock = by_stock(list(taught.iter_errors(document)))
            # jsonschema takes keys that a schema does not name in no order.
            assert sorted(ours, key=str) == sorted(stock, key=str), document


@pytest.mark.parametrize("name", ["batch", "policy", "scenario"])
def test_every_schema_that_files_are_held_against_has_a_gate(name: str) -> None:
    """None of them has a keyword that is not known here."""
    assert CompiledSchema().of(inlined(load_schema(name)))


@pytest.mark.timeout(900)
@pytest.mark.long
def test_no_error_is_lost_among_many_thousands() -> None:
    """As above, with tens of thousands of mutants."""
    assert same_errors(range(400, 12_000)) > 7_000
    same_as_stock(range(150, 4_000))
