"""The options of the simulated exchange in the schema of a scenario file, made from the options.

``python -m tests.paper.option_schema`` writes them into ``schemas/scenario.schema.json``; a test holds the
two together. Bounds and defaults come from the values, descriptions from the sentences under them.
"""

from __future__ import annotations

import ast
import inspect as source
import json
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect, structs

from runner.paper import Options
from runner.paper.options import options as module
from runner.paper.options.kinds import MOST, Number
from runner.paper.options.names import describe_kind

SCHEMA = Path(__file__).parents[2] / "schemas" / "scenario.schema.json"
BEGIN = '    "options": {\n'
END = "\n    },\n"
EXAMPLE = {"limits": {"tier": "pro"}, "orders": {"post_only_refusal": "cancel"}}
ROWS_MAX = 100


@cache
def sentences() -> dict[tuple[str, str], str]:
    """The sentence under each option, by its class and its name."""
    classes = [node for node in ast.parse(source.getsource(module)).body if isinstance(node, ast.ClassDef)]
    return {
        (node.name, first.target.id): second.value.value
        for node in classes
        for first, second in pairwise(node.body)
        if isinstance(first, ast.AnnAssign)
        and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr)
        and isinstance(second.value, ast.Constant)
        and isinstance(second.value.value, str)
    }


def schema_of(kind: Any) -> dict[str, Any]:
    """Return what a value of this kind must be, as a schema with the words for what is not."""
    rule = _rule(inspect.type_info(kind))
    own_words = rule.keys() & {"minimum", "minLength", "anyOf"}
    return rule | {"errorMessage": f"this is {describe_kind(kind)}"} if own_words else rule


def _rule(info: inspect.Type) -> dict[str, Any]:
    match info:
        case inspect.UnionType(types=types):
            return {"anyOf": [_rule(part) for part in types]}
        case inspect.IntType(ge=least, le=most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case inspect.FloatType() | inspect.DecimalType():
            return {"type": "number", "minimum": 0, "maximum": MOST}
        case inspect.StrType(min_length=int(least), max_length=most):
            return {"type": "string", "minLength": least, "maxLength": most}
        case inspect.EnumType(cls=choices):
            return {"enum": [choice.value for choice in choices]}
        case inspect.VarTupleType(item_type=inspect.StructType(cls=row)):
            return {"type": "array", "items": _row(row), "maxItems": ROWS_MAX}
        case inspect.VarTupleType(item_type=inspect.IntType() as item):
            words = f"this is {describe_kind(Number)}"
            return {"type": "array", "items": _rule(item) | {"errorMessage": words}, "maxItems": ROWS_MAX}
        case inspect.VarTupleType(item_type=item):
            return {"type": "array", "items": _rule(item), "maxItems": ROWS_MAX}
        case _:
            return {inspect.BoolType: {"type": "boolean"}, inspect.NoneType: {"const": "none"}}.get(
                type(info), {"type": "string"}
            )


def _row(row: Any) -> dict[str, Any]:
    items = structs.fields(row)
    return {
        "type": "object",
        "required": [item.name for item in items],
        "properties": {item.name: schema_of(item.type) for item in items},
        "additionalProperties": False,
    }


def default_of(value: Any) -> Any:
    """A default as JSON writes it: ``none`` for None, a number for a ``Decimal``."""
    match value:
        case None:
            return "none"
        case Enum():
            return value.value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case float() if value.is_integer():
            return int(value)
        case tuple():
            return [default_of(item) for item in value]
        case msgspec.Struct():
            return {name: default_of(item) for name, item in structs.asdict(value).items()}
        case _:
            return value


def text() -> str:
    """The entry ``options`` of the schema's properties, an option a line."""
    groups = ",\n".join(_group_text(group.name, group.type) for group in structs.fields(Options))
    return f"""\
{BEGIN}\
      "title": "Options",
      "description": "Behaviour of the exchange that no document settles, in groups by subject.",
      "type": "object",
      "examples": [{json.dumps(EXAMPLE)}],
      "properties": {{
{groups}
      }},
      "additionalProperties": false\
{END}"""


def _group_text(name: str, group: Any) -> str:
    options = ",\n".join(_option_text(group, item) for item in structs.fields(group))
    return f"""\
        "{name}": {{
          "description": {json.dumps(_prose(group.__doc__))},
          "type": "object",
          "properties": {{
{options}
          }},
          "additionalProperties": false
        }}"""


def _option_text(group: Any, item: structs.FieldInfo) -> str:
    words = {"description": _prose(sentences()[group.__name__, item.name])}
    rule = words | schema_of(item.type) | {"default": default_of(item.default)}
    return f'            "{item.name}": {json.dumps(rule)}'


def _prose(docstring: str) -> str:
    """A docstring as an author of a scenario reads it."""
    return " ".join(docstring.split()).replace("``None``", "`none`").replace("``", "`")


def written(schema: str) -> str:
    """The schema with the options as they are now."""
    head, found, rest = schema.partition(BEGIN)
    assert found, f"{SCHEMA} has no place for the options"
    return head + text() + rest.partition(END)[2]


if __name__ == "__main__":
    SCHEMA.write_text(written(SCHEMA.read_text("utf-8")), "utf-8")
