"""The published form of the manifest, to hold every manifest of every test against."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from runner.domain import CancelOutcome, OrderOutcome


@cache
def validator() -> Draft202012Validator:
    """The schema that ships with the package; times are held to their format."""
    text = resources.files("runner.schemas").joinpath("manifest.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def assert_published(content: dict[str, Any]) -> None:
    """A manifest is of the published form, and its totals are the sums of what it lists."""
    validator().validate(content)
    orders = [order for group in content["groups"] for order in group["orders"]]
    results = [result for group in content["groups"] for result in group["cancel"]["results"]]
    totals = content["totals"]
    assert totals["orders"]["total"] == len(orders)
    assert sum(totals["orders"][outcome.value] for outcome in OrderOutcome) == len(orders)
    assert sum(totals["cancellations"][outcome.value] for outcome in CancelOutcome) == len(results)
    assert all((order["txid"] is not None) >= (order["outcome"] == "placed") for order in orders)
