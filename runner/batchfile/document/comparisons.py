"""The keywords of JSON Schema that compare, for numbers that reach them as the text their author typed.

Each says whether a value satisfies a keyword. Knows no documents and no errors.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from .values import NumberText, YamlList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Comparison = Callable[[Any, object], bool]

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def _pattern(pattern: str, value: object) -> bool:
    """As the standard has it, and for the text of numbers too."""
    return not isinstance(value, str) or re.search(pattern, value) is not None


def _const(const: object, value: object) -> bool:
    if isinstance(value, NumberText) and isinstance(const, int):
        return Decimal(value) == const
    return value == const and isinstance(value, bool) == isinstance(const, bool)


def _minimum(bound: int, value: object) -> bool:
    return not _is_number(value) or Decimal(str(value)) >= bound


def _maximum(bound: int, value: object) -> bool:
    return not _is_number(value) or Decimal(str(value)) <= bound


def _exclusive_minimum(bound: int, value: object) -> bool:
    return not _is_number(value) or Decimal(str(value)) > bound


def _unique_items(wanted: bool, value: object) -> bool:
    """Compare texts only, the only items that the format lists; linear, unlike the standard's comparison."""
    if not wanted or not isinstance(value, YamlList):
        return True
    texts = [item for item in value if isinstance(item, str)]
    return len(texts) == len(set(texts))


def _is_number(value: object) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


COMPARISONS: Final[Mapping[str, Comparison]] = {
    "pattern": _pattern,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "uniqueItems": _unique_items,
}
"""By keyword: a predicate: a value satisfies ``keyword: bound``."""


def is_text(value: object) -> bool:
    """Return True for a string of the schema: quoted text, or text that is not a number."""
    return isinstance(value, str) and not isinstance(value, NumberText)


def is_integer(value: object) -> bool:
    """Return true for a number that was typed without a point."""
    return isinstance(value, NumberText) and "." not in value
