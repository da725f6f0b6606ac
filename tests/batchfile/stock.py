"""The validator that the predicates are compared with, and schemas and documents to compare them on."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, validators

from runner.batchfile.document.values import UNREADABLE, NumberText
from runner.batchfile.schema.compiled_schema import CompiledSchema
from runner.batchfile.schema.validator import validator_of
from runner.batchfile.yaml.reader import read

VALUES = (
    *("", "a", "b", "ab", "aaaa", "3", True, False, UNREADABLE),
    *(NumberText(text) for text in ("3", "3.0", "0", "-1", "2.5")),
)
SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": ["integer", "boolean"]},
    {"type": ["number", "array"]},
    {"enum": ["a", "3"]},
    {"enum": [3, "a"]},
    {"enum": [1, "a"]},
    {"const": 3},
    {"const": "a"},
    {"const": True},
    {"pattern": "^a"},
    {"maxLength": 2},
    {"minLength": 2},
    {"minimum": 3},
    {"maximum": 0},
    {"exclusiveMinimum": 0},
    {"not": {"type": "string"}},
    {"anyOf": [{"const": "a"}, {"minimum": 3}]},
    {"allOf": [{"type": "string"}, {"allOf": [{"pattern": "a"}, {"maxLength": 2}]}]},
    {"if": {"type": "string"}, "then": {"maxLength": 1}, "else": {"minimum": 3}},
    {"if": {"type": "string"}, "else": {"minimum": 3}},
    {"required": ["a"]},
    {"required": ["a", "b"]},
    {"properties": {"a": {"type": "string"}}},
    {"properties": {"a": {"type": "string"}, "b": {"type": "number"}}},
    {"properties": {"a": {"type": "string"}, "b": True}, "additionalProperties": False},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "number"}},
    {"additionalProperties": {"enum": ["a", "x"]}},
    {"minProperties": 2},
    {"maxProperties": 1},
    {"propertyNames": {"pattern": "^a$", "patternErrorMessage": "an a"}},
    {"items": {"type": "string"}},
    {"items": False},
    {"minItems": 2},
    {"maxItems": 1},
    {"uniqueItems": True},
    {"contains": {"const": "a"}},
    {"if": {"required": ["a"], "properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}},
    {
        "allOf": [
            {
                "if": {"required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}},
                "then": {"required": ["b"]},
            },
            {"if": {"required": ["a"], "properties": {"a": {"const": "y"}}}, "then": {"required": ["c"]}},
            {"if": {"required": ["a"], "properties": {"a": {"const": "z"}}}, "then": {"type": "string"}},
        ]
    },
)
TEXTS = (
    *("{}", "[]", "[a]", "[a, b]", "[a, a]", "[3, 3]", "[a, [a]]", "{a: 3}", "{a: a}", "{a: x}", "{a: y}"),
    *("{a: z, b: 1, c: 2}", "{a: y, b: 1}", "{a: y, c: 1}", "{a: [y]}", "{a: {}}", "{b: 3, a: b}", "{c: d}"),
)
DOCUMENTS = (*VALUES, *(read(text).root for text in TEXTS))


def ungated(schema: dict[str, Any]) -> Any:
    """Return our validator without its predicates: jsonschema looks at every item and every key."""
    kind = type(validator_of(schema, CompiledSchema()))
    standard = {keyword: Draft202012Validator.VALIDATORS[keyword] for keyword in ("items", "propertyNames")}
    return validators.extend(kind, standard)(schema)
