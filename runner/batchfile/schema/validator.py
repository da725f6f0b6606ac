"""The rules of a schema that a document breaks, found by jsonschema.

This is the only module that loads jsonschema, and it is itself loaded for invalid documents only. Lists go
through the predicates first: jsonschema looks only at items that fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, ValidationError, validators

from runner.batchfile.document.broken_rule import Error
from runner.batchfile.document.comparisons import COMPARISONS, is_integer, is_text
from runner.batchfile.document.values import NumberText, YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.protocols import Validator

    from .compiled_schema import CompiledSchema

    Keyword = Callable[[Validator, Any, Any, Any], Iterator[ValidationError]]


def validator_of(schema: dict[str, Any], compiled: CompiledSchema) -> Validator:
    """Return a validator of documents, in which a number is its author's text.

    Mappings and lists keep jsonschema's own types, because it asks for the types of parts of the schema too.
    """
    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "string": lambda _, value: is_text(value),
            "number": lambda _, value: isinstance(value, NumberText),
            "integer": lambda _, value: is_integer(value),
        }
    )
    own = {"items": _items(compiled), "propertyNames": _property_names(compiled)}
    keywords = own | {keyword: _comparison(keyword) for keyword in COMPARISONS}
    kind = validators.extend(Draft202012Validator, keywords, type_checker=checker)  # type: ignore[no-untyped-call]
    validator: Validator = kind(schema)
    return validator


def errors_of(document: Any, validator: Validator) -> Iterator[Error]:
    """Yield the rules that a document breaks, in the order of the schema."""
    found: Iterator[Any] = validator.iter_errors(document)  # in its types each attribute may be unset
    for error in found:
        steps = tuple(error.absolute_path)
        yield Error(error.validator, error.validator_value, error.instance, error.schema, steps)


def _comparison(keyword: str) -> Keyword:
    holds = COMPARISONS[keyword]

    def check(_: Validator, bound: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        if not holds(bound, value):
            yield ValidationError(keyword)

    return check


def _items(compiled: CompiledSchema) -> Keyword:
    """Return the standard's keyword for lists of which most items are valid, and need no second look."""

    def check(validator: Validator, items: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        if not isinstance(value, YamlList):
            return
        predicate = compiled.of(items)
        for index, item in enumerate(value):
            if not predicate(item):
                yield from validator.descend(item, items, path=index)  # type: ignore[attr-defined]

    return check


def _property_names(compiled: CompiledSchema) -> Keyword:
    """Return the standard's keyword for keys, whose errors are at their keys and not at the mapping."""

    def check(_: Validator, names: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        predicate = compiled.of(names)
        for key in value if isinstance(value, YamlMap) else ():
            if not predicate(key):
                yield ValidationError("propertyNames", path=[key])

    return check
