"""The predicate of a schema, keyword by keyword; the batch schema as a whole is in `test_validator`."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.document.values import NumberText, YamlList, YamlMap
from runner.batchfile.schema.compiled_schema import CompiledSchema
from runner.batchfile.yaml.reader import read
from tests.batchfile.stock import DOCUMENTS, SCHEMAS, ungated
from tests.support.for_each import for_each


@for_each(SCHEMAS)
def test_the_gate_and_the_validator_are_of_one_mind(schema: dict[str, Any]) -> None:
    """About values of every kind; also the second time, when values are remembered."""
    predicate = CompiledSchema().of(schema)
    validator = ungated(schema)
    for document in DOCUMENTS * 2:
        assert predicate(document) == validator.is_valid(document), document


@given(st.lists(st.sampled_from(SCHEMAS), min_size=2, max_size=3), st.sampled_from(["allOf", "anyOf"]))
def test_rules_may_be_combined_in_any_way(schemas: list[dict[str, Any]], keyword: str) -> None:
    """Under a property, in a list, and behind a condition."""
    together = {keyword: schemas}
    schema = {"if": together, "then": {"properties": {"a": together}}, "else": {"items": together}}
    predicate = CompiledSchema().of(schema)
    validator = ungated(schema)
    for document in DOCUMENTS:
        assert predicate(document) == validator.is_valid(document), document


@pytest.mark.parametrize(
    "schema",
    [
        {"dependentRequired": {"a": ["b"]}},
        {"properties": {"a": {"multipleOf": 1}}},
        {"allOf": [{"$ref": "#/$defs/a"}]},
        {"type": "null"},
        {"enum": [["a"]]},
        {"enum": [True]},
        {"additionalProperties": {"type": "null"}},
        {"contains": {}, "minContains": 2},
        {"if": {"format": "date"}},
    ],
    ids=str,
)
def test_what_is_not_known_has_no_gate(schema: dict[str, Any]) -> None:
    """At any depth: an answer that ignores a rule would let a faulty order through."""
    compiled = CompiledSchema()
    for part in (schema, {"items": schema}, {"not": {"items": schema}}, schema):
        with pytest.raises(ValueError, match="no predicate"):
            compiled.of(part)


def test_a_number_and_a_text_of_the_same_letters_are_two_values() -> None:
    """The result for one does not hold for the other."""
    predicate = CompiledSchema().of({"properties": {"a": {"type": "string"}}, "additionalProperties": False})
    for text, good in (("'1'", True), ("1", False), ("'1'", True), ("1", False)):
        assert predicate(read(f"a: {text}").root) is good


def test_many_values_are_not_all_remembered() -> None:
    """The memory of a predicate does not grow with the files that pass it."""
    predicate = CompiledSchema().of(
        {"properties": {"a": {"pattern": "^[0-9]+$"}}, "additionalProperties": False}
    )
    document = read("a: b").root
    assert isinstance(document, YamlMap)
    assert not predicate(document)
    texts = [str(10_000 + number) for number in range(3_000)]
    before = sum(map(sys.getrefcount, texts))
    for text in texts:
        document["a"] = text
        assert predicate(document)
    document["a"] = text = ""
    assert 0 < sum(map(sys.getrefcount, texts)) - before <= 1_000


def test_nothing_of_the_document_has_another_class() -> None:
    """The predicate distinguishes kinds by their class, which a derived class would escape."""
    assert YamlMap.__subclasses__() == YamlList.__subclasses__() == NumberText.__subclasses__() == []
