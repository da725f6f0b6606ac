"""jsonschema, taught what ours knows of documents: the validator that ours is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from runner.batchfile.comparing import COMPARISONS, is_integer, is_text
from runner.batchfile.document import NumberText, YamlList, YamlMap


def taught_validator(schema: dict[str, Any]) -> Any:
    """A validator of documents, in which numbers are text, that looks at every item of every list."""
    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "object": lambda _, value: isinstance(value, YamlMap) or type(value) is dict,  # or a schema
            "array": lambda _, value: isinstance(value, YamlList),
            "string": lambda _, value: is_text(value),
            "number": lambda _, value: isinstance(value, NumberText),
            "integer": lambda _, value: is_integer(value),
        }
    )
    keywords = {keyword: _comparing(keyword) for keyword in COMPARISONS}
    return validators.extend(Draft202012Validator, keywords, type_checker=checker)(schema)


def _comparing(keyword: str) -> Callable[..., Iterator[ValidationError]]:
    holds = COMPARISONS[keyword]

    def check(_: Any, bound: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        if not holds(bound, value):
            yield ValidationError(keyword)

    return check
