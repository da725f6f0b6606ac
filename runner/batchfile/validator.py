"""The rules of a schema that a value breaks, each with its place, where a gate says only that there are some.

It is loaded for faulty documents alone. What keeps a rule is decided by the gates; what is here leads to the
parts that do not. A test holds the errors against those of jsonschema, which takes longer to load than all of
our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .document import YamlList, YamlMap
from .gate import MAKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .gate import Gates, Schema

    Steps = tuple[str | int, ...]
    Inside = Callable[[Any, Schema, Gates, Steps], Iterator["Error"]]


class Error(NamedTuple):
    """A rule that a value breaks: ``bound`` is what ``schema`` has under ``keyword``, and ``steps`` lead from
    the top of the document to the value.
    """

    keyword: str
    bound: Any
    value: Any
    schema: Schema
    steps: Steps


def errors_of(value: Any, schema: Schema | bool, gates: Gates, steps: Steps = ()) -> Iterator[Error]:
    """Yield the rules that a value breaks and those that are broken inside it, in the order of the schema."""
    if isinstance(schema, bool):
        if not schema:
            yield Error("", schema, value, {}, steps)
        return
    for keyword, bound in schema.items():
        if keyword in _INSIDE:
            yield from _INSIDE[keyword](value, schema, gates, steps)
        elif keyword in MAKERS and not gates.rule(keyword, schema)(value):
            yield Error(keyword, bound, value, schema, steps)


# --- the keywords that lead further ------------------------------------------------------------


def _properties(value: Any, schema: Schema, gates: Gates, steps: Steps) -> Iterator[Error]:
    if isinstance(value, YamlMap):
        for key, part in schema["properties"].items():
            if key in value:
                yield from errors_of(value[key], part, gates, (*steps, key))


def _other_properties(value: Any, schema: Schema, gates: Gates, steps: Steps) -> Iterator[Error]:
    part, known = schema["additionalProperties"], schema.get("properties", ())
    others = [key for key in value if key not in known] if isinstance(value, YamlMap) else []
    if others and part is False:
        yield Error("additionalProperties", part, value, schema, steps)
        return
    for key in others:
        yield from errors_of(value[key], part, gates, (*steps, key))


def _items(value: Any, schema: Schema, gates: Gates, steps: Steps) -> Iterator[Error]:
    """An item that passes its gate is not looked at again: most of ten thousand orders are good."""
    if isinstance(value, YamlList):
        part = schema["items"]
        gate = gates.of(part)
        for index, item in enumerate(value):
            if not gate(item):
                yield from errors_of(item, part, gates, (*steps, index))


def _all_of(value: Any, schema: Schema, gates: Gates, steps: Steps) -> Iterator[Error]:
    for part in schema["allOf"]:
        yield from errors_of(value, part, gates, steps)


def _if(value: Any, schema: Schema, gates: Gates, steps: Steps) -> Iterator[Error]:
    branch = "then" if gates.of(schema["if"])(value) else "else"
    return errors_of(value, schema.get(branch, True), gates, steps)


_INSIDE: Final[Mapping[str, Inside]] = {
    "properties": _properties,
    "additionalProperties": _other_properties,
    "items": _items,
    "allOf": _all_of,
    "if": _if,
}
