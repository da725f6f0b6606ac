"""A published JSON Schema as a page: a table for each object in it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tests.docs.pages import ROOT, slug_of
from tests.reference.markdown import page, prose, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Rule = dict[str, Any]

FOLDER: Final = ROOT / "schemas"
_TYPES: Final = {"object": "mapping", "array": "list", "string": "text", "boolean": "true or false"}
_OTHER: Final = re.compile(r"urn:order-batch:schema:(\w+):")
_EXAMPLES_SHOWN: Final = 2
_WORDS_SHOWN: Final = 24
"""Of longer lists the page says that the schema has them."""


def names() -> list[str]:
    """Return the names of all schemas."""
    return sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


def schema_page(name: str) -> str:
    """Return the page of a schema."""
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return _SchemaPage(name, schema).text()


class _SchemaPage:
    """Objects are shown in the order in which they are met, each once."""

    def __init__(self, name: str, schema: Rule) -> None:
        self._name, self._schema = name, schema
        self._waiting: list[tuple[str, Rule]] = []
        self._titles: dict[int, str] = {}
        self._shown_elsewhere: dict[int, frozenset[str]] = {}

    def text(self) -> str:
        root = self._schema
        parts = [
            prose(root.get("description", "")),
            f"`order-batch schema {self._name}` prints the JSON Schema.",
        ]
        kinds = [self._resolved(rule) for rule in root.get("oneOf", ())]
        parts += [self._object(root)] if "properties" in root else []
        links = [self._section(kind, kind.get("title", "")) for kind in kinds]
        parts += ["Kinds: " + " · ".join(links)] if links else []
        for title, rule in self._waiting:  # grows while it is read
            parts += [f"## {title}", prose(rule.get("description", "")), self._object(rule)]
        return page(root["title"], *parts)

    def _object(self, rule: Rule) -> str:
        words, variants = self._variants(rule)
        shared = self._shared_keys(variants)
        self._shown_elsewhere |= {id(variant): shared for variant in variants}
        keys = {key: (value, rule) for key, value in self._properties(rule).items()}
        for variant in variants[:1]:
            keys |= {
                key: (value, variant) for key, value in self._properties(variant).items() if key in shared
            }
        left_out = self._shown_elsewhere.get(id(rule), frozenset())
        rows = [
            (f"`{key}`", self._when(owner, key), self._meaning(key, value))
            for key, (value, owner) in keys.items()
            if key not in left_out
        ]
        text = table(("key", "", "meaning"), rows) if rows else ""
        links = [self._section(variant, str(variant.get("title", ""))) for variant in variants]
        kinds = [f"`{word}`: {link}" for word, link in zip(words, links, strict=True)]
        return text + ("\n\nFurther keys, by kind: " + " · ".join(kinds) if kinds else "")

    def _variants(self, rule: Rule) -> tuple[list[str], list[Rule]]:
        """Return the objects of which a rule is one, with the word that says which."""
        found = [
            (str(condition.get("const")), self._resolved(case["then"]))
            for case in rule.get("allOf", ())
            if "$ref" in case.get("then", {})
            for condition in case["if"]["properties"].values()
        ]
        kept = [(word, variant) for word, variant in found if "properties" in variant]
        return [word for word, _ in kept], [variant for _, variant in kept]

    def _shared_keys(self, variants: list[Rule]) -> frozenset[str]:
        """Return the keys that are the same in all variants: they are shown once."""
        first = variants[0]["properties"] if variants else {}
        alike = {
            key for key, value in first.items() if all(v["properties"].get(key) == value for v in variants)
        }
        return frozenset(alike)

    def _properties(self, rule: Rule) -> Mapping[str, Rule]:
        return {key: value for key, value in rule.get("properties", {}).items() if isinstance(value, dict)}

    @staticmethod
    def _when(rule: Rule, key: str) -> str:
        return "required" if key in rule.get("required", ()) else ""

    def _meaning(self, key: str, value: Rule) -> str:
        resolved = self._resolved(value)
        parts = [prose(value.get("description") or resolved.get("description", ""))]
        if values := self._values(key, value):
            parts.append(values if "`" in values or "](" in values else f"*{values}*")
        if "default" in resolved:
            parts.append(f"Default: {_code(resolved['default'])}.")
        if (examples := resolved.get("examples")) and not resolved.keys() & {"enum", "const"}:
            parts.append(
                "Example: " + ", ".join(_code(example) for example in examples[:_EXAMPLES_SHOWN]) + "."
            )
        return "<br>".join(part for part in parts if part)

    def _values(self, key: str, value: Rule) -> str:
        """Return what may be written there; objects are linked to their own table."""
        if other := _OTHER.match(value.get("$ref", "")):
            return f"[{other[1]}]({other[1]}.md)"
        rule = self._resolved(value)
        choices = [self._values(key, choice) for choice in (*rule.get("oneOf", ()), *rule.get("anyOf", ()))]
        if any(choices):
            return ", or ".join(dict.fromkeys(choice for choice in choices if choice))
        match rule:
            case {"const": const}:
                return _code(const)
            case {"enum": [*words]}:
                shown = ", ".join(_code(word) for word in words[:_WORDS_SHOWN])
                return (
                    shown if len(words) <= _WORDS_SHOWN else f"{shown} and {len(words) - _WORDS_SHOWN} more"
                )
            case {"properties": dict()}:
                return self._section(rule, str(rule.get("title") or key))
            case {"items": dict(items)}:
                return f"list of: {inner}" if (inner := self._values(key, items)) else "list"
            case {"additionalProperties": dict(items)}:
                return f"mapping to: {inner}" if (inner := self._values(key, items)) else "mapping"
        return " or ".join(dict.fromkeys(self._type_names(rule)))

    @staticmethod
    def _type_names(rule: Rule) -> Iterator[str]:
        types = rule.get("type", ())
        for name in [types] if isinstance(types, str) else types:
            yield _TYPES.get(name, name)

    def _section(self, rule: Rule, title: str) -> str:
        """Return a link to the table of an object, which is shown below."""
        if id(rule) not in self._titles:
            taken = set(self._titles.values())
            number = next(n for n in range(1, 1000) if _numbered(title, n) not in taken)
            self._titles[id(rule)] = _numbered(title, number)
            self._waiting.append((self._titles[id(rule)], rule))
        title = self._titles[id(rule)]
        return f"[{title}](#{slug_of(title)})"

    def _resolved(self, rule: Rule) -> Rule:
        """Return a rule with what it refers to; the same object for the same definition."""
        reference = rule.get("$ref")
        if reference is None or _OTHER.match(reference):
            return rule
        definition: Rule = self._schema["$defs"][reference.removeprefix("#/$defs/")]
        further = {key: value for key, value in rule.items() if key not in ("$ref", "title", "description")}
        return {**definition, **further} if further and "properties" not in definition else definition


def _numbered(title: str, number: int) -> str:
    return title if number == 1 else f"{title} ({number})"


def _code(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if text else '`""`'
