"""A schema compiled to a predicate that quickly separates valid values from invalid ones.

It is true exactly if the validator finds no error; the validator reports the broken rules. An approximation
is not enough, because predicates are also used behind ``not`` and ``if``; so a schema with a keyword that is
not in the tables below is refused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.comparisons import COMPARISONS, is_integer, is_text
from runner.batchfile.document.values import NumberText, YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Predicate = Callable[[Any], bool]
    Schema = Mapping[str, Any]

_CLASSES: Final = {"object": YamlMap, "array": YamlList, "string": str, "number": NumberText, "boolean": bool}
"""The class of each of the schema's types: in a document no class is derived from another but text's."""

_REMEMBERED = 1_000
"""Number of valid values cached per property: most fields of a batch hold few different ones."""

_WORDS: Final = frozenset(
    {
        *("$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples"),
        *("errorMessage", "patternErrorMessage"),
    }
)
"""Keywords that make no rule. ``$defs`` counts where it is referred to."""


class CompiledSchema:
    """A schema without ``$ref``, compiled to predicates; each of its parts is compiled once.

    Parts are cached by identity, so they must not be changed afterwards. Raises ``ValueError`` for an unknown
    keyword.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, list[Predicate], Predicate]] = {}

    def of(self, schema: Schema | bool) -> Predicate:
        """Return the predicate of a part of the schema."""
        return self._of_part(schema)[1]

    def rules(self, schema: Schema | bool) -> list[Predicate]:
        """Return the predicates that a part is made of, including those of its ``allOf``."""
        return self._of_part(schema)[0]

    def rule(self, keyword: str, schema: Schema) -> Predicate:
        """Return the predicate of one keyword of a part."""
        return MAKERS[keyword](schema, self)

    def _of_part(self, schema: Schema | bool) -> tuple[list[Predicate], Predicate]:
        if id(schema) not in self._made:
            rules = self._compile(schema)
            self._made[id(schema)] = schema, rules, _all(rules)
        _, rules, predicate = self._made[id(schema)]
        return rules, predicate

    def _compile(self, schema: Schema | bool) -> list[Predicate]:
        if isinstance(schema, bool):
            return [] if schema else [_never]
        if unknown := schema.keys() - _KNOWN:
            raise ValueError(f"no predicate is made of {sorted(unknown)}")
        rules = [make(schema, self) for keyword, make in MAKERS.items() if keyword in schema]
        return rules + [rule for part in schema.get("allOf", ()) for rule in self.rules(part)]


def _always(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


def _all(rules: Iterable[Predicate]) -> Predicate:
    """Combine predicates to one that calls them in order, with those of the same choice grouped."""
    match _with_switches([rule for rule in rules if rule is not _always]):
        case []:
            return _always
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
        case several:

            def ask_all(value: object) -> bool:
                for predicate in several:  # noqa: SIM110 - a generator costs twice as much
                    if not predicate(value):
                        return False
                return True

            return ask_all


class _Choice:
    """A rule for mappings with one of some texts under a key: most rules of an order are of this form."""

    def __init__(self, key: str, texts: tuple[str, ...], then: Predicate) -> None:
        self.key = key
        self.texts = texts
        self.then = then

    def __call__(self, value: Any) -> bool:
        return (
            self.then(value) if value.__class__ is not YamlMap or value.get(self.key) in self.texts else True
        )


def _with_switches(rules: list[Predicate]) -> list[Predicate]:
    """Return the rules with one switch for each key in place of all the choices that depend on it."""
    choices: dict[str, list[_Choice]] = {}
    for rule in rules:
        if isinstance(rule, _Choice):
            choices.setdefault(rule.key, []).append(rule)
    switches = [_switch(key, alike) for key, alike in choices.items()]
    return [rule for rule in rules if not isinstance(rule, _Choice)] + switches


def _switch(key: str, choices: list[_Choice]) -> Predicate:
    if len(choices) == 1:
        return choices[0]
    texts = {text for choice in choices for text in choice.texts}
    thens = {text: _all([choice.then for choice in choices if text in choice.texts]) for text in texts}
    for_others = _all([choice.then for choice in choices])

    def ask_chosen(value: Any) -> bool:
        if value.__class__ is not YamlMap:
            return for_others(value)
        chosen = value.get(key)
        return thens[chosen](value) if isinstance(chosen, str) and chosen in thens else True

    return ask_chosen


# --- one maker for each keyword ----------------------------------------------------------------


def _type(schema: Schema, _: CompiledSchema) -> Predicate:
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if unknown := set(names) - _CLASSES.keys() - {"integer"}:
        raise ValueError(f"no predicate is made for the types {sorted(unknown)}")
    classes = frozenset(_CLASSES[name] for name in names if name in _CLASSES)
    if "integer" in names:
        return lambda value: value.__class__ in classes or is_integer(value)
    return lambda value: value.__class__ in classes


def _enum(schema: Schema, _: CompiledSchema) -> Predicate:
    choices = tuple(schema["enum"])
    if all(isinstance(choice, str) for choice in choices):
        return lambda value: value in choices
    if any(isinstance(choice, list | dict | bool) for choice in choices):
        raise ValueError(f"no predicate is made of the choices {choices}")
    return lambda value: value in choices and not isinstance(value, bool)


def _comparison(keyword: str) -> Callable[[Schema, CompiledSchema], Predicate]:
    def make(schema: Schema, _: CompiledSchema) -> Predicate:
        bound, holds = schema[keyword], COMPARISONS[keyword]
        return lambda value: holds(bound, value)

    return make


def _const(schema: Schema, compiled: CompiledSchema) -> Predicate:
    if isinstance(schema["const"], str):
        return _enum({"enum": [schema["const"]]}, compiled)
    return _comparison("const")(schema, compiled)


def _pattern(schema: Schema, _: CompiledSchema) -> Predicate:
    @cache
    def search() -> Callable[[str], object]:
        return re.compile(schema["pattern"]).search

    return lambda value: not isinstance(value, str) or search()(value) is not None


def _min_length(schema: Schema, _: CompiledSchema) -> Predicate:
    least = schema["minLength"]
    return lambda value: not is_text(value) or len(value) >= least


def _max_length(schema: Schema, _: CompiledSchema) -> Predicate:
    most = schema["maxLength"]
    return lambda value: not is_text(value) or len(value) <= most


def _min_items(schema: Schema, _: CompiledSchema) -> Predicate:
    least = schema["minItems"]
    return lambda value: value.__class__ is not YamlList or len(value) >= least


def _max_items(schema: Schema, _: CompiledSchema) -> Predicate:
    most = schema["maxItems"]
    return lambda value: value.__class__ is not YamlList or len(value) <= most


def _items(schema: Schema, compiled: CompiledSchema) -> Predicate:
    predicate = compiled.of(schema["items"])

    def ask_items(value: Any) -> bool:
        if value.__class__ is YamlList:
            for item in value:
                if not predicate(item):
                    return False
        return True

    return ask_items


def _contains(schema: Schema, compiled: CompiledSchema) -> Predicate:
    predicate = compiled.of(schema["contains"])

    def ask_for_one(value: Any) -> bool:
        if value.__class__ is YamlList:
            for item in value:  # noqa: SIM110
                if predicate(item):
                    return True
            return False
        return True

    return ask_for_one


def _required(schema: Schema, _: CompiledSchema) -> Predicate:
    keys = tuple(schema["required"])
    if len(keys) == 1:
        (only,) = keys
        return lambda value: value.__class__ is not YamlMap or only in value

    def ask_keys(value: Any) -> bool:
        if value.__class__ is YamlMap:
            for key in keys:
                if key not in value:
                    return False
        return True

    return ask_keys


def _min_properties(schema: Schema, _: CompiledSchema) -> Predicate:
    least = schema["minProperties"]
    return lambda value: value.__class__ is not YamlMap or len(value) >= least


def _max_properties(schema: Schema, _: CompiledSchema) -> Predicate:
    most = schema["maxProperties"]
    return lambda value: value.__class__ is not YamlMap or len(value) <= most


def _property_names(schema: Schema, compiled: CompiledSchema) -> Predicate:
    predicate = compiled.of(schema["propertyNames"])
    return lambda value: value.__class__ is not YamlMap or all(map(predicate, value))


def _properties(schema: Schema, compiled: CompiledSchema) -> Predicate:
    if schema.get("additionalProperties") is False:
        return _always  # checked together with the unknown keys
    pairs = [(key, compiled.of(part)) for key, part in schema["properties"].items()]
    if len(pairs) == 1:
        ((only, predicate),) = pairs
        return lambda value: value.__class__ is not YamlMap or only not in value or predicate(value[only])

    def ask_entries(value: Any) -> bool:
        if value.__class__ is YamlMap:
            for key, predicate in pairs:
                if key in value and not predicate(value[key]):
                    return False
        return True

    return ask_entries


def _other_properties(schema: Schema, compiled: CompiledSchema) -> Predicate:
    """Check each value of a mapping without other keys once: an order has many."""
    parts, others = schema.get("properties", {}), schema["additionalProperties"]
    if others is False:
        return _ask_closed({key: (compiled.of(part), {}) for key, part in parts.items()})
    predicate = compiled.of(others)

    def ask_others(value: Any) -> bool:
        return value.__class__ is not YamlMap or all(
            predicate(item) for key, item in value.items() if key not in parts
        )

    return ask_others


def _ask_closed(table: dict[str, tuple[Predicate, dict[object, type]]]) -> Predicate:
    """Return the predicate of each key, and the values that passed it before, each with its class."""

    def ask_entries(value: Any) -> bool:
        if value.__class__ is not YamlMap:
            return True
        for key, item in value.items():
            entry = table.get(key)
            if entry is None:
                return False
            kind = item.__class__
            if kind is YamlMap or kind is YamlList:
                if not entry[0](item):
                    return False
            elif entry[1].get(item) is not kind:
                if not entry[0](item):
                    return False
                if len(entry[1]) < _REMEMBERED:
                    entry[1][item] = kind
        return True

    return ask_entries


def _any_of(schema: Schema, compiled: CompiledSchema) -> Predicate:
    parts = [compiled.of(part) for part in schema["anyOf"]]
    return lambda value: any(predicate(value) for predicate in parts)


def _not(schema: Schema, compiled: CompiledSchema) -> Predicate:
    predicate = compiled.of(schema["not"])
    return lambda value: not predicate(value)


def _if(schema: Schema, compiled: CompiledSchema) -> Predicate:
    then = compiled.of(schema.get("then", True))
    if "else" not in schema and (choice := _choice(schema["if"])):
        return _Choice(*choice, then)
    condition = compiled.of(schema["if"])
    otherwise = compiled.of(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


def _choice(condition: Schema) -> tuple[str, tuple[str, ...]] | None:
    """Key and texts, if a condition is that a key is there and holds one of some texts."""
    match condition:
        case {"required": [required], "properties": {**properties}} if len(condition) == 2:
            match properties.get(required):
                case {"const": str(text), **others} if len(properties) == 1 and not others:
                    return required, (text,)
                case {"enum": [*texts], **others} if len(properties) == 1 and not others and _texts(texts):
                    return required, tuple(texts)
    return None


def _texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


MAKERS: Final[Mapping[str, Callable[[Schema, CompiledSchema], Predicate]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _comparison("minimum"),
    "maximum": _comparison("maximum"),
    "exclusiveMinimum": _comparison("exclusiveMinimum"),
    "minLength": _min_length,
    "maxLength": _max_length,
    "required": _required,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
    "propertyNames": _property_names,
    "properties": _properties,
    "additionalProperties": _other_properties,
    "minItems": _min_items,
    "maxItems": _max_items,
    "uniqueItems": _comparison("uniqueItems"),
    "items": _items,
    "contains": _contains,
    "anyOf": _any_of,
    "not": _not,
    "if": _if,
}
_KNOWN: Final = MAKERS.keys() | _WORDS | {"allOf", "then", "else"}
