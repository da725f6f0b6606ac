"""The JSON of a rebalance keeps its schema, and all digits."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from runner.rebalance import Rebalance
from runner.rebalance.compute import compute
from runner.report.base import RebalanceResult
from runner.report.json.rebalance import rebalance_object
from tests.report.rebalances import (
    blocked,
    drifted,
    not_written,
    resting,
    short_of_money,
    snapshot,
    targets,
    within,
    written,
)

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "rebalance.schema.json").read_text("utf-8"))


def strict(schema: object) -> object:
    """The schema without room for fields that it does not describe."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return {name: strict(value) for name, value in schema.items()} | closed


@pytest.mark.parametrize(
    "rebalance", [drifted(resting(price=None, userref="7")), within(), blocked(), short_of_money()]
)
def test_the_object_keeps_the_schema(rebalance: Rebalance) -> None:
    """Every field is described, and there is no other."""
    for batch in (written(), not_written()):
        content = json.loads(json.dumps(rebalance_object(RebalanceResult(rebalance, batch, "e" * 64))))
        Draft202012Validator(strict(SCHEMA)).validate(content)


def test_numbers_are_exact() -> None:
    """As text, without an exponent; the price of an order as it is in the batch."""
    content = rebalance_object(RebalanceResult(drifted(), written(), "e" * 64))
    bitcoin = content["assets"][1]
    assert Decimal(bitcoin["weight"]) * Decimal(content["managed"]) == pytest.approx(Decimal(31600))
    assert bitcoin["order"] == {
        "id": "sell-xbt",
        "type": "sell",
        "volume": "0.11803797",
        "price": "79079.0",
        "cost": "9334.32462963",
    }
    assert (content["outcome"], content["batch"]["file"]) == ("orders", "written")


def test_an_empty_account_has_shares_of_nothing() -> None:
    """No division by zero, and nothing to do."""
    content = rebalance_object(RebalanceResult(compute(targets(), snapshot({})), not_written(), "e" * 64))
    assert content["managed"] == content["cash"]["weight"] == "0"
