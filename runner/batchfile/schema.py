"""The faults that the batch schema finds in a document.

The schema holds the rules and, under the editors' own ``errorMessage`` keys, their words. Numbers
reach it as the text that their author typed, so the keywords that compare numbers are taught that.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, ValidationError, validators

from .document import NumberText, YamlList, YamlMap
from .limits import MAX_FAULTS
from .published import load_schema
from .words import faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.protocols import Validator

    from .document import Fault

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def schema_faults(document: Any) -> list[Fault]:
    """What the schema finds in a document into which ``defaults`` are merged, one fault a mistake."""
    return faults_of(islice(_validator().iter_errors(document), MAX_FAULTS), document)


@functools.cache
def _validator() -> Any:
    schema = load_schema("batch")
    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "object": lambda _, value: isinstance(value, YamlMap),
            "array": lambda _, value: isinstance(value, YamlList),
            "string": lambda _, value: isinstance(value, str) and not isinstance(value, NumberText),
            "number": lambda _, value: isinstance(value, NumberText),
            "integer": lambda _, value: isinstance(value, NumberText) and "." not in value,
        }
    )
    keywords = {
        "pattern": _pattern,
        "const": _const,
        "minimum": _minimum,
        "maximum": _maximum,
        "exclusiveMinimum": _exclusive_minimum,
        "uniqueItems": _unique_items,
    }
    kind = validators.extend(Draft202012Validator, keywords, type_checker=checker)  # type: ignore[no-untyped-call]
    return kind(_inlined(schema, schema["$defs"]))


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema without ``$ref``: looking one up for every field of every order costs seconds."""
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: _inlined(value, definitions) for key, value in schema.items() if key not in ("$defs", "$ref")
    }
    if "$ref" not in schema:
        return plain
    return _inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions) | plain


# --- keywords that see numbers as text ---------------------------------------------------------


def _pattern(_: Validator, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    """As the standard has it, and for the text of numbers too."""
    if isinstance(value, str) and not re.search(pattern, value):
        yield ValidationError("pattern")


def _const(_: Validator, const: object, value: object, __: object) -> Iterator[ValidationError]:
    if isinstance(value, NumberText) and isinstance(const, int):
        if Decimal(value) != const:
            yield ValidationError("const")
    elif value != const or isinstance(value, bool) != isinstance(const, bool):
        yield ValidationError("const")


def _minimum(_: Validator, bound: int, value: object, __: object) -> Iterator[ValidationError]:
    if _is_number(value) and Decimal(str(value)) < bound:
        yield ValidationError("minimum")


def _maximum(_: Validator, bound: int, value: object, __: object) -> Iterator[ValidationError]:
    if _is_number(value) and Decimal(str(value)) > bound:
        yield ValidationError("maximum")


def _exclusive_minimum(_: Validator, bound: int, value: object, __: object) -> Iterator[ValidationError]:
    if _is_number(value) and Decimal(str(value)) <= bound:
        yield ValidationError("exclusiveMinimum")


def _unique_items(_: Validator, wanted: bool, value: object, __: object) -> Iterator[ValidationError]:
    """For texts alone, which is all that the format lists; linear, unlike the standard's comparison."""
    if wanted and isinstance(value, YamlList):
        texts = [item for item in value if isinstance(item, str)]
        if len(texts) != len(set(texts)):
            yield ValidationError("uniqueItems")


def _is_number(value: object) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None
