"""The rules of a schema that a value breaks, each with its place; a predicate only says that there is one.

It is loaded for invalid documents only. The predicates decide which parts are valid; this module finds
the others. A test compares the errors with those of jsonschema, which takes longer to load than all of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.broken_rule import Error
from runner.batchfile.document.values import YamlList, YamlMap

from .gate import MAKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .gate import CompiledSchema, Schema

    Steps = tuple[str | int, ...]
    Inside = Callable[[Any, Schema, CompiledSchema, Steps], Iterator["Error"]]


def errors_of(
    value: Any, schema: Schema | bool, compiled: CompiledSchema, steps: Steps = ()
) -> Iterator[Error]:
    """Yield the rules that a value breaks and those that are broken inside it, in the order of the schema."""
    if isinstance(schema, bool):
        if not schema:
            yield Error("", schema, value, {}, steps)
        return
    for keyword, bound in schema.items():
        if keyword in _INSIDE:
            yield from _INSIDE[keyword](value, schema, compiled, steps)
        elif keyword in MAKERS and not compiled.rule(keyword, schema)(value):
            yield Error(keyword, bound, value, schema, steps)


# --- the keywords that lead further ------------------------------------------------------------


def _properties(value: Any, schema: Schema, compiled: CompiledSchema, steps: Steps) -> Iterator[Error]:
    if isinstance(value, YamlMap):
        for key, part in schema["properties"].items():
            if key in value:
                yield from errors_of(value[key], part, compiled, (*steps, key))


def _other_properties(value: Any, schema: Schema, compiled: CompiledSchema, steps: Steps) -> Iterator[Error]:
    part, known = schema["additionalProperties"], schema.get("properties", ())
    others = [key for key in value if key not in known] if isinstance(value, YamlMap) else []
    if others and part is False:
        yield Error("additionalProperties", part, value, schema, steps)
        return
    for key in others:
        yield from errors_of(value[key], part, compiled, (*steps, key))


def _items(value: Any, schema: Schema, compiled: CompiledSchema, steps: Steps) -> Iterator[Error]:
    """Yield the errors of the items that do not pass their predicate: most of ten thousand orders pass it."""
    if isinstance(value, YamlList):
        part = schema["items"]
        predicate = compiled.of(part)
        for index, item in enumerate(value):
            if not predicate(item):
                yield from errors_of(item, part, compiled, (*steps, index))


def _all_of(value: Any, schema: Schema, compiled: CompiledSchema, steps: Steps) -> Iterator[Error]:
    for part in schema["allOf"]:
        yield from errors_of(value, part, compiled, steps)


def _if(value: Any, schema: Schema, compiled: CompiledSchema, steps: Steps) -> Iterator[Error]:
    branch = "then" if compiled.of(schema["if"])(value) else "else"
    return errors_of(value, schema.get(branch, True), compiled, steps)


_INSIDE: Final[Mapping[str, Inside]] = {
    "properties": _properties,
    "additionalProperties": _other_properties,
    "items": _items,
    "allOf": _all_of,
    "if": _if,
}
