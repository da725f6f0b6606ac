"""The published batch schema: sound, explained, and of one mind with our validator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema, parse
from runner.batchfile.document.limits import MAX_CANCEL_IDS, MAX_GROUPS
from tests.batchfile.files import INVALID, VALID
from tests.support.for_each import for_each

SCHEMA = load_schema("batch")

HOLDERS = ("defaults", "order", "group", "cancellation", "close")

# Every field of addOrder that a batch file may hold: protocol page "addorder".
ORDER_FIELDS = {
    *("id", "pair", "type", "ordertype", "price", "price2", "volume", "leverage", "margin", "reduce_only"),
    *(
        "oflags",
        "starttm",
        "expiretm",
        "deadline",
        "userref",
        "cl_ord_id",
        "stp_type",
        "timeinforce",
        "close",
    ),
}


def as_an_editor_sees_it(path: Path) -> Any:
    """The document with YAML's own numbers, as the language server hands it to the schema."""
    loader = yaml.CSafeLoader(path.read_bytes())
    loader.yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in rules if not tag.endswith((":timestamp", ":bool"))]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for first in "tf":
        loader.yaml_implicit_resolvers[first] = yaml.SafeLoader.yaml_implicit_resolvers[first]
    return loader.get_single_data()


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that an author may write, with its definition, references followed."""
    holders = {"batch": SCHEMA, **{name: SCHEMA["$defs"][name] for name in HOLDERS}}
    for holder, definition in holders.items():
        for name, rule in definition["properties"].items():
            target = SCHEMA["$defs"][rule["$ref"].removeprefix("#/$defs/")] if "$ref" in rule else {}
            yield f"{holder}.{name}", {**target, **rule}


def test_the_schema_is_a_schema() -> None:
    """It follows the dialect that it names."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert {"$id", "title", "description"} <= SCHEMA.keys()


@for_each(properties())
def test_every_property_explains_itself(name: str, rule: dict[str, Any]) -> None:
    """An editor can show a title, a description and an example for it, and the example is right."""
    assert {"title", "description", "examples"} <= rule.keys(), name
    checked = {key: value for key, value in rule.items() if key != "$ref"} | {"$defs": SCHEMA["$defs"]}
    for sample in rule["examples"]:
        assert Draft202012Validator(checked).is_valid(sample), (name, sample)


def test_orders_and_defaults_have_the_same_fields() -> None:
    """An order has its id besides; nothing else differs."""
    order, defaults = SCHEMA["$defs"]["order"], SCHEMA["$defs"]["defaults"]
    assert {"id": order["properties"]["id"], **defaults["properties"]} == order["properties"]
    assert order["properties"].keys() == ORDER_FIELDS


def test_limits_are_the_same_in_the_schema_and_in_the_code() -> None:
    """Both are written down once in each place."""
    assert SCHEMA["properties"]["groups"]["maxItems"] == MAX_GROUPS
    assert SCHEMA["$defs"]["group"]["properties"]["cancel"]["maxItems"] == MAX_CANCEL_IDS


@for_each(VALID)
def test_an_editor_accepts_what_we_accept(path: Path) -> None:
    """The stock validator, which sees YAML's numbers, finds nothing in a valid file."""
    errors = list(Draft202012Validator(SCHEMA).iter_errors(as_an_editor_sees_it(path)))
    assert errors == []


@for_each(INVALID)
def test_we_refuse_what_an_editor_refuses(path: Path) -> None:
    """Any complaint of the stock validator about a readable file is a problem with us too."""
    try:
        document = as_an_editor_sees_it(path)
    except (yaml.YAMLError, ValueError, TypeError):
        return
    if not Draft202012Validator(SCHEMA).is_valid(document):
        assert parse(path.read_bytes(), "f").problems


def test_rules_speak_for_themselves() -> None:
    """Every pattern and every forbidden combination brings its own words along."""
    for rule in every_rule(SCHEMA):
        if isinstance(rule.get("pattern"), str):
            assert "patternErrorMessage" in rule, rule
        if "not" in rule:
            assert "errorMessage" in rule, rule


def every_rule(node: Any) -> Iterator[dict[str, Any]]:
    """Each part of the schema that may fail on its own; conditions and subschemas of `not` do not."""
    if isinstance(node, list):
        for item in node:
            yield from every_rule(item)
    elif isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in ("if", "not", "examples", "hasFcib", "hasFciq", "hasPost", "hasViqc"):
                yield from every_rule(value)
