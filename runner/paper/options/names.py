"""Options by name (``limits.tier``), as a command line or a scenario file gives them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import inspect, structs

from runner.domain import find_option
from runner.harmless import printable

from .kinds import MOST
from .options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE: Final = "none"
_WHOLE: Final = re.compile("[0-9]+")
_PATTERN: Final = "requests.cl_ord_id_character"
"""The option that is a regular expression."""


def with_named(options: Options, values: Mapping[str, Any]) -> Options:
    """Return the options with those that are named. A value is text, or what a scenario file holds.

    Raises ``ValueError`` with what is wrong and what is right.
    """
    for name, value in values.items():
        converted = value_of(name, value)
        group, _, leaf = name.partition(".")
        changed = structs.replace(getattr(options, group), **{leaf: converted})
        options = structs.replace(options, **{group: changed})
    return options


def value_of(name: str, value: Any) -> Any:
    """Return the value of the option of that name. Raises ``ValueError``."""
    kinds = kinds_by_name()
    if name not in kinds:
        meant = find_option(name, kinds)
        known = f"did you mean {meant}?" if meant else "`order-batch schema scenario` lists them"
        raise ValueError(f"there is no option {name}: {known}")
    kind = kinds[name]
    if isinstance(value, str) and printable(value) != value:
        raise ValueError(f"expected {describe_kind(kind)}, got bytes that are no UTF-8 text")
    try:
        converted = msgspec.convert(_plain(value, kind), kind, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise ValueError(f"expected {describe_kind(kind)}, got {value}{_list_hint(kind, value)}") from None
    # 5.0 is refused here as in a scenario file.
    if type(converted) is int and isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError(f"expected {describe_kind(kind)}, got {value}")
    if not _is_bounded(converted):
        raise ValueError(f"expected numbers from 0 to {MOST}, got {value}")
    if name == _PATTERN and not _is_pattern(converted):
        raise ValueError(f"expected a regular expression such as [ -~], got {value}")
    return converted


@cache
def kinds_by_name() -> dict[str, Any]:
    """Return the kind of each option by its whole name."""
    groups = structs.fields(Options)
    return {f"{group.name}.{item.name}": item.type for group in groups for item in structs.fields(group.type)}


def describe_kind(kind: Any) -> str:
    """Return the values that a kind takes, in words: ``a number from 0 to 100, or none``."""
    match inspect.type_info(kind):
        case inspect.VarTupleType(item_type=item):
            words = f"a list, each entry {_describe(item)}"
        case inspect.UnionType(types=types):
            words = ", or ".join(map(_describe, types))
        case single:
            words = _describe(single)
    return words


def _describe(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType(ge=least, le=most):
            words = f"a whole number from {least} to {most}"
        case inspect.FloatType() | inspect.DecimalType():
            words = f"a number from 0 to {MOST}"
        case inspect.StrType(max_length=int(most)):
            words = f"text of 1 to {most} characters"
        case inspect.EnumType(cls=choices):
            words = f"one of {', '.join(choice.value for choice in choices)}"
        case inspect.StructType(cls=row):
            words = f"a mapping of {', '.join(item.name for item in structs.fields(row))}"
        case _:
            words = {inspect.BoolType: "true or false", inspect.NoneType: "none"}.get(type(kind), "text")
    return words


def _list_hint(kind: Any, value: Any) -> str:
    """Return how a list is typed, where text was to be one; a shell takes quotes away that are not quoted."""
    match inspect.type_info(kind):
        case inspect.VarTupleType(item_type=item) if isinstance(value, str):
            return f"; write it as JSON, in single quotes: '{_example(item)}'"
        case _:
            return ""


def _example(item: inspect.Type) -> str:
    match item:
        case inspect.EnumType(cls=choices):
            entries: list[Any] = [choice.value for choice in choices][:2]
        case inspect.StructType(cls=row):
            entries = [{field.name: "..." for field in structs.fields(row)}]
        case inspect.IntType():
            entries = [2, 3]
        case _:
            entries = ["...", "..."]
    return json.dumps(entries)


def _plain(value: Any, kind: Any) -> Any:
    """Return the value that a text means: ``none`` where that is a value, or a list that is typed as JSON."""
    match inspect.type_info(kind):
        case inspect.VarTupleType() if isinstance(value, str):
            return msgspec.json.decode(value)
        case inspect.UnionType(includes_none=True) if value == NONE:
            return None
        case _:
            return value


def _is_bounded(value: Any) -> bool:
    """Return whether each ``Decimal`` in a value is within the bounds, which kinds do not check."""
    if isinstance(value, tuple):
        return all(map(_is_bounded, value))
    if isinstance(value, msgspec.Struct):
        return all(map(_is_bounded, structs.astuple(value)))
    return not isinstance(value, Decimal) or (value.is_finite() and 0 <= value <= MOST)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(f"(?:{text})*")
    except re.error:
        return False
    return True
