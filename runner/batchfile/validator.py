"""The schema's errors, found by jsonschema, which is loaded here alone and for faulty documents alone.

Lists go through the gates: jsonschema sees the items that fail, and says of them what it would say of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, ValidationError, validators

from .comparing import COMPARISONS, is_integer, is_text
from .document import NumberText, YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.protocols import Validator

    from .gate import Gates

    Keyword = Callable[[Validator, Any, Any, Any], Iterator[ValidationError]]


def validator_of(schema: dict[str, Any], gates: Gates | None) -> Any:
    """A validator of documents; without ``gates`` it looks at every item itself."""
    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "object": lambda _, value: isinstance(value, YamlMap),
            "array": lambda _, value: isinstance(value, YamlList),
            "string": lambda _, value: is_text(value),
            "number": lambda _, value: isinstance(value, NumberText),
            "integer": lambda _, value: is_integer(value),
        }
    )
    keywords = {keyword: _comparing(keyword) for keyword in COMPARISONS}
    if gates is not None:
        keywords["items"] = _items(gates)
    kind = validators.extend(Draft202012Validator, keywords, type_checker=checker)  # type: ignore[no-untyped-call]
    return kind(schema)


def _comparing(keyword: str) -> Keyword:
    holds = COMPARISONS[keyword]

    def check(_: Validator, bound: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        if not holds(bound, value):
            yield ValidationError(keyword)

    return check


def _items(gates: Gates) -> Keyword:
    """As the standard has it, but an item that passes the gate is not looked at again."""

    def check(validator: Validator, items: Any, value: Any, __: Any) -> Iterator[ValidationError]:
        if not isinstance(value, YamlList):
            return
        gate = gates.of(items)
        for index, item in enumerate(value):
            if gate is None or not gate(item):
                yield from validator.descend(item, items, path=index)  # type: ignore[attr-defined]

    return check
